package indicators

import (
	"cmp"
	"slices"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// Table is counters by a key (a service, a way to end) and by step.
type Table struct {
	Unit  Unit
	Steps []Step
	Rows  []Row
	// Totals has one figure for each step; Total is their sum.
	Totals []uint64
	Total  uint64
}

// Row is one key's figures, one for each step.
type Row struct {
	Key    string
	Counts []uint64
	Total  uint64
}

// ByFirst sums rows of one kind by their first dimension and by step, the
// greatest total first. Rows outside the period are left out.
func ByFirst(p Period, rows []admin.UsageRow) Table { return ByFirstIn(p, p.Unit(), rows) }

// ByFirstIn is ByFirst in steps of a unit that the caller chose, so that two
// periods may be set side by side.
func ByFirstIn(p Period, unit Unit, rows []admin.UsageRow) Table {
	t := Table{Unit: unit, Steps: p.steps(unit)}
	t.Totals = make([]uint64, len(t.Steps))
	at := map[string]int{}
	for _, r := range rows {
		step, ok := t.step(r.Day)
		if !ok || r.Count == 0 {
			continue
		}
		i, known := at[r.First]
		if !known {
			i = len(t.Rows)
			at[r.First] = i
			t.Rows = append(t.Rows, Row{Key: r.First, Counts: make([]uint64, len(t.Steps))})
		}
		t.Rows[i].Counts[step] += r.Count
		t.Rows[i].Total += r.Count
		t.Totals[step] += r.Count
		t.Total += r.Count
	}
	slices.SortFunc(t.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Key, b.Key))
	})
	return t
}

func (t Table) step(day string) (int, bool) {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, false
	}
	i, ok := slices.BinarySearchFunc(t.Steps, d, func(s Step, d time.Time) int {
		switch {
		case s.To.Before(d):
			return -1
		case s.From.After(d):
			return 1
		}
		return 0
	})
	return i, ok
}

// ByHour sums rows by the hour of day in which they were counted; rows that
// are not kept by hour are left out.
func ByHour(p Period, rows []admin.UsageRow) (hours [24]uint64) {
	from, to := p.From(), p.To()
	for _, r := range rows {
		if r.Day >= from && r.Day <= to && r.Hour != kiosk.NoHour && r.Hour >= 0 && r.Hour < len(hours) {
			hours[r.Hour] += r.Count
		}
	}
	return hours
}
