package store

import (
	"context"
	"fmt"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// Enrolled returns when the bornes that are not revoked were enrolled, to the
// hour; sites narrows to these, none means all.
func (s *Store) Enrolled(ctx context.Context, sites []string) ([]admin.Enrolled, error) {
	where, args := "", []any{}
	if len(sites) > 0 {
		where = " AND site IN (" + marks(len(sites)) + ")"
		for _, id := range sites {
			args = append(args, id)
		}
	}
	list := []admin.Enrolled{}
	err := s.view().rows(ctx, `SELECT site, enrolled / 3600000, COUNT(*) FROM kiosks WHERE standing <> 'revoked'`+where+
		` GROUP BY site, enrolled / 3600000 ORDER BY 1, 2`, args, func(scan func(...any) error) error {
		var e admin.Enrolled
		var hour int64
		err := scan(&e.Site, &hour, &e.Kiosks)
		e.Hour = time.UnixMilli(hour * time.Hour.Milliseconds()).UTC()
		list = append(list, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count enrolled bornes: %w", err)
	}
	return list, nil
}

// ReceivedBySite returns how many borne-days each site has brought of a period,
// both ends included. Sites that brought nothing are left out.
func (s *Store) ReceivedBySite(ctx context.Context, from, to string) (map[string]int, error) {
	if from > to { // a period of which no day is over
		return map[string]int{}, nil
	}
	q := admin.UsageQuery{Kind: kiosk.CellAvailability, From: from, To: to}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	days := map[string]int{}
	c := s.often()
	for _, run := range runsOf(from, to, oldestDay(c.now), true) {
		table := "heard_days"
		if run.spanned == monthSums {
			table = "heard_months"
		}
		err := c.rows(ctx, `SELECT site, SUM(kiosks) FROM `+table+` WHERE site IN (SELECT id FROM sites) AND `+run.day+` BETWEEN ? AND ? GROUP BY site`, []any{run.from, run.to},
			func(scan func(...any) error) error {
				var site string
				var n int
				err := scan(&site, &n)
				days[site] += n
				return err
			})
		if err != nil {
			return nil, fmt.Errorf("count what sites brought: %w", err)
		}
	}
	return days, nil
}
