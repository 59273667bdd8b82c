package store

import (
	"context"
	"fmt"

	"borne/admin"
	"borne/kiosk"
)

// OpenDays returns, for each site, on how many days of a period, both ends
// included, at least one of its bornes was open to the public. Sites without
// such a day are left out.
func (s *Store) OpenDays(ctx context.Context, from, to string, sites []string) (map[string]int, error) {
	q := admin.UsageQuery{Kind: kiosk.CellAvailability, From: from, To: to}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	where, args := " AND site > ''", []any{string(kiosk.CellAvailability), from, to, kiosk.AvailableOpen}
	if len(sites) > 0 {
		where = " AND site IN (" + marks(len(sites)) + ")"
		for _, id := range sites {
			args = append(args, id)
		}
	}
	days := map[string]int{}
	// site_days has one row for each day, site and state.
	err := s.view().rows(ctx, `SELECT site, COUNT(*) FROM site_days WHERE kind = ? AND day BETWEEN ? AND ? AND first = ? AND count > 0`+where+` GROUP BY site`,
		args, func(scan func(...any) error) error {
			var site string
			var n int
			err := scan(&site, &n)
			days[site] = n
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count open days: %w", err)
	}
	return days, nil
}
