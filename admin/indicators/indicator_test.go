package indicators

import (
	"math"
	"testing"

	"borne/admin"
	"borne/kiosk"
)

func counted(kind kiosk.CellKind, first, second string, n uint64) admin.UsageRow {
	return admin.UsageRow{Kind: kind, First: first, Second: second, Count: n}
}

func TestIndicators(t *testing.T) {
	f := Facts{OpenDays: 4, Coverage: Coverage{Received: 9, Expected: 10}}
	f.Add([]admin.UsageRow{
		counted(kiosk.CellSession, "button", "5-15", 30), counted(kiosk.CellSession, "idle", "0-5", 10), counted(kiosk.CellSession, "button", "120+", 2),
		counted(kiosk.CellSession, "power", "none", 2),
		counted(kiosk.CellVisit, "caf", "5-15", 50),
		counted(kiosk.CellOutcome, "caf", "done", 6), counted(kiosk.CellOutcome, "caf", "later", 2), counted(kiosk.CellOutcome, "none", "none", 12),
		counted(kiosk.CellSatisfaction, "caf", "happy", 3), counted(kiosk.CellSatisfaction, "caf", "unhappy", 1), counted(kiosk.CellSatisfaction, "caf", "none", 6),
		counted(kiosk.CellAutonomy, "caf", "alone", 1), counted(kiosk.CellAutonomy, "caf", "accompanied", 3),
		counted(kiosk.CellHelp, "caf", "0-1", 3), counted(kiosk.CellHelp, "caf", "5-15", 1), counted(kiosk.CellHelp, "none", "unanswered", 1),
		counted(kiosk.CellInclusion, "fr", "none", 30), counted(kiosk.CellInclusion, "uk", "none", 10), counted(kiosk.CellInclusion, "none", "none", 4),
		counted(kiosk.CellAid, "large-text", "none", 7),
		counted(kiosk.CellDevice, kiosk.DeviceRefusedHost, "caf", 8), counted(kiosk.CellDevice, kiosk.DeviceWipeFault, "none", 1), counted(kiosk.CellDevice, kiosk.DeviceRefusedNoise, "caf", 900),
		counted(kiosk.CellAvailability, "open", "none", 1800), counted(kiosk.CellAvailability, "offline", "none", 100), counted(kiosk.CellAvailability, "out-of-service", "none", 100),
		counted(kiosk.CellAvailability, "closed", "none", 5000),
	})
	busy := 30*10 + 10*2.5 + 2*120
	for i, want := range map[Indicator]float64{
		Sessions: 44, PerOpenDay: 11, Occupancy: busy / 1900, Visits: 50, Finished: 0.75, WillReturn: 0.25, Abandoned: 10.0 / 44, Long: 2.0 / 42,
		HelpCalls: 5, HelpSoon: 0.6, HelpUnanswered: 0.2, OtherLanguages: 0.25, WithAid: 7, Alone: 0.25, Happy: 0.75, RefusedPages: 8,
		SessionFaults: 2.0 / 44, WipeFaults: 1, Availability: 0.9, MinutesOfOutage: 0.05, CoverageShare: 0.9,
	} {
		if v := f.Value(i); math.Abs(v.Figure()-want) > 1e-12 || !v.Known() {
			t.Errorf("%s: %+v is %v, want %v", i, v, v.Figure(), want)
		}
	}
	if v := f.Value("no such"); v.Known() {
		t.Errorf("an unknown indicator has the value %+v", v)
	}
}

// What nobody told is not told as nothing.
func TestNothingCounted(t *testing.T) {
	seen := map[Indicator]bool{}
	for _, i := range All() {
		v := Facts{}.Value(i)
		if v.Form == "" || seen[i] {
			t.Errorf("%s is not reckoned, or stands twice", i)
		}
		seen[i] = true
		if v.Known() != (v.Form == Count) || v.Figure() != 0 {
			t.Errorf("%s of nothing: %+v", i, v)
		}
		if _, known := v.Change(v); known {
			t.Errorf("%s changed from nothing to nothing", i)
		}
	}
}

func TestChange(t *testing.T) {
	for _, c := range []struct {
		v, earlier Value
		want       float64
		known      bool
	}{
		{Value{Count, 150, 0}, Value{Count, 100, 0}, 0.5, true},
		{Value{Count, 0, 0}, Value{Count, 100, 0}, -1, true},
		{Value{Count, 5, 0}, Value{Count, 0, 0}, 0, false},
		{Value{Share, 3, 4}, Value{Share, 1, 2}, 0.25, true},
		{Value{Share, 3, 4}, Value{Share, 0, 0}, 0, false},
		{Value{Rate, 30, 10}, Value{Rate, 20, 10}, 0.5, true},
	} {
		if got, known := c.v.Change(c.earlier); math.Abs(got-c.want) > 1e-12 || known != c.known {
			t.Errorf("%+v after %+v: %v %v", c.v, c.earlier, got, known)
		}
	}
}
