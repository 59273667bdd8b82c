package shell

import (
	"time"

	"fyne.io/fyne/v2/canvas"
)

// clockText is a line that tells the time left.
type clockText struct {
	text             *canvas.Text
	minutes, seconds textID
}

// clock makes a line that counts down to the deadline by itself.
func (s *Shell) clock(k kit, minutes, seconds textID, w words) *canvas.Text {
	c := clockText{minutes: minutes, seconds: seconds}
	c.text = k.words(s.left(k.texts, c), w)
	s.clocks = append(s.clocks, c)
	return c.text
}

func (s *Shell) left(t *Texts, c clockText) string {
	left := max(s.snapshot.Deadline.Sub(s.options.Clock.Now()), 0)
	id, unit := c.seconds, time.Second
	if left > time.Minute {
		id, unit = c.minutes, time.Minute
	}
	return dotted(t.in(s.language, id, map[string]any{"Count": int((left + unit - 1) / unit)}))
}

// tick writes the time left where it is shown, and comes back when it next
// reads otherwise: at the next full minute, in the last one at each second.
func (s *Shell) tick() {
	stop(&s.stopTick)
	s.ring()
	if len(s.clocks) == 0 || s.snapshot.Deadline.IsZero() {
		return
	}
	for _, c := range s.clocks {
		if now := s.left(s.options.Texts, c); now != c.text.Text {
			c.text.Text = now
			c.text.Refresh()
		}
	}
	left := s.snapshot.Deadline.Sub(s.options.Clock.Now())
	if left <= 0 {
		return
	}
	step := time.Second
	if left > time.Minute {
		step = time.Minute
	}
	s.stopTick = s.after((left-1)%step+1, s.tick)
}
