package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"borne/kiosk"
)

// sums are what a group of batches adds to the counters of each borne and to
// the rollups. Many cells have few keys, so they are summed before they are
// written: the more bornes share a transaction, the less each costs.
type sums struct {
	cells map[borneCell]int64
	// siteDays and months hold a row of each site, and one of all sites ("").
	siteDays, months map[siteCell]int64
	allDays          map[kiosk.Key]int64
	// heard is of which days bornes bring their minutes, with their site.
	heard map[borneDay]string
	// places are where the bornes of the group stand.
	places map[string]string
	// refused is how many counters were too old to be kept.
	refused *int64
}

type borneCell struct {
	site, borne string
	kiosk.Key
}

type siteCell struct {
	site string
	kiosk.Key
}

type borneDay struct{ borne, day string }

func newSums() sums {
	return sums{map[borneCell]int64{}, map[siteCell]int64{}, map[siteCell]int64{}, map[kiosk.Key]int64{}, map[borneDay]string{}, map[string]string{}, new(int64)}
}

func (s sums) add(borne, site string, c kiosk.Cell) {
	n := int64(c.Count)
	s.places[borne] = site
	s.cells[borneCell{site, borne, c.Key}] += n
	s.allDays[c.Key] += n
	day := kiosk.Key{Kind: c.Kind, Day: c.Day, First: c.First}
	month := c.Key
	month.Day = monthOf(c.Day)
	for _, at := range []string{"", site} {
		s.siteDays[siteCell{at, day}] += n
		s.months[siteCell{at, month}] += n
	}
	if c.Kind == kiosk.CellAvailability {
		s.heard[borneDay{borne, c.Day}] = site
	}
}

// monthOf is the first day of a day's month.
func monthOf(day string) string { return day[:len("2006-01-")] + "01" }

// write adds the sums, table after table and in the order of their keys, so
// that servers wait for each other and never in a circle. What all bornes
// share comes last, and is held for the shortest time.
func (s sums) write(ctx context.Context, c conn) error {
	if err := s.writePlaces(ctx, c); err != nil {
		return err
	}
	if err := addRows(ctx, c, `cells (kind, day, site, kiosk, hour, first, second, count)`,
		`(kind, day, site, kiosk, hour, first, second) DO UPDATE SET count = cells.count + excluded.count`,
		rowsOf(s.cells, func(a, b borneCell) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Day, b.Day), cmp.Compare(a.site, b.site), cmp.Compare(a.borne, b.borne), compareRest(a.Key, b.Key))
		}, func(k borneCell, n int64) []any {
			return []any{string(k.Kind), k.Day, k.site, k.borne, k.Hour, k.First, k.Second, n}
		})); err != nil {
		return fmt.Errorf("add cells: %w", err)
	}
	if err := addRows(ctx, c, `months (kind, month, site, hour, first, second, count)`,
		`(kind, month, site, hour, first, second) DO UPDATE SET count = months.count + excluded.count`,
		rowsOf(s.months, compareSites, func(k siteCell, n int64) []any {
			return []any{string(k.Kind), k.Day, k.site, k.Hour, k.First, k.Second, n}
		})); err != nil {
		return fmt.Errorf("add months: %w", err)
	}
	if err := addRows(ctx, c, `site_days (kind, day, site, first, count)`,
		`(kind, day, site, first) DO UPDATE SET count = site_days.count + excluded.count`,
		rowsOf(s.siteDays, compareSites, func(k siteCell, n int64) []any {
			return []any{string(k.Kind), k.Day, k.site, k.First, n}
		})); err != nil {
		return fmt.Errorf("add days of sites: %w", err)
	}
	if err := addRows(ctx, c, `all_days (kind, day, hour, first, second, count)`,
		`(kind, day, hour, first, second) DO UPDATE SET count = all_days.count + excluded.count`,
		rowsOf(s.allDays, func(a, b kiosk.Key) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Day, b.Day), compareRest(a, b))
		}, func(k kiosk.Key, n int64) []any {
			return []any{string(k.Kind), k.Day, k.Hour, k.First, k.Second, n}
		})); err != nil {
		return fmt.Errorf("add days: %w", err)
	}
	if err := s.writeHeard(ctx, c); err != nil {
		return err
	}
	return note(ctx, c, upkeepRefused, *s.refused)
}

// writePlaces remembers at which sites a borne has counters.
func (s sums) writePlaces(ctx context.Context, c conn) error {
	var rows [][]any
	for _, borne := range slices.Sorted(maps.Keys(s.places)) {
		rows = append(rows, []any{borne, s.places[borne]})
	}
	if err := insertRows(ctx, c, `kiosk_sites (kiosk, site)`, ` ON CONFLICT (kiosk, site) DO NOTHING`, rows); err != nil {
		return fmt.Errorf("keep sites of bornes: %w", err)
	}
	return nil
}

// rowsOf turns sums into rows, in the order of their keys.
func rowsOf[K comparable](sums map[K]int64, compare func(a, b K) int, row func(K, int64) []any) [][]any {
	rows := make([][]any, 0, len(sums))
	for _, k := range slices.SortedFunc(maps.Keys(sums), compare) {
		rows = append(rows, row(k, sums[k]))
	}
	return rows
}

func compareSites(a, b siteCell) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Day, b.Day), cmp.Compare(a.site, b.site), compareRest(a.Key, b.Key))
}

func compareRest(a, b kiosk.Key) int {
	return cmp.Or(cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.First, b.First), cmp.Compare(a.Second, b.Second))
}
