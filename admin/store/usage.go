package store

import (
	"context"
	"fmt"

	"borne/admin"
	"borne/kiosk"
)

// Usage returns counters summed as the query says, by day, then first
// dimension. What is coarse is read from the coarsest rollup.
func (s *Store) Usage(ctx context.Context, q admin.UsageQuery) ([]admin.UsageRow, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	table, site := "site_days", "site"
	switch {
	case q.Kiosk != "":
		table, site = "cells", "(SELECT k.site FROM kiosks k WHERE k.id = cells.kiosk)"
	case q.BySecond, q.ByHour:
		table = "site_cells"
	}
	columns, group := "day", "day, "
	if q.Whole {
		columns, group = "''", ""
	}
	switch {
	case q.BySecond:
		columns, group = columns+", first, hour, second", group+"first, hour, second"
	case q.ByHour:
		columns, group = columns+", '', hour, ''", group+"hour"
	default:
		columns, group = columns+fmt.Sprintf(", first, %d, ''", kiosk.NoHour), group+"first"
	}
	if q.BySite {
		columns, group = columns+", "+site, group+", "+site
	} else {
		columns += ", ''"
	}
	where, args := "kind = ? AND day BETWEEN ? AND ?", []any{string(q.Kind), q.From, q.To}
	if q.Kiosk != "" {
		where, args = where+" AND kiosk = ?", append(args, q.Kiosk)
	} else if len(q.Sites) > 0 {
		where += " AND site IN (" + marks(len(q.Sites)) + ")"
		for _, id := range q.Sites {
			args = append(args, id)
		}
	}
	rows := []admin.UsageRow{}
	err := s.view().rows(ctx, "SELECT "+columns+", SUM(count) FROM "+table+" WHERE "+where+" GROUP BY "+group+" ORDER BY "+group, args,
		func(scan func(...any) error) error {
			r := admin.UsageRow{Kind: q.Kind}
			defer func() { rows = append(rows, r) }()
			return scan(&r.Day, &r.First, &r.Hour, &r.Second, &r.Site, &r.Count)
		})
	if err != nil {
		return nil, fmt.Errorf("read usage: %w", err)
	}
	return rows, nil
}
