package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

// Crossings are counters of a kind by hour and both dimensions, which figures
// need that cross two of them. day_crossings keeps those of all sites ('') in
// one row of a kind and day, month_crossings those of each site, and of all, in
// one of a kind and month: a batch changes few rows and a page reads few. The
// text of a row has a pair for each counter, in their order:
//
//	9/button/0-5=12 9/idle/5-15=1

// crossed is a table of crossings and its column of time.
type crossed struct{ table, day string }

var (
	dayCrossings   = crossed{"day_crossings", "day"}
	monthCrossings = crossed{"month_crossings", "month"}
)

// crossing is one counter of a row.
type crossing struct {
	cell string // "9/button/0-5"
	n    int64
}

func compareCrossings(a, b crossing) int { return cmp.Compare(a.cell, b.cell) }

// crossingsOf reads a row.
func crossingsOf(text string) []crossing {
	if text == "" {
		return nil
	}
	list := make([]crossing, 0, strings.Count(text, " ")+1)
	eachPair(text, func(cell string, n int64) { list = append(list, crossing{cell, n}) })
	// Rows that a migration made have an order of the engine's own.
	if !slices.IsSortedFunc(list, compareCrossings) {
		slices.SortFunc(list, compareCrossings)
	}
	return list
}

// joinCrossings is the text of a row to which something is added; both are in
// order.
func joinCrossings(had, more []crossing) string {
	var b []byte
	put := func(c crossing) {
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(append(append(b, c.cell...), '='), c.n, 10)
	}
	for len(had) > 0 && len(more) > 0 {
		switch order := compareCrossings(had[0], more[0]); {
		case order < 0:
			put(had[0])
			had = had[1:]
		case order > 0:
			put(more[0])
			more = more[1:]
		default:
			put(crossing{had[0].cell, had[0].n + more[0].n})
			had, more = had[1:], more[1:]
		}
	}
	for _, c := range had {
		put(c)
	}
	for _, c := range more {
		put(c)
	}
	return string(b)
}

// kindRow is the key of a row of crossings.
type kindRow struct{ kind, site, day string }

func (k kindRow) compare(other kindRow) int {
	return cmp.Or(cmp.Compare(k.kind, other.kind), cmp.Compare(k.site, other.site), cmp.Compare(k.day, other.day))
}

// add adds counters to rows, in the order of their keys.
func (x crossed) add(ctx context.Context, c conn, t tally, names *names) error {
	type number struct{ kind, site, day int32 }
	apart := map[number][]crossing{}
	for k, n := range t {
		at := number{k.kind, k.site, k.day}
		apart[at] = append(apart[at], crossing{strconv.Itoa(int(k.hour)) + "/" + names.texts[k.first] + "/" + names.texts[k.second], n})
	}
	more := make(map[kindRow][]crossing, len(apart))
	for at, list := range apart {
		slices.SortFunc(list, compareCrossings)
		more[kindRow{names.texts[at.kind], names.texts[at.site], names.texts[at.day]}] = list
	}
	keys := make([][]string, 0, len(more))
	for _, at := range slices.SortedFunc(maps.Keys(more), kindRow.compare) {
		keys = append(keys, []string{at.kind, at.site, at.day})
	}
	columns := []string{"kind", "site", x.day}
	had, err := heldTexts(ctx, c, x.table, columns, keys)
	if err != nil {
		return fmt.Errorf("read %s: %w", x.table, err)
	}
	rows := make([][]any, len(keys))
	for i, key := range keys {
		rows[i] = append(anys(key), joinCrossings(crossingsOf(had[rowKey(key)]), more[kindRow{key[0], key[1], key[2]}]))
	}
	return writeTexts(ctx, c, x.table, columns, rows)
}

// read answers the part of a query that is a run of days or of months, which
// together, when it is not empty, tells as one. Rows may be there more than
// once, in no order.
func (x crossed) read(ctx context.Context, c conn, q admin.UsageQuery, p part) ([]admin.UsageRow, error) {
	where, args := "site = ''", []any(nil)
	switch {
	case len(q.Sites) > 0:
		where, args = c.among("site", q.Sites)
	case q.BySite:
		where = "site IN (SELECT id FROM sites)"
	}
	args = append([]any{string(q.Kind), p.days[0], p.days[len(p.days)-1]}, args...)
	// What comes under one name is summed before it is taken apart.
	sums := map[siteDay]map[string]uint64{}
	err := c.rows(ctx, "SELECT site, "+x.day+", sums FROM "+x.table+" WHERE kind = ? AND "+x.day+" BETWEEN ? AND ? AND "+where, args, func(scan func(...any) error) error {
		var at siteDay
		var text string
		if err := scan(&at.site, &at.day, &text); err != nil {
			return err
		}
		if !q.BySite {
			at.site = ""
		}
		switch {
		case q.Whole:
			at.day = ""
		case p.together != "":
			at.day = p.together
		}
		if sums[at] == nil {
			sums[at] = map[string]uint64{}
		}
		eachPair(text, func(cell string, n int64) { sums[at][cell] += uint64(n) })
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", x.table, err)
	}
	var rows []admin.UsageRow
	for at, cells := range sums {
		for cell, n := range cells {
			rows = append(rows, usageRow(q, at, cell, n))
		}
	}
	return rows, nil
}

// usageRow is a crossing as a query wants it.
func usageRow(q admin.UsageQuery, at siteDay, cell string, n uint64) admin.UsageRow {
	hour, values, _ := strings.Cut(cell, "/")
	first, second, _ := strings.Cut(values, "/")
	row := admin.UsageRow{Site: at.site, Kind: q.Kind, Day: at.day, First: first, Hour: kiosk.NoHour, Count: n}
	switch {
	case q.BySecond:
		row.Hour, row.Second = hourOf(hour), second
	case q.ByHour:
		row.Hour, row.First = hourOf(hour), ""
	}
	return row
}
