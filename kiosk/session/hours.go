package session

import (
	"time"

	"borne/kiosk"
)

// outsideHours is the reason of a borne that its opening hours closed.
const outsideHours = "outside opening hours"

// hours is what the opening hours said when they were last looked at.
type hours struct {
	// Closed: they are over.
	Closed bool
	// OpensAt is when they begin again, zero when that is not known.
	OpensAt time.Time
	// EdgeAt is when to look again, as Moment.Elapsed; 0 for no sooner than the
	// next Minute.
	EdgeAt time.Duration
}

// shut reports whether the hours close the borne, and staff has not opened it.
func (s State) shut() bool { return s.Hours.Closed && !s.Overruled }

// lookAtHours reads the hours by the present wall clock, which may have been
// set since. One that cannot be right closes nothing.
func (s State) lookAtHours(m Moment) State {
	s.Hours = hours{}
	if !m.ClockWrong {
		open, changes := s.Settings.Opening.At(m.Wall)
		s.Hours.Closed = !open
		if !changes.IsZero() {
			s.Hours.EdgeAt = m.Elapsed + changes.Sub(m.Wall)
			if !open {
				s.Hours.OpensAt = changes
			}
		}
		if open {
			s.Overruled = false // until the next edge
		}
	}
	return s.closing(m)
}

// closing gives a visit that is on its time when the hours end, and takes that
// back when they did not.
func (s State) closing(m Moment) State {
	switch {
	case !s.Phase.InSession():
	case s.shut() && s.ClosesBy == 0:
		s.ClosingAt = max(m.Elapsed+limitNotice, s.ProlongedTo)
		s.ClosesBy = max(m.Elapsed+closingGrace, s.ProlongedTo)
	case !s.shut() && s.ClosesBy > 0:
		s.ClosingAt, s.ClosesBy = 0, 0
		s = s.relimited(m)
	}
	return s
}

// minute counts availability and looks at the clock on the wall, which may
// have been put right, or wrong.
func (s State) minute(m Moment, e Minute) (State, []Effect) {
	effects := []Effect{s.availability(m, e.Online)}
	s, more := s.atHours(m)
	return s, append(effects, more...)
}

// atHours opens or closes the borne if its hours say so.
func (s State) atHours(m Moment) (State, []Effect) {
	was := s.shut()
	if s = s.lookAtHours(m); s.shut() == was {
		return s, nil
	}
	return s.betweenVisitors(m)
}

// opensAt is for the screen of a borne that its hours closed.
func (s State) opensAt() time.Time {
	if s.Phase != kiosk.Closed || s.ClosedReason != "" {
		return time.Time{}
	}
	return s.Hours.OpensAt
}
