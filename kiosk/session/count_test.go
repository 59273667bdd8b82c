package session

import (
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
