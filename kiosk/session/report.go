package session

import (
	"fmt"
	"slices"
	"time"

	"borne/kiosk"
)

// questionsFor is how long after the end a visitor may be asked how it went:
// nobody else may answer for him.
const questionsFor = 2 * time.Minute

// asks reports whether the visitor is asked how it went. One whose time is up
// is there, since an empty borne would have been idle before; and that he was
// not done is what must be known of him.
func asks(r kiosk.EndReason) bool { return r == kiosk.EndButton || r == kiosk.EndLimit }

// report counts what a visitor answered, once per visit. Nothing waits for it.
func (s State) report(m Moment, r kiosk.Report) (State, []Effect) {
	switch {
	case s.QuestionsUntil == 0 || m.Elapsed >= s.QuestionsUntil:
		return s, refuse(fmt.Errorf("%w: no visit has just ended", kiosk.ErrBadArgument))
	case r.Service != "" && !s.Services[r.Service]:
		return s, refuse(fmt.Errorf("%w (%q)", kiosk.ErrUnknownService, r.Service))
	case !slices.Contains(kiosk.Outcomes(), r.Outcome), !slices.Contains(kiosk.Faces(), r.Face), !slices.Contains(kiosk.Autonomies(), r.Autonomy):
		return s, refuse(fmt.Errorf("%w: not an answer", kiosk.ErrBadArgument))
	}
	s.QuestionsUntil = 0
	return s, []Effect{Count{map[kiosk.Key]uint64{
		key(m, tally{kiosk.CellOutcome, orNone(r.Service), string(r.Outcome)}):   1,
		key(m, tally{kiosk.CellSatisfaction, orNone(r.Service), string(r.Face)}): 1,
		key(m, tally{kiosk.CellAutonomy, orNone(r.Service), string(r.Autonomy)}): 1,
	}}}
}
