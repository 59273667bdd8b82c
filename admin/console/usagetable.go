package console

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"borne/admin/indicators"
)

// usageTable is a table of counters with words for people.
type usageTable struct {
	Steps  []stepHead
	Rows   []usageRow
	Totals []uint64
	Total  uint64
}

type stepHead struct{ Short, Long string }

type usageRow struct {
	Name, Theme string
	Counts      []uint64
	Total       uint64
}

// part writes what part of a total a row is.
func (t usageTable) Part(n uint64) string {
	return valueText(indicators.Value{Form: indicators.Share, N: float64(n), Of: t.Total})
}

type hourRow struct {
	Hour string
	N    uint64
}

// listTable makes a table of one column: each value of a closed list, in the
// list's order, "non communiqué" included.
func listTable[T ~string](list []T, name func(T) string, count func(string) uint64) (t usageTable) {
	for _, v := range list {
		n := count(string(v))
		t.Rows = append(t.Rows, usageRow{Name: name(v), Total: n})
		t.Total += n
	}
	return t
}

// tableOf gives a table its words.
func tableOf(t indicators.Table, name func(key string) (name, theme string)) usageTable {
	out := usageTable{Totals: t.Totals, Total: t.Total}
	for _, s := range t.Steps {
		out.Steps = append(out.Steps, headOf(t.Unit, s))
	}
	for _, row := range t.Rows {
		n, theme := name(row.Key)
		out.Rows = append(out.Rows, usageRow{n, theme, row.Counts, row.Total})
	}
	return out
}

func headOf(u indicators.Unit, s indicators.Step) stepHead {
	short := s.From.Format("02/01")
	switch {
	case u == indicators.ByMonth:
		m := months()[s.From.Month()-1]
		return stepHead{fmt.Sprintf("%s %d", m, s.From.Year()), "du " + longDay(s.From) + " au " + longDay(s.To)}
	case u == indicators.ByWeek:
		return stepHead{short, "semaine du " + longDay(s.From) + " au " + longDay(s.To)}
	}
	return stepHead{short, longDay(s.From)}
}

func stepPoints(t usageTable) []point {
	var out []point
	for i, s := range t.Steps {
		out = append(out, point{s.Short, s.Long, t.Totals[i]})
	}
	return out
}

// hourRows leaves out the hours of the night when nobody came.
func hourRows(hours [24]uint64) []hourRow {
	var out []hourRow
	for h := range hours {
		if hours[h] > 0 || h >= 8 && h < 19 {
			out = append(out, hourRow{fmt.Sprintf("%d\u00a0h – %d\u00a0h", h, h+1), hours[h]})
		}
	}
	return out
}

func hourPoints(hours [24]uint64) []point {
	first, last := 8, 18
	for h, n := range hours {
		if n > 0 {
			first, last = min(first, h), max(last, h)
		}
	}
	var out []point
	for h := first; h <= last; h++ {
		out = append(out, point{fmt.Sprintf("%d\u00a0h", h), fmt.Sprintf("de %d\u00a0h à %d\u00a0h", h, h+1), hours[h]})
	}
	return out
}

// sortByTotal puts the greatest first, and keeps "non communiqué" last.
func sortByTotal(rows []usageRow) {
	sortTrends(rows, func(r usageRow) (uint64, string) { return r.Total, r.Name })
}

func stepWord(u indicators.Unit) string {
	return word(map[indicators.Unit]string{indicators.ByDay: "jour", indicators.ByWeek: "semaine", indicators.ByMonth: "mois"}, u)
}

// sortTrends puts the greatest first, "non communiqué" last.
func sortTrends[T any](list []T, by func(T) (n uint64, name string)) {
	slices.SortFunc(list, func(a, b T) int {
		an, aName := by(a)
		bn, bName := by(b)
		none := func(name string) int {
			if name == coopName(indicators.NoTheme) {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(none(aName), none(bName)), cmp.Compare(bn, an), cmp.Compare(aName, bName))
	})
}

// periodText writes "du 1er au 30 septembre 2026", or the month's name when it
// is a whole one.
func periodText(p indicators.Period) string {
	first, last := p.Ends()
	switch {
	case first.IsZero():
		return ""
	case p.IsMonth():
		return fmt.Sprintf("%s %d", months()[first.Month()-1], first.Year())
	case first.Equal(last):
		return "le " + longDay(first)
	}
	from := longDay(first)
	if first.Year() == last.Year() {
		from = strings.TrimSuffix(from, fmt.Sprintf(" %d", first.Year()))
		if first.Month() == last.Month() {
			from = strings.TrimSuffix(from, " "+months()[first.Month()-1])
		}
	}
	return "du " + from + " au " + longDay(last)
}
