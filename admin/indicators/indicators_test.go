package indicators

import (
	"fmt"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"

	"pgregory.net/rapid"
)

func period(t testing.TB, from, to string) Period {
	t.Helper()
	p, err := NewPeriod(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLastDays(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	// Half past eleven at night UTC is already the next day in Paris.
	p := LastDays(time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC).In(paris), 3)
	if p.From() != "2026-03-28" || p.To() != "2026-03-30" || len(p.Days()) != 3 {
		t.Errorf("%s to %s", p.From(), p.To())
	}
	if days := (Period{}).Days(); len(days) != 0 || len((Period{}).Steps()) != 0 {
		t.Errorf("the zero period has days %v", days)
	}
}

func TestNewPeriodRefuses(t *testing.T) {
	for _, c := range [][2]string{{"", ""}, {"2026-09-02", "2026-09-01"}, {"2026-02-30", "2026-03-01"}, {"2020-01-01", "2026-01-01"}} {
		if _, err := NewPeriod(c[0], c[1]); err == nil {
			t.Errorf("%q to %q: no error", c[0], c[1])
		}
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		from, to, want string
	}{
		{"2026-09-01", "2026-09-03", "day 01/09-01/09 02/09-02/09 03/09-03/09"},
		// 2026-09-01 is a Tuesday: a short first week, then Mondays.
		{"2026-09-01", "2026-10-04", "week 01/09-06/09 07/09-13/09 14/09-20/09 21/09-27/09 28/09-04/10"},
		{"2026-08-15", "2027-02-20", "month 15/08-31/08 01/09-30/09 01/10-31/10 01/11-30/11 01/12-31/12 01/01-31/01 01/02-20/02"},
	} {
		p := period(t, c.from, c.to)
		got := string(p.Unit())
		for _, s := range p.Steps() {
			got += fmt.Sprintf(" %s-%s", s.From.Format("02/01"), s.To.Format("02/01"))
		}
		if got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestByFirst(t *testing.T) {
	rows := []admin.UsageRow{
		{Kind: kiosk.CellVisit, Day: "2026-09-01", First: "ameli", Count: 2},
		{Kind: kiosk.CellVisit, Day: "2026-09-01", First: "caf", Count: 1},
		{Kind: kiosk.CellVisit, Day: "2026-09-03", First: "caf", Count: 4},
		{Kind: kiosk.CellVisit, Day: "2026-09-03", First: "impots", Count: 2},
		{Kind: kiosk.CellVisit, Day: "2026-09-04", First: "caf", Count: 100}, // outside
		{Kind: kiosk.CellVisit, Day: "2026-09-02", First: "none", Count: 0},
	}
	table := ByFirst(period(t, "2026-09-01", "2026-09-03"), rows)
	if got := fmt.Sprint(table.Rows, table.Totals, table.Total); got != "[{caf [1 0 4] 5} {ameli [2 0 0] 2} {impots [0 0 2] 2}] [3 0 6] 9" {
		t.Error(got)
	}
}

// Whatever the rows and the period, totals are the sums of what is shown and
// nothing of the period is lost.
func TestTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "first"))
		last := first.AddDate(0, 0, rapid.IntRange(0, 500).Draw(t, "length"))
		p, err := NewPeriod(first.Format(time.DateOnly), last.Format(time.DateOnly))
		if err != nil {
			t.Fatal(err)
		}
		var want uint64
		var rows []admin.UsageRow
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			day := first.AddDate(0, 0, rapid.IntRange(-10, 510).Draw(t, "day"))
			n := rapid.Uint64Range(0, 50).Draw(t, "count")
			rows = append(rows, admin.UsageRow{Day: day.Format(time.DateOnly), First: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"), Count: n})
			if !day.Before(first) && !day.After(last) {
				want += n
			}
		}
		table := ByFirst(p, rows)
		var byRow, byStep uint64
		for _, r := range table.Rows {
			var cells uint64
			for _, n := range r.Counts {
				cells += n
			}
			if cells != r.Total {
				t.Fatalf("row %s: cells make %d, total %d", r.Key, cells, r.Total)
			}
			byRow += r.Total
		}
		for _, n := range table.Totals {
			byStep += n
		}
		if table.Total != want || byRow != want || byStep != want {
			t.Fatalf("total %d, rows %d, steps %d, want %d", table.Total, byRow, byStep, want)
		}
		covered := 0
		for _, s := range table.Steps {
			covered += int(s.To.Sub(s.From).Hours()/24) + 1
		}
		if covered != len(p.Days()) {
			t.Fatalf("steps cover %d days of %d", covered, len(p.Days()))
		}
	})
}

func TestByHour(t *testing.T) {
	rows := []admin.UsageRow{
		{Day: "2026-10-25", Hour: 2, Count: 3}, // the hour that comes twice
		{Day: "2026-10-26", Hour: 2, Count: 1},
		{Day: "2026-10-26", Hour: kiosk.NoHour, Count: 9},
		{Day: "2026-10-27", Hour: 2, Count: 9},
	}
	if h := ByHour(period(t, "2026-10-25", "2026-10-26"), rows); h[2] != 4 || h[0] != 0 {
		t.Errorf("%v", h)
	}
}

func TestCoverage(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	kiosks := []admin.Enrolled{
		// Late on the second of September in UTC, the third in Paris.
		{Site: "a", Hour: time.Date(2026, 9, 2, 22, 0, 0, 0, time.UTC), Kiosks: 1},
		{Site: "b", Hour: time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC), Kiosks: 1},
	}
	received := []admin.DayReceived{{Day: "2026-09-01", Kiosks: 1}, {Day: "2026-09-02", Kiosks: 2}, {Day: "2026-09-03", Kiosks: 1}, {Day: "2026-09-04", Kiosks: 1}}
	got := CoverageOf(period(t, "2026-09-01", "2026-09-05"), kiosks, received, "2026-09-04", paris)
	if want := (Coverage{Received: 3, Expected: 4, OfToday: 1, Today: 2}); got != want || got.Complete() {
		t.Errorf("%+v, want %+v", got, want)
	}
	if c := CoverageOf(period(t, "2026-10-01", "2026-10-05"), kiosks, nil, "2026-09-04", paris); c != (Coverage{}) || !c.Complete() {
		t.Errorf("the future: %+v", c)
	}
	bySite := CoverageBySite(period(t, "2026-09-01", "2026-09-05"), kiosks, map[string]int{"b": 2, "gone": 4}, "2026-09-04", paris)
	if fmt.Sprint(bySite) != "map[a:{0 1 0 0} b:{2 3 0 0}]" {
		t.Errorf("by site: %v", bySite)
	}
}
