package session

import (
	"fmt"
	"time"

	"borne/kiosk"
)

const (
	// limitNotice before the end of the longest session the visitor is asked.
	limitNotice = 2 * time.Minute
	// closingGrace is how long after the closing hour a visitor may still go on
	// by himself: to send a form, not to begin one.
	closingGrace = 10 * time.Minute
	// maxProlong bounds one gift of a mediator.
	maxProlong = 2 * time.Hour
)

// limitAt is when the session ends, whatever the visitor does meanwhile.
func (s State) limitAt() time.Duration {
	if s.ClosingAt > 0 {
		return min(s.LimitAt, s.ClosingAt)
	}
	return s.LimitAt
}

// limitEnd is limitAt, but for a warning that came late.
func (s State) limitEnd() time.Duration { return max(s.limitAt(), s.LimitWarned+leastNotice) }

// relimited takes the warning back when the limit has moved away from it.
func (s State) relimited(m Moment) State {
	if m.Elapsed < s.limitAt()-limitNotice {
		s.LimitWarned, s.LimitRead = 0, false
	}
	return s
}

// extend says that the visitor is there and goes on: with more time when there
// is little left, as often as he likes. After the closing hour there is a last
// time; then it takes the warning away and the bar counts down.
func (s State) extend(m Moment) (State, []Effect) {
	if !s.Phase.InSession() {
		return s, refuse(kiosk.ErrNoSession)
	}
	s = s.present(m)
	if s.limitAt()-m.Elapsed > limitNotice {
		return s, nil
	}
	to := m.Elapsed + limitNotice + s.Settings.Extension
	s.LimitAt = max(s.LimitAt, to)
	if s.ClosingAt > 0 {
		s.ClosingAt = max(s.ClosingAt, min(to, s.ClosesBy))
	}
	s.LimitRead = s.LimitWarned > 0
	return s.relimited(m), nil
}

// prolong gives the visitor more time, after the end that was set, whatever
// the hour. Who gives it says that somebody is there.
func (s State) prolong(m Moment, by time.Duration) (State, []Effect) {
	switch {
	case !s.Phase.InSession():
		return s, refuse(kiosk.ErrNoSession)
	case by <= 0 || by > maxProlong:
		return s, refuse(fmt.Errorf("%w: %v more, write up to %v", kiosk.ErrBadArgument, by, maxProlong))
	}
	s = s.present(m)
	to := max(s.limitAt(), m.Elapsed) + by
	s.LimitAt, s.ProlongedTo = max(s.LimitAt, to), to
	if s.ClosingAt > 0 {
		s.ClosingAt, s.ClosesBy = to, max(s.ClosesBy, to)
	}
	s.LimitRead = false
	return s.relimited(m), nil
}
