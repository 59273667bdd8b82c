package session

import (
	"testing"
	"time"

	"borne/kiosk"
)

// atChoice is a visit with a browser that is ready, before any site.
func atChoice(t *testing.T) State {
	t.Helper()
	s := New()
	s.Phase, s.Browser, s.Generation, s.HadSession = kiosk.Choosing, browserReady, 1, true
	s.StartedAt, s.LastInput, s.IdleFrom, s.LimitAt = time.Second, time.Second, time.Second, time.Hour
	s.Services = map[kiosk.ServiceID]bool{"caf": true}
	return s
}

// TestShowDocument: a document lies over a site, or over the choice of one, and
// Back returns to that.
func TestShowDocument(t *testing.T) {
	m := Moment{Elapsed: 2 * time.Second}
	s, effects := Step(atChoice(t), m, ShowDocument{"a"})
	if s.Phase != kiosk.Visiting || s.Notice != kiosk.Opening || len(effects) != 1 || effects[0] != (Show{"a"}) {
		t.Fatalf("%s %q %v", s.Phase, s.Notice, effects)
	}
	s, _ = Step(s, m, PageShown{1})
	if s, effects = Step(s, m, Back{}); s.Phase != kiosk.Choosing || len(effects) != 1 || effects[0] != (GoBack{}) {
		t.Errorf("back from a document: %s %v", s.Phase, effects)
	}
	s, _ = Step(s, m, OpenService{"caf"})
	s, _ = Step(s, m, PageShown{1})
	s, _ = Step(s, m, ShowDocument{"a"})
	if s, _ = Step(s, m, Back{}); s.Phase != kiosk.Visiting || s.Service != "caf" {
		t.Errorf("back from a document over a site: %s %s", s.Phase, s.Service)
	}
	if _, effects = Step(New(), m, ShowDocument{"a"}); len(effects) != 1 || effects[0] != (Refuse{kiosk.ErrNoSession}) {
		t.Errorf("without a visit: %v", effects)
	}
	for _, c := range s.Tally {
		if c.kind == kiosk.CellVisit {
			t.Errorf("a document counts as a visit: %+v", c)
		}
	}
}

// TestPaperIsNotIdle: what is printed suspends idle time wherever the visitor
// looks, and going home does not end that.
func TestPaperIsNotIdle(t *testing.T) {
	m := Moment{Elapsed: 2 * time.Second}
	s, _ := Step(atChoice(t), m, Busy{1, kiosk.BusyPrint, true})
	if s.Busy != busyBit(kiosk.BusyPrint) {
		t.Fatal("paper counts only on a site")
	}
	if s, _ = Step(s, m, Busy{1, kiosk.BusyMedia, true}); s.Busy != busyBit(kiosk.BusyPrint) {
		t.Error("a film of no site counts")
	}
	s, _ = Step(s, m, OpenService{"caf"})
	s, _ = Step(s, m, Busy{1, kiosk.BusyUpload, true})
	if s, _ = Step(s, m, Home{}); s.Busy != busyBit(kiosk.BusyPrint) {
		t.Errorf("at home %b is under way", s.Busy)
	}
	m.Elapsed = s.Settings.IdleTimeout + time.Minute
	if s, _ = Step(s, m, Tick{}); s.IdleWarned > 0 {
		t.Error("a visitor who waits for paper is warned")
	}
}

func TestPagesAreCountedAtOnce(t *testing.T) {
	s, _ := Step(atChoice(t), Moment{}, Counted{What: kiosk.DevicePages, Times: 12})
	if len(s.Tally) != 1 || s.Tally[0].n != 12 {
		t.Errorf("counted %+v", s.Tally)
	}
}
