package shell

import (
	"slices"
	"time"
)

// settle is how long a borne that nobody uses must be in another state before
// the screen says so: a browser that is started anew, or a borned, would make
// it flash, which tells nobody anything.
const settle = 500 * time.Millisecond

// quiet are the screens of a borne that nobody uses.
var quiet = []screenID{screenStarting, screenReady, screenAttract, screenClosed, screenOut}

// calm is a change that waits.
type calm struct {
	to   screenID
	due  time.Time
	stop func() bool
	// since is when the present screen came after another quiet one.
	since time.Time
}

// settles reports whether to leave the quiet screen that is there for a
// moment. Only the first screen comes at once, unless what it follows has
// hardly been seen itself.
func (s *Shell) settles(v view) bool {
	if v.screen == s.drawn.screen || !slices.Contains(quiet, v.screen) || !slices.Contains(quiet, s.drawn.screen) {
		s.settled()
		return false
	}
	now := s.options.Clock.Now()
	if s.calm.to != v.screen {
		s.settled()
		s.calm.to, s.calm.due = v.screen, now.Add(settle)
		if v.screen == screenReady {
			s.calm.due = s.calm.since.Add(settle)
		}
	}
	left := s.calm.due.Sub(now)
	if left <= 0 {
		s.settled()
		s.calm.since = now
		return false
	}
	if s.calm.stop == nil {
		s.calm.stop = s.after(left, func() { s.calm.stop = nil; s.draw() })
	}
	return true
}

func (s *Shell) settled() {
	stop(&s.calm.stop)
	s.calm.to = ""
}
