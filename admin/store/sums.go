package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"borne/kiosk"
)

// sums are what a group of batches adds to the counters of each borne and to
// the rollups. Many cells have few keys, so they are summed before they are
// written: the more bornes share a transaction, the less each costs.
type sums struct {
	names *names
	// months holds a row of each site, and one of all sites ("").
	cells, months, allDays tally
	// heard is of which days bornes bring their minutes, with their site.
	heard map[borneDay]string
	// places are where the bornes of the group stand.
	places map[string]string
	// refused is how many counters were too old to be kept.
	refused *int64
}

// tally counts by key.
type tally map[sumKey]int64

// sumKey is the key of a counter or of a rollup, in the order in which rows are
// written, in the numbers of names; what a table does not have is 0.
type sumKey struct {
	kind, day, site, borne, hour, first, second int32
}

type borneDay struct{ borne, day string }

func newSums() sums {
	return sums{newNames(), tally{}, tally{}, tally{}, map[borneDay]string{}, map[string]string{}, new(int64)}
}

func (s sums) add(borne, site string, c kiosk.Cell) {
	n := int64(c.Count)
	s.places[borne] = site
	k := sumKey{kind: s.names.number(string(c.Kind)), day: s.names.number(c.Day), site: s.names.number(site), borne: s.names.number(borne),
		hour: int32(c.Hour), first: s.names.number(c.First), second: s.names.number(c.Second)}
	s.cells[k] += n
	s.allDays[sumKey{kind: k.kind, day: k.day, hour: k.hour, first: k.first, second: k.second}] += n
	month := s.names.number(monthOf(c.Day))
	for _, at := range []int32{0, k.site} {
		s.months[sumKey{kind: k.kind, day: month, site: at, hour: k.hour, first: k.first, second: k.second}] += n
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
	in := s.names.order()
	if err := addCells(ctx, c, s.cells.rows(in, func(row []any, k sumKey, n int64) []any {
		return append(row, in.texts[k.kind], in.texts[k.day], in.texts[k.site], in.texts[k.borne], int64(k.hour), in.texts[k.first], in.texts[k.second], n)
	})); err != nil {
		return fmt.Errorf("add cells: %w", err)
	}
	if err := monthCrossings.add(ctx, c, s.months, s.names); err != nil {
		return fmt.Errorf("add months: %w", err)
	}
	allDays, allMonths, err := s.writeMargins(ctx, c)
	if err != nil {
		return err
	}
	if err := dayCrossings.add(ctx, c, s.allDays, s.names); err != nil {
		return fmt.Errorf("add days: %w", err)
	}
	if err := s.writeHeard(ctx, c); err != nil {
		return err
	}
	if err := daySums.add(ctx, c, allDays, nil); err != nil {
		return err
	}
	if err := monthSums.add(ctx, c, allMonths, nil); err != nil {
		return err
	}
	return note(ctx, c, upkeepRefused, *s.refused)
}

// addCells adds counters of bornes, nearly all of which are new.
func addCells(ctx context.Context, c conn, rows [][]any) error {
	columns := []string{"kind", "day", "site", "kiosk", "hour", "first", "second", "count"}
	if added, err := addFresh(ctx, c, "cells", columns, rows); err != nil || added {
		return err
	}
	return addRows(ctx, c, "cells ("+strings.Join(columns, ", ")+")",
		`(kind, day, site, kiosk, hour, first, second) DO UPDATE SET count = cells.count + excluded.count`, rows)
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

// mostColumns is how many a table of counters has at most.
const mostColumns = 8

// rows are what was counted, in the order of the keys, each appended by row.
func (t tally) rows(in ordered, row func([]any, sumKey, int64) []any) [][]any {
	type counted struct {
		sumKey
		n int64
	}
	list := make([]counted, 0, len(t))
	for k, n := range t {
		k.kind, k.day, k.site, k.borne, k.first, k.second = in.places[k.kind], in.places[k.day], in.places[k.site], in.places[k.borne], in.places[k.first], in.places[k.second]
		list = append(list, counted{k, n})
	}
	slices.SortFunc(list, func(a, b counted) int { return a.compare(b.sumKey) })
	rows, values := make([][]any, len(list)), make([]any, 0, len(list)*mostColumns)
	for i, c := range list {
		begin := len(values)
		values = row(values, c.sumKey, c.n)
		rows[i] = values[begin:len(values):len(values)]
	}
	return rows
}

func (k sumKey) compare(other sumKey) int {
	return cmp.Or(cmp.Compare(k.kind, other.kind), cmp.Compare(k.day, other.day), cmp.Compare(k.site, other.site), cmp.Compare(k.borne, other.borne),
		cmp.Compare(k.hour, other.hour), cmp.Compare(k.first, other.first), cmp.Compare(k.second, other.second))
}

// rowsOf turns counts into rows, in the order of their keys.
func rowsOf[K comparable](counts map[K]int64, compare func(a, b K) int, row func(K, int64) []any) [][]any {
	rows := make([][]any, 0, len(counts))
	for _, k := range slices.SortedFunc(maps.Keys(counts), compare) {
		rows = append(rows, row(k, counts[k]))
	}
	return rows
}
