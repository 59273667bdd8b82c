package indicators

import (
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
)

func TestComparedPeriods(t *testing.T) {
	for _, c := range []struct{ from, to, before, yearBefore string }{
		{"2026-10-01", "2026-10-31", "2026-09-01 2026-09-30", "2025-10-01 2025-10-31"}, // a month
		{"2026-03-01", "2026-03-31", "2026-02-01 2026-02-28", "2025-03-01 2025-03-31"},
		{"2025-02-01", "2025-02-28", "2025-01-01 2025-01-31", "2024-02-01 2024-02-29"},
		{"2026-03-01", "2026-03-30", "2026-02-01 2026-02-28", "2025-03-01 2025-03-30"}, // to date, longer than the month before
		{"2026-11-01", "2026-11-22", "2026-10-01 2026-10-22", "2025-11-01 2025-11-22"},
		{"2026-07-01", "2026-09-30", "2026-04-01 2026-06-30", "2025-07-01 2025-09-30"}, // a quarter
		{"2026-01-01", "2026-12-31", "2025-01-01 2025-12-31", "2025-01-01 2025-12-31"},
		{"2026-03-28", "2026-03-30", "2026-03-25 2026-03-27", "2025-03-28 2025-03-30"}, // over the short day
		{"2024-02-29", "2024-03-06", "2024-02-22 2024-02-28", "2023-02-28 2023-03-06"},
		{"2026-01-01", "2026-02-10", "2025-11-21 2025-12-31", "2025-01-01 2025-02-10"},
	} {
		p := period(t, c.from, c.to)
		if b := p.Before(); b.From()+" "+b.To() != c.before {
			t.Errorf("before %s to %s: %s to %s, want %s", c.from, c.to, b.From(), b.To(), c.before)
		}
		if b := p.YearBefore(); b.From()+" "+b.To() != c.yearBefore {
			t.Errorf("a year before %s to %s: %s to %s, want %s", c.from, c.to, b.From(), b.To(), c.yearBefore)
		}
	}
	if len((Period{}).Before().Days()) != 0 || len((Period{}).YearBefore().Days()) != 0 {
		t.Error("no period has one before")
	}
	if !period(t, "2026-02-01", "2026-02-28").IsMonth() || period(t, "2026-02-01", "2026-03-31").IsMonth() || (Period{}).IsMonth() {
		t.Error("what is a month")
	}
}

// What is chosen at night is the day, the month and the year of Paris.
func TestPeriodsOfParis(t *testing.T) {
	paris := parisZone(t)
	// An hour before midnight UTC on the last of December is the new year in Paris.
	now := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC).In(paris)
	for name, c := range map[string]struct {
		p    Period
		want string
	}{
		"month to date": {MonthToDate(now), "2027-01-01 2027-01-01"}, "month before": {MonthOf(now, 1), "2026-12-01 2026-12-31"},
		"year to date": {YearToDate(now), "2027-01-01 2027-01-01"}, "month": {MonthOf(now, 0), "2027-01-01 2027-01-31"},
	} {
		if got := c.p.From() + " " + c.p.To(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The two odd days of Europe/Paris, and an ordinary one.
func TestOddDays(t *testing.T) {
	paris := parisZone(t)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		day  time.Time
		want int
	}{{day(2026, 3, 29), 1380}, {day(2026, 10, 25), 1500}, {day(2026, 10, 26), 1440}, {day(2027, 3, 28), 1380}} {
		if got := DayMinutes(c.day, paris); got != c.want {
			t.Errorf("%s has %d minutes, want %d", c.day.Format(time.DateOnly), got, c.want)
		}
	}
	minutes := func(day string, n uint64) admin.UsageRow {
		return admin.UsageRow{Kind: kiosk.CellAvailability, Day: day, First: kiosk.AvailableOpen, Count: n}
	}
	received := []admin.DayReceived{{Day: "2026-03-28", Kiosks: 1}, {Day: "2026-03-29", Kiosks: 2}, {Day: "2026-03-30", Kiosks: 1}, {Day: "2026-03-31", Kiosks: 1}}
	rows := []admin.UsageRow{minutes("2026-03-28", 1440), minutes("2026-03-29", 2*1380), minutes("2026-03-30", 1000), minutes("2026-03-31", 10)}
	if n := Unheard(period(t, "2026-03-28", "2026-03-31"), received, rows, "2026-03-31", paris); n != 440 {
		t.Errorf("%d minutes of the short day's week, want 440", n)
	}
	received, rows = []admin.DayReceived{{Day: "2026-10-25", Kiosks: 1}}, []admin.UsageRow{minutes("2026-10-25", 1500)}
	if n := Unheard(period(t, "2026-10-25", "2026-10-25"), received, rows, "2026-10-31", paris); n != 0 {
		t.Errorf("%d minutes of the long day, want none", n)
	}
	var f Facts
	f.Add(rows)
	if v := f.Value(Availability); v.Figure() != 1 {
		t.Errorf("a borne that was open all the long day: %v", v.Figure())
	}
}

func TestByWeekday(t *testing.T) {
	rows := []admin.UsageRow{
		{Day: "2026-10-25", Hour: 2, Count: 3}, {Day: "2026-10-26", Hour: 9, Count: 5}, {Day: "2026-11-01", Hour: 2, Count: 1},
		{Day: "2026-10-26", Hour: kiosk.NoHour, Count: 50}, {Day: "2026-11-03", Hour: 9, Count: 50}, {Day: "nothing", Hour: 9, Count: 50},
	}
	w := ByWeekday(period(t, "2026-10-25", "2026-11-02"), rows)
	if w[6][2] != 4 || w[0][9] != 5 {
		t.Errorf("%v", w)
	}
	if d, h, n := w.Busiest(); d != 0 || h != 9 || n != 5 {
		t.Errorf("busiest %d %d %d", d, h, n)
	}
	if _, _, n := (Week{}).Busiest(); n != 0 {
		t.Error("nothing is busy")
	}
}

func parisZone(t *testing.T) *time.Location {
	t.Helper()
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
