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
// the rollups of its site. Many cells have few keys, so they are summed before
// they are written.
type sums struct {
	cells map[cellOf]int64
	sites map[cellOf]int64
	days  map[cellOf]int64
}

// cellOf is a counter of one borne or one site.
type cellOf struct {
	of string
	kiosk.Key
}

func newSums() sums { return sums{map[cellOf]int64{}, map[cellOf]int64{}, map[cellOf]int64{}} }

func (s sums) add(borne, site string, c kiosk.Cell) {
	n := int64(c.Count)
	s.cells[cellOf{borne, c.Key}] += n
	s.sites[cellOf{site, c.Key}] += n
	s.days[cellOf{site, kiosk.Key{Kind: c.Kind, Day: c.Day, First: c.First}}] += n
}

// write adds the sums, in the order of their keys.
func (s sums) write(ctx context.Context, c conn) error {
	if err := addRows(ctx, c, `cells (kiosk, kind, day, hour, first, second, count)`,
		`(kiosk, kind, day, hour, first, second) DO UPDATE SET count = cells.count + excluded.count`,
		rowsOf(s.cells, func(k cellOf, n int64) []any {
			return []any{k.of, string(k.Kind), k.Day, k.Hour, k.First, k.Second, n}
		})); err != nil {
		return fmt.Errorf("add cells: %w", err)
	}
	if err := addRows(ctx, c, `site_cells (kind, day, site, hour, first, second, count)`,
		`(kind, day, site, hour, first, second) DO UPDATE SET count = site_cells.count + excluded.count`,
		rowsOf(s.sites, func(k cellOf, n int64) []any {
			return []any{string(k.Kind), k.Day, k.of, k.Hour, k.First, k.Second, n}
		})); err != nil {
		return fmt.Errorf("add cells of site: %w", err)
	}
	if err := addRows(ctx, c, `site_days (kind, day, site, first, count)`,
		`(kind, day, site, first) DO UPDATE SET count = site_days.count + excluded.count`,
		rowsOf(s.days, func(k cellOf, n int64) []any {
			return []any{string(k.Kind), k.Day, k.of, k.First, n}
		})); err != nil {
		return fmt.Errorf("add days of site: %w", err)
	}
	return nil
}

func rowsOf(sums map[cellOf]int64, row func(cellOf, int64) []any) [][]any {
	rows := make([][]any, 0, len(sums))
	for _, k := range slices.SortedFunc(maps.Keys(sums), compareCells) {
		rows = append(rows, row(k, sums[k]))
	}
	return rows
}

func compareCells(a, b cellOf) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Day, b.Day), cmp.Compare(a.of, b.of), cmp.Compare(a.Hour, b.Hour),
		cmp.Compare(a.First, b.First), cmp.Compare(a.Second, b.Second))
}

// rowsAtOnce is how many rows one statement adds: enough to make the cost of a
// call small, few enough for every engine's limit on parameters.
const rowsAtOnce = 100

// addRows adds rows of different keys to the counters of a table.
func addRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	return insertRows(ctx, c, into, " ON CONFLICT "+onConflict, rows)
}

// insertRows inserts many rows with few statements.
func insertRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		values := strings.TrimSuffix(strings.Repeat("("+marks(len(chunk[0]))+"), ", len(chunk)), ", ")
		if _, err := c.exec(ctx, "INSERT INTO "+into+" VALUES "+values+onConflict, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}
