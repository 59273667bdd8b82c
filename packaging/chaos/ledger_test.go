package chaos_test

import (
	"testing"

	"borne/packaging/chaos"
)

func TestLedgerFindsWhatIsLostAndDoubled(t *testing.T) {
	var l chaos.Ledger
	l.Acknowledge(chaos.Counters{"session/button": 3, "visit/caf": 2, "device/wipe-clean": 3})
	for _, c := range []struct {
		name          string
		there         chaos.Counters
		lost, doubled uint64
	}{
		{"a visit more", chaos.Counters{"session/button": 4, "visit/caf": 3, "device/wipe-clean": 5}, 0, 0},
		{"a visit sent twice", chaos.Counters{"session/button": 4, "visit/caf": 5, "device/wipe-clean": 4}, 0, 2},
		{"a log that began anew", chaos.Counters{"session/power": 1}, 8, 0},
		{"one of each", chaos.Counters{"session/button": 3, "visit/caf": 4, "device/wipe-clean": 1}, 2, 1},
	} {
		got := l.Look(c.there, chaos.Counters{"visit/caf": 1})
		if got.Lost != c.lost || got.Doubled != c.doubled || (len(got.Detail) > 0) != (c.lost+c.doubled > 0) {
			t.Errorf("%s: %+v, want %d lost, %d doubled", c.name, got, c.lost, c.doubled)
		}
	}
}

func TestLedgerForgetsNothingByLooking(t *testing.T) {
	var l chaos.Ledger
	l.Acknowledge(chaos.Counters{"session/button": 2})
	l.Look(chaos.Counters{}, nil)
	if c := l.Look(chaos.Counters{"session/button": 1}, nil); c.Lost != 1 {
		t.Errorf("%+v", c)
	}
}
