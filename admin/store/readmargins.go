package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// Margins returns counters of a period summed by each dimension apart, in no
// order: of whole months from their rows, of other days from theirs.
func (s *Store) Margins(ctx context.Context, q admin.MarginQuery) ([]admin.UsageMargin, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	type label struct {
		kind kiosk.CellKind
		by   admin.MarginBy
	}
	// What is not wanted is nil there. Rows of a site come one after the other.
	sites, last, of := map[string]map[label]counts{}, "", map[label]counts(nil)
	c := s.oftenFor(q.Sites)
	for _, run := range lastByMonth(runsOf(q.From, q.To, oldestDay(c.now), true)) {
		err := run.together(ctx, c, q.Sites, q.BySite, func(site, text string) {
			if !q.BySite {
				site = ""
			}
			if of == nil || site != last {
				if last, of = site, sites[site]; of == nil {
					of = map[label]counts{}
					sites[site] = of
				}
			}
			sumMargins(text, run.less, func(kind kiosk.CellKind, by admin.MarginBy) counts {
				sums, known := of[label{kind, by}]
				if !known {
					if (len(q.Kinds) == 0 || slices.Contains(q.Kinds, kind)) && (len(q.By) == 0 || slices.Contains(q.By, by)) {
						sums = counts{}
					}
					of[label{kind, by}] = sums
				}
				return sums
			})
		})
		if err != nil {
			return nil, fmt.Errorf("read sums: %w", err)
		}
	}
	var margins []admin.UsageMargin
	for site, of := range sites {
		for at, sums := range of {
			for value, n := range sums {
				if *n == 0 {
					continue // only of days that were taken away
				}
				margins = append(margins, admin.UsageMargin{Site: site, Kind: at.kind, By: at.by, Value: value, Count: *n})
			}
		}
	}
	return margins, nil
}

// coarse answers a query that keeps but one dimension apart.
func (s *Store) coarse(ctx context.Context, q admin.UsageQuery) ([]admin.UsageRow, error) {
	by := admin.ByFirst
	if q.ByHour {
		by = admin.ByHour
	}
	wanted := func(kind kiosk.CellKind, is admin.MarginBy) bool { return kind == q.Kind && is == by }
	sums := map[admin.UsageRow]uint64{}
	c := s.oftenFor(q.Sites)
	for _, run := range runsOf(q.From, q.To, oldestDay(c.now), q.Whole || q.ByMonth) {
		err := run.read(ctx, c, q.Sites, q.BySite, func(site, day, text string) {
			row := admin.UsageRow{Kind: q.Kind, Hour: kiosk.NoHour, Day: day}
			switch {
			case q.Whole:
				row.Day = ""
			case q.ByMonth:
				row.Day = max(q.From, monthOf(day))
			}
			if q.BySite {
				row.Site = site
			}
			eachMargin(text, wanted, func(m margin, n int64) {
				if row.First = m.value; q.ByHour {
					row.First, row.Hour = "", hourOf(m.value)
				}
				sums[row] += uint64(n)
			})
			// A kind that has no hours is counted under none.
			if q.ByHour && !hourly(q.Kind) {
				row.First, row.Hour = "", kiosk.NoHour
				eachMargin(text, func(kind kiosk.CellKind, is admin.MarginBy) bool { return kind == q.Kind && is == admin.ByFirst },
					func(_ margin, n int64) { sums[row] += uint64(n) })
			}
		})
		if err != nil {
			return nil, fmt.Errorf("read sums: %w", err)
		}
	}
	rows := make([]admin.UsageRow, 0, len(sums))
	for row, n := range sums {
		row.Count = n
		rows = append(rows, row)
	}
	slices.SortFunc(rows, compareUsage)
	return rows, nil
}

// oftenFor is often for queries of one site, of each or of all together: those
// of some are too many to be remembered.
func (s *Store) oftenFor(sites []string) conn {
	if len(sites) > 1 {
		return s.view()
	}
	return s.often()
}

func hourly(kind kiosk.CellKind) bool {
	d, _ := kiosk.Definition(kind)
	return d.Hourly
}

func hourOf(text string) int {
	hour, err := strconv.Atoi(text)
	if err != nil {
		return kiosk.NoHour
	}
	return hour
}

func compareUsage(a, b admin.UsageRow) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.First, b.First), cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.Second, b.Second), cmp.Compare(a.Site, b.Site))
}

// run is some days after each other, or some months by their first days.
type run struct {
	spanned
	from, to string
	less     bool // what it has is taken away
}

// runsOf cuts a period into whole months that are wholly kept, if months are
// of use, and the days before and after them.
func runsOf(from, to, oldest string, months bool) []run {
	all := daysBetween(from, to)
	first, last := -1, -1 // where whole months begin, and end
	for i := 0; months && i < len(all); {
		n := daysIn(monthOf(all[i]))
		if all[i] != monthOf(all[i]) || i+n > len(all) || all[i] < oldest {
			i++
			continue
		}
		if first < 0 {
			first = i
		}
		i += n
		last = i
	}
	if first < 0 {
		return []run{{spanned: daySums, from: from, to: to}}
	}
	runs := []run{{spanned: monthSums, from: all[first], to: monthOf(all[last-1])}}
	if first > 0 {
		runs = append(runs, run{spanned: daySums, from: from, to: all[first-1]})
	}
	if last < len(all) {
		runs = append(runs, run{spanned: daySums, from: all[last], to: to})
	}
	return runs
}

// lastByMonth reads the month in which a period ends, after whole ones, as such
// when most of it is in the period, and takes away the days that are not. Of the
// month that is not over yet those are not there: one row in place of up to
// thirty.
func lastByMonth(runs []run) []run {
	last := runs[len(runs)-1]
	month := monthOf(last.to)
	if runs[0].spanned != monthSums || last.spanned != daySums || last.from != month || month < runs[0].from {
		return runs
	}
	days := daysBetween(last.from, last.to)
	end, err := time.Parse(time.DateOnly, month)
	if rest := daysIn(month) - len(days); err != nil || rest >= len(days) {
		return runs
	}
	next, err := time.Parse(time.DateOnly, last.to)
	if err != nil {
		return runs
	}
	runs[0].to = month
	runs[len(runs)-1] = run{spanned: daySums, from: next.AddDate(0, 0, 1).Format(time.DateOnly), to: end.AddDate(0, 1, -1).Format(time.DateOnly), less: true}
	return runs
}

// where chooses the rows of sites: of none, those of all together, or of each
// when they are to be kept apart.
func (r run) where(sites []string, apart bool) (where string, args []any) {
	at := "IN (SELECT id FROM sites)"
	switch {
	case len(sites) > 0:
		sites = slices.Sorted(maps.Keys(setOf(sites)))
		at, args = "IN ("+marks(len(sites))+")", anys(sites)
	case !apart:
		at = "= ''"
	}
	return " FROM " + r.table + " WHERE site " + at + " AND " + r.day + " BETWEEN ? AND ?", append(args, r.from, r.to)
}

// together calls each with the texts of each site's rows, one after the other:
// many small rows cost more than few long ones.
func (r run) together(ctx context.Context, c conn, sites []string, apart bool, each func(site, text string)) error {
	where, args := r.where(sites, apart)
	texts := "group_concat(sums, char(10))"
	if c.numbered {
		texts = "string_agg(sums, chr(10))"
	}
	return c.rows(ctx, "SELECT site, "+texts+where+" GROUP BY site", args, func(scan func(...any) error) error {
		var site, text string
		if err := scan(&site, &text); err != nil {
			return err
		}
		each(site, text)
		return nil
	})
}

// read calls each with the rows of sites.
func (r run) read(ctx context.Context, c conn, sites []string, apart bool, each func(site, day, text string)) error {
	where, args := r.where(sites, apart)
	return c.rows(ctx, "SELECT site, "+r.day+", sums"+where, args, func(scan func(...any) error) error {
		var site, day, text string
		if err := scan(&site, &day, &text); err != nil {
			return err
		}
		each(site, day, text)
		return nil
	})
}

func setOf(list []string) map[string]bool {
	set := map[string]bool{}
	for _, v := range list {
		set[v] = true
	}
	return set
}
