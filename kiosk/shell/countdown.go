package shell

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// clockText is a line that tells the time left. Where words are from right to
// left it is a box, which each change fills anew.
type clockText struct {
	text             *canvas.Text
	box              *fyne.Container
	fill             func(string) fyne.CanvasObject
	shown            string
	minutes, seconds textID
}

// clock makes a line that counts down to the deadline by itself.
func (s *Shell) clock(k kit, minutes, seconds textID, w words) fyne.CanvasObject {
	c := clockText{minutes: minutes, seconds: seconds}
	c.shown = s.left(k.texts, c)
	line := k.line(c.shown, w)
	if text, ok := line.(*canvas.Text); ok {
		c.text = text
		s.clocks = append(s.clocks, c)
		return text
	}
	c.fill = func(now string) fyne.CanvasObject { return k.line(now, w) }
	c.box = container.New(filled{}, line)
	s.clocks = append(s.clocks, c)
	return c.box
}

// narrowFor is how much smaller letters must be for a line that counts down to
// fit the column, whatever the number: no line of its kind is broken.
func (c *column) narrowFor(w words, ids ...textID) float32 {
	widest := float32(0)
	for _, id := range ids {
		for _, n := range []int{38, 44, 58} { // a form of the plural each, with wide figures
			widest = max(widest, c.measure(c.texts.in(c.lang, id, map[string]any{"Count": n}), w).Width)
		}
	}
	if widest <= c.width {
		return w.narrow
	}
	return c.width / widest * 0.97
}

// filled is a layout that gives all its room to each object.
type filled struct{}

func (filled) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
func (filled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

func (s *Shell) left(t *Texts, c clockText) string {
	left := max(s.snapshot.Deadline.Sub(s.options.Clock.Now()), 0)
	id, unit := c.seconds, time.Second
	if left > time.Minute {
		id, unit = c.minutes, time.Minute
	}
	return t.in(s.language, id, map[string]any{"Count": int((left + unit - 1) / unit)})
}

// tick writes the time left where it is shown, and comes back when it next
// reads otherwise: at the next full minute, in the last one at each second.
func (s *Shell) tick() {
	stop(&s.stopTick)
	s.ring()
	if len(s.clocks) == 0 || s.snapshot.Deadline.IsZero() {
		return
	}
	for i := range s.clocks {
		c := &s.clocks[i]
		now := s.left(s.options.Texts, *c)
		if now == c.shown {
			continue
		}
		if c.shown = now; c.box == nil {
			c.text.Text = dotted(now)
			c.text.Refresh()
			continue
		}
		c.box.Objects = []fyne.CanvasObject{c.fill(now)}
		c.box.Refresh()
		c.box.Layout.Layout(c.box.Objects, c.box.Size())
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
