package session

import (
	"maps"
	"testing"
	"time"

	"borne/kiosk"
)

// TestTallyDoesNotGrow counts what a page without end brings: all of it, in the
// room of one.
func TestTallyDoesNotGrow(t *testing.T) {
	s := State{Phase: kiosk.Visiting, Service: "caf", HadSession: true}
	m := Moment{Elapsed: time.Minute, Wall: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	const n = 100_000
	for range n {
		s, _ = Step(s, m, Counted{What: kiosk.DeviceRefusedNoise})
	}
	if len(s.Tally) != 1 {
		t.Errorf("%d entries for one kind of count", len(s.Tally))
	}
	k := key(m, tally{kiosk.CellDevice, kiosk.DeviceRefusedNoise, "caf"})
	if got := s.cells(m)[k]; got != n {
		t.Errorf("counted %d, want %d", got, n)
	}
}

// TestStatesShareNoTally holds Step pure: a state that was left does not change.
func TestStatesShareNoTally(t *testing.T) {
	before := State{HadSession: true}.tallied(kiosk.CellInclusion, "fr", kiosk.None)
	after := before.tallied(kiosk.CellInclusion, "fr", kiosk.None)
	if before.Tally[0].n != 1 || after.Tally[0].n != 2 {
		t.Errorf("before %d, after %d; want 1 and 2", before.Tally[0].n, after.Tally[0].n)
	}
}

// TestAnAidCountsOncePerVisit: the cell says in how many visits large text was
// used, not how often a finger touched the button.
func TestAnAidCountsOncePerVisit(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings())
	v.do(Aided{kiosk.AidLargeText}) // nobody is there
	v.visiting()
	v.do(Aided{kiosk.AidLargeText}, Aided{kiosk.AidLargeText}, Home{}, OpenService{"caf"}, Aided{kiosk.AidLargeText})
	k := key(v.moment(), tally{kiosk.CellAid, string(kiosk.AidLargeText), kiosk.None})
	if got := v.s.cells(v.moment())[k]; got != 1 {
		t.Errorf("counted %d, want 1", got)
	}
	if err := k.Validate(nil); err != nil || k.Hour != kiosk.NoHour {
		t.Errorf("key %+v: %v", k, err)
	}
	v.do(EndSession{kiosk.EndButton}, Wiped{kiosk.Proof{Clean: true}})
	if cells := v.s.cells(v.moment()); len(cells) != 0 {
		t.Errorf("the next visitor has %v", cells)
	}
}

// TestAnImpatientFingerMakesOneVisit: touching « Commencer » again while the page
// opens asks for what is under way. A site that is asked for after its page was
// shown, or after it did not answer, is another visit.
func TestAnImpatientFingerMakesOneVisit(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings()).visiting()
	visits := func() (n uint64) {
		for k, count := range v.s.visited(v.moment()).cells(v.moment()) {
			if k.Kind == kiosk.CellVisit {
				n += count
			}
		}
		return n
	}
	for _, step := range []struct {
		events []Event
		want   uint64
	}{
		{nil, 1},
		{[]Event{Home{}, OpenService{"caf"}, OpenService{"caf"}, OpenService{"caf"}}, 2},
		{[]Event{PageShown{v.s.Generation}, OpenService{"caf"}}, 3},
		{[]Event{PageUnreachable{v.s.Generation}, OpenService{"caf"}}, 4},
	} {
		v.do(step.events...)
		if got := visits(); got != step.want {
			t.Errorf("after %T: %d visits, want %d", step.events, got, step.want)
		}
	}
}

// TestAReportIsThreeCounters holds the answers apart: no counter has two of them.
func TestAReportIsThreeCounters(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings()).visiting()
	v.do(EndSession{kiosk.EndButton}, Wiped{kiosk.Proof{Clean: true}})
	_, effects := Step(v.s, v.moment(), Report{kiosk.Report{Service: "caf", Outcome: kiosk.OutcomeLater, Face: kiosk.FaceUnhappy, Autonomy: kiosk.AutonomyAccompanied}})
	m, want := v.moment(), map[kiosk.Key]uint64{}
	for kind, answer := range map[kiosk.CellKind]string{kiosk.CellOutcome: "later", kiosk.CellSatisfaction: "unhappy", kiosk.CellAutonomy: "accompanied"} {
		want[key(m, tally{kind, "caf", answer})] = 1
	}
	if len(effects) != 1 || !maps.Equal(effects[0].(Count).Cells, want) {
		t.Errorf("%+v, want one count of %v", effects, want)
	}
}
