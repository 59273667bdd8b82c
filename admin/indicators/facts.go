package indicators

import (
	"maps"
	"slices"

	"borne/admin"
	"borne/kiosk"
)

// Facts are the sums of a period that indicators are reckoned from. Rows of any
// kind are added to them, by day or summed, by site or not. The zero value has
// counted nothing.
type Facts struct {
	Coverage Coverage
	// OpenDays are days on which a site was open to the public, of all sites
	// together.
	OpenDays int

	sums map[kiosk.CellKind]*sum
}

type sum struct {
	total         uint64
	first, second map[string]uint64
}

// Add adds rows. Second dimensions count only where the rows have them.
func (f *Facts) Add(rows []admin.UsageRow) {
	for _, r := range rows {
		s := f.of(r.Kind)
		s.total += r.Count
		s.first[r.First] += r.Count
		if r.Second != "" {
			s.second[r.Second] += r.Count
		}
	}
}

// AddMargins adds counters that are summed by each dimension apart: all margins
// of the kinds given, and the days on which sites were open.
func (f *Facts) AddMargins(margins []admin.UsageMargin, kinds ...kiosk.CellKind) {
	type both struct{ first, second uint64 }
	totals := map[kiosk.CellKind]both{}
	for _, m := range margins {
		if m.By == admin.ByDays {
			f.OpenDays += int(m.Count)
			continue
		}
		if !slices.Contains(kinds, m.Kind) {
			continue
		}
		s, t := f.of(m.Kind), totals[m.Kind]
		switch m.By {
		case admin.ByFirst:
			t.first += m.Count
			s.first[m.Value] += m.Count
		case admin.BySecond:
			t.second += m.Count
			s.second[m.Value] += m.Count
		}
		totals[m.Kind] = t
	}
	for kind, t := range totals {
		f.of(kind).total += max(t.first, t.second) // the same, or one that is not kept
	}
}

// of is the sum of a kind, made when it is not there.
func (f *Facts) of(kind kiosk.CellKind) *sum {
	if f.sums == nil {
		f.sums = map[kiosk.CellKind]*sum{}
	}
	if f.sums[kind] == nil {
		f.sums[kind] = &sum{first: map[string]uint64{}, second: map[string]uint64{}}
	}
	return f.sums[kind]
}

// Total is how many things of a kind were counted.
func (f Facts) Total(kind kiosk.CellKind) uint64 {
	if s := f.sums[kind]; s != nil {
		return s.total
	}
	return 0
}

// First is how many of a kind have one of these first dimensions.
func (f Facts) First(kind kiosk.CellKind, values ...string) (n uint64) {
	if s := f.sums[kind]; s != nil {
		for _, v := range values {
			n += s.first[v]
		}
	}
	return n
}

// Firsts lists the first dimensions that were counted of a kind, sorted.
func (f Facts) Firsts(kind kiosk.CellKind) []string {
	if s := f.sums[kind]; s != nil {
		return slices.Sorted(maps.Keys(s.first))
	}
	return nil
}

// Second is how many of a kind have one of these second dimensions.
func (f Facts) Second(kind kiosk.CellKind, values ...string) (n uint64) {
	if s := f.sums[kind]; s != nil {
		for _, v := range values {
			n += s.second[v]
		}
	}
	return n
}

// Busy is how many minutes somebody was there, estimated from the bands of
// duration: each session counts the middle of its band, 120 minutes in the
// last, which has no end, and nothing where a power cut lost it.
func (f Facts) Busy() float64 {
	var minutes float64
	middles := map[string]float64{"0-5": 2.5, "5-15": 10, "15-30": 22.5, "30-60": 45, "60-120": 90, "120+": 120}
	for band, middle := range middles {
		minutes += float64(f.Second(kiosk.CellSession, band)) * middle
	}
	return minutes
}
