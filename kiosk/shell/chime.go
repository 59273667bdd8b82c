package shell

import "time"

// Sound is what a warning sounds like: people look at their papers.
type Sound interface {
	// Chime plays the one soft sound there is, unless it is playing.
	Chime()
	// Hush ends it: whoever was warned has answered.
	Hush()
}

// silence is the Sound of a shell that was given none.
type silence struct{}

func (silence) Chime() {}
func (silence) Hush()  {}

// The last seconds of a warning sound again.
var lastCalls = []time.Duration{10 * time.Second, 5 * time.Second}

// rung is what was sounded for the warning on the screen.
type rung struct {
	screen screenID
	calls  int
}

// ring sounds when a warning comes, and again when little of its time is left.
func (s *Shell) ring() {
	screen := s.drawn.screen
	if screen != screenIdle && screen != screenLimit {
		if s.rung.calls > 0 {
			s.options.Sound.Hush()
		}
		s.rung = rung{}
		return
	}
	due := 1
	if !s.snapshot.Deadline.IsZero() {
		left := s.snapshot.Deadline.Sub(s.options.Clock.Now())
		for _, last := range lastCalls {
			if left <= last {
				due++
			}
		}
	}
	if s.rung.screen != screen {
		s.rung = rung{screen: screen}
	}
	// A voice that begins to read the warning is its sound.
	if due > s.rung.calls && (due > 1 || !s.isRead(s.drawn)) {
		s.options.Sound.Chime()
	}
	s.rung.calls = due
}
