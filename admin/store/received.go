package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"borne/admin"
)

// A borne that runs counts its minutes, so its availability shows that a day
// of it has come: heard has a row for each borne and day, heard_days how many
// bornes each day and site has, and all sites ('') have; heard_months adds the
// days of a site up. A borne's days move
// with it to another site, and go when it is revoked, as it then counts among
// the bornes that are expected no more.

// writeHeard counts the bornes that bring a day for the first time.
func (s sums) writeHeard(ctx context.Context, c conn) error {
	var rows [][]any
	for _, d := range slices.SortedFunc(maps.Keys(s.heard), func(a, b borneDay) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.borne, b.borne))
	}) {
		rows = append(rows, []any{d.borne, d.day})
	}
	fresh := map[siteDay]int64{}
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		err := c.rows(ctx, `INSERT INTO heard (kiosk, day) VALUES `+places(chunk)+` ON CONFLICT (day, kiosk) DO NOTHING RETURNING kiosk, day`,
			slices.Concat(chunk...), func(scan func(...any) error) error {
				var d borneDay
				if err := scan(&d.borne, &d.day); err != nil {
					return err
				}
				fresh[siteDay{"", d.day}]++
				fresh[siteDay{s.heard[d], d.day}]++
				return nil
			})
		if err != nil {
			return fmt.Errorf("keep days of bornes: %w", err)
		}
	}
	months := map[siteDay]int64{}
	for d, n := range fresh {
		if d.site != "" {
			months[siteDay{d.site, monthOf(d.day)}] += n
		}
	}
	row := func(d siteDay, n int64) []any { return []any{d.site, d.day, n} }
	err := addRows(ctx, c, `heard_months (site, month, kiosks)`, `(site, month) DO UPDATE SET kiosks = heard_months.kiosks + excluded.kiosks`, rowsOf(months, compareSiteDays, row))
	if err != nil {
		return fmt.Errorf("count bornes of months: %w", err)
	}
	err = addRows(ctx, c, `heard_days (site, day, kiosks)`, `(site, day) DO UPDATE SET kiosks = heard_days.kiosks + excluded.kiosks`, rowsOf(fresh, compareSiteDays, row))
	if err != nil {
		return fmt.Errorf("count bornes of days: %w", err)
	}
	return nil
}

// daysHeard lets the days of one borne be looked up: heard begins with the day.
const daysHeard = `day IN (SELECT h.day FROM heard_days h WHERE h.site = '')`

// moveHeard takes the days of a borne from one site to another.
func moveHeard(ctx context.Context, c conn, borne, from, to string) error {
	if from == to {
		return nil
	}
	if err := dropHeard(ctx, c, borne, from); err != nil {
		return err
	}
	if _, err := c.exec(ctx, `INSERT INTO heard_days (site, day, kiosks) SELECT ?, day, 1 FROM heard WHERE kiosk = ? AND `+daysHeard+`
		ON CONFLICT (site, day) DO UPDATE SET kiosks = heard_days.kiosks + 1`, to, borne); err != nil {
		return fmt.Errorf("move days of borne: %w", err)
	}
	return heardByMonth(ctx, c, from, to)
}

// heardByMonth reckons the months of sites from their days.
func heardByMonth(ctx context.Context, c conn, sites ...string) error {
	for _, site := range slices.Sorted(slices.Values(sites)) {
		if _, err := c.exec(ctx, `DELETE FROM heard_months WHERE site = ?`, site); err != nil {
			return fmt.Errorf("reckon months of site: %w", err)
		}
		if _, err := c.exec(ctx, `INSERT INTO heard_months (site, month, kiosks) SELECT site, substr(day, 1, 8) || '01', SUM(kiosks) FROM heard_days WHERE site = ? GROUP BY 1, 2`, site); err != nil {
			return fmt.Errorf("reckon months of site: %w", err)
		}
	}
	return nil
}

// forgetHeard is for a borne that is revoked.
func forgetHeard(ctx context.Context, c conn, borne, site string) error {
	if err := dropHeard(ctx, c, borne, "", site); err != nil {
		return err
	}
	if _, err := c.exec(ctx, `DELETE FROM heard WHERE kiosk = ? AND `+daysHeard, borne); err != nil {
		return fmt.Errorf("forget days of borne: %w", err)
	}
	return heardByMonth(ctx, c, site)
}

func dropHeard(ctx context.Context, c conn, borne string, sites ...string) error {
	for _, site := range sites {
		if _, err := c.exec(ctx, `UPDATE heard_days SET kiosks = kiosks - 1 WHERE site = ? AND day IN (SELECT day FROM heard WHERE kiosk = ? AND `+daysHeard+`)`,
			site, borne); err != nil {
			return fmt.Errorf("take days of borne away: %w", err)
		}
	}
	return nil
}

// Received returns, for each of the days given, how many bornes that are not
// revoked have brought counters of it; sites narrows to these, none means all.
func (s *Store) Received(ctx context.Context, days, sites []string) ([]admin.DayReceived, error) {
	if len(days) == 0 {
		return nil, nil
	}
	if len(days) > admin.MaxUsageDays+1 {
		return nil, fmt.Errorf("%w: ask for 25 months at most", admin.ErrInvalid)
	}
	if len(sites) == 0 {
		sites = []string{""}
	}
	args := append(anys(sites), slices.Min(days), slices.Max(days))
	counts := map[string]int{}
	err := s.view().rows(ctx, `SELECT day, SUM(kiosks) FROM heard_days WHERE site IN (`+marks(len(sites))+`) AND day BETWEEN ? AND ? GROUP BY day`,
		args, func(scan func(...any) error) error {
			var day string
			var n int
			err := scan(&day, &n)
			counts[day] = n
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count what was received: %w", err)
	}
	received := make([]admin.DayReceived, 0, len(days))
	for _, d := range slices.Sorted(slices.Values(days)) {
		received = append(received, admin.DayReceived{Day: d, Kiosks: counts[d]})
	}
	return received, nil
}

func anys(list []string) []any {
	var out []any
	for _, v := range list {
		out = append(out, v)
	}
	return out
}
