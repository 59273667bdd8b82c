package session

import (
	"fmt"
	"time"

	"borne/kiosk"
)

// report counts what a visitor answered, once per visit. Nothing waits for it.
func (s State) report(m Moment, r kiosk.Report) (State, []Effect) {
	switch {
	case !s.Questions:
		return s, refuse(fmt.Errorf("%w: no visit has just ended", kiosk.ErrBadArgument))
	case r.Service != "" && !s.Services[r.Service]:
		return s, refuse(fmt.Errorf("%w (%q)", kiosk.ErrUnknownService, r.Service))
	}
	s.Questions = false
	day := m.Wall.Format(time.DateOnly)
	return s, []Effect{Count{map[kiosk.Key]uint64{
		{Kind: kiosk.CellOutcome, Day: day, Hour: kiosk.NoHour, First: orNone(r.Service), Second: string(r.Outcome)}:   1,
		{Kind: kiosk.CellSatisfaction, Day: day, Hour: kiosk.NoHour, First: orNone(r.Service), Second: string(r.Face)}: 1,
	}}}
}

// prolong gives the visitor more time from now on, or from the end that was
// set, whichever is later.
func (s State) prolong(m Moment, by time.Duration) (State, []Effect) {
	if !s.Phase.InSession() {
		return s, refuse(kiosk.ErrNoSession)
	}
	s.LimitAt += by
	return s.extend(m)
}
