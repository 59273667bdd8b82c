package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// Usage returns counters summed as the query says, by day, then first
// dimension. What is coarse is read from margins, what is fine from the
// coarsest rollup that has it, whole months from months, so that an answer
// costs by its own size and not by what was ever stored.
func (s *Store) Usage(ctx context.Context, q admin.UsageQuery) ([]admin.UsageRow, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if d, _ := kiosk.Definition(q.Kind); q.Kiosk == "" && !q.BySecond && hasFirst(d) {
		return s.coarse(ctx, q)
	}
	c := s.view()
	var at []string // the sites where a borne has counters
	if q.Kiosk != "" {
		var err error
		if at, err = sitesOf(ctx, c, q.Kiosk); err != nil || len(at) == 0 {
			return []admin.UsageRow{}, err
		}
	}
	rows := []admin.UsageRow{}
	parts, sorted := partsOf(q, c.now), true
	for _, p := range parts {
		if table, is := p.rollup(q); is {
			more, err := table.read(ctx, c, q, p)
			if err != nil {
				return nil, err
			}
			rows, sorted = append(rows, more...), false
			continue
		}
		query, args := p.statement(q, at)
		err := c.rows(ctx, query, args, func(scan func(...any) error) error {
			rows = append(rows, admin.UsageRow{Kind: q.Kind})
			r := &rows[len(rows)-1]
			return scan(&r.Day, &r.First, &r.Hour, &r.Second, &r.Site, &r.Count)
		})
		if err != nil {
			return nil, fmt.Errorf("read usage: %w", err)
		}
	}
	if len(parts) > 1 || !sorted {
		rows = merged(rows)
	}
	return rows, nil
}

func sitesOf(ctx context.Context, c conn, borne string) (sites []string, err error) {
	err = c.rows(ctx, `SELECT site FROM kiosk_sites WHERE kiosk = ?`, []any{borne}, func(scan func(...any) error) error {
		sites = append(sites, "")
		return scan(&sites[len(sites)-1])
	})
	if err != nil {
		return nil, fmt.Errorf("read sites of borne: %w", err)
	}
	return sites, nil
}

// part is a run of days, or of months, that one statement reads.
type part struct {
	// days are all of them, in order; those of months are their first days.
	days   []string
	months bool
	// together is the day under which all come as one; empty keeps them apart.
	together string
}

// partsOf cuts the period of a query at the ends of months where that is of
// use: whole months are then read as such.
func partsOf(q admin.UsageQuery, now time.Time) []part {
	all := daysBetween(q.From, q.To)
	if !q.ByMonth && !q.Whole {
		return []part{{days: all}}
	}
	var months, rest []part
	oldest := oldestDay(now)
	for len(all) > 0 {
		n := 1
		for n < len(all) && monthOf(all[n]) == monthOf(all[0]) {
			n++
		}
		month := all[:n]
		all = all[n:]
		switch first := month[0]; {
		// A month that is not wholly kept any more is there by its days alone.
		// Figures of a borne are kept by day.
		case q.Kiosk == "" && first == monthOf(first) && n == daysIn(first) && first >= oldest:
			if len(months) == 0 {
				months = append(months, part{months: true})
			}
			months[0].days = append(months[0].days, first)
		default:
			rest = append(rest, part{days: month, together: first})
		}
	}
	parts := append(months, rest...)
	if q.Whole {
		for i := range parts {
			parts[i].together = "-" // no day is told
		}
	}
	return parts
}

// rollup is the table of crossings that has a part, if there is one.
func (p part) rollup(q admin.UsageQuery) (x crossed, is bool) {
	switch {
	case q.Kiosk != "":
		return x, false
	case p.months:
		return monthCrossings, true
	default:
		return dayCrossings, !q.BySite && len(q.Sites) == 0
	}
}

// statement reads a part from the counters of bornes; at are the sites of the
// query's borne.
func (p part) statement(q admin.UsageQuery, at []string) (query string, args []any) {
	const day = "day"
	told := []string{day, "first", fmt.Sprint(kiosk.NoHour), "''", "''"}
	group := []string{day, "first"}
	if p.together != "" {
		told[0], group = "CAST(? AS TEXT)", group[1:]
		label := p.together
		if q.Whole {
			label = ""
		}
		args = append(args, label)
	}
	switch {
	case q.BySecond:
		told[2], told[3] = "hour", "second"
		group = append(group, "hour", "second")
	case q.ByHour:
		told[1], told[2] = "''", "hour"
		group = append(group[:len(group)-1], "hour")
	}
	if q.BySite {
		told[4] = "site"
		group = append(group, "site")
	}
	// Of few sites each day is looked up by itself; of many, all days are read as they lie.
	sites := q.Sites
	if q.Kiosk != "" {
		sites = at
	}
	where := []string{"kind = ?"}
	args = append(args, string(q.Kind))
	if len(sites) == 0 || len(sites)*len(p.days) > maxLookups {
		where = append(where, day+" BETWEEN ? AND ?")
		args = append(args, p.days[0], p.days[len(p.days)-1])
	} else {
		where = append(where, day+" IN ("+marks(len(p.days))+")")
		args = append(args, anys(p.days)...)
	}
	if len(sites) > 0 {
		where = append(where, "site IN ("+marks(len(sites))+")")
		args = append(args, anys(sites)...)
	}
	if q.Kiosk != "" {
		where = append(where, "kiosk = ?")
		args = append(args, q.Kiosk)
	}
	by := strings.Join(group, ", ")
	query = "SELECT " + strings.Join(told, ", ") + ", SUM(count) FROM cells WHERE " + strings.Join(where, " AND ")
	if by != "" {
		query += " GROUP BY " + by + " ORDER BY " + by
	}
	return query, args
}

// maxLookups is up to how many places of an index are looked up one by one.
const maxLookups = 2000

// merged sums rows that say the same and puts them in order.
func merged(rows []admin.UsageRow) []admin.UsageRow {
	at := map[admin.UsageRow]int{}
	out := rows[:0]
	for _, r := range rows {
		key := r
		key.Count = 0
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, r)
			continue
		}
		out[i].Count += r.Count
	}
	slices.SortFunc(out, compareUsage)
	return out
}

// daysBetween lists the days from one to another, both included.
func daysBetween(from, to string) []string {
	var days []string
	first, err := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err != nil || err2 != nil {
		return nil
	}
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days
}

// daysIn is how many days the month of a first day has.
func daysIn(first string) int {
	t, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return 0
	}
	return t.AddDate(0, 1, -1).Day()
}
