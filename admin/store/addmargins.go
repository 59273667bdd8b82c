package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"borne/admin"
	"borne/kiosk"
)

// siteDay is a site, or all of them (”), and a day, or the first of a month.
type siteDay struct{ site, day string }

func compareSiteDays(a, b siteDay) int {
	return cmp.Or(cmp.Compare(a.site, b.site), cmp.Compare(a.day, b.day))
}

// spanned are the tables of margins and their columns of time.
var (
	daySums   = spanned{"day_sums", "day"}
	monthSums = spanned{"month_sums", "month"}
)

type spanned struct{ table, day string }

// margins sums the cells by each dimension alone, for each site and day.
func (s sums) margins() map[siteDay]margins {
	// As with cells, numbers are summed and texts made of what is left.
	type side struct{ site, day, kind, value int32 }
	firsts, seconds, hours := map[side]int64{}, map[side]int64{}, map[side]int64{}
	counted, crossed, byHour := map[int32]bool{}, map[int32]bool{}, map[int32]bool{}
	for _, d := range kiosk.Kinds() {
		n := s.names.number(string(d.Kind))
		counted[n], crossed[n], byHour[n] = hasFirst(d), hasSecond(d), d.Hourly
	}
	for k, n := range s.cells {
		if counted[k.kind] {
			firsts[side{k.site, k.day, k.kind, k.first}] += n
		}
		if crossed[k.kind] {
			seconds[side{k.site, k.day, k.kind, k.second}] += n
		}
		if byHour[k.kind] {
			hours[side{k.site, k.day, k.kind, k.hour}] += n
		}
	}
	sums := map[siteDay]margins{}
	put := func(by admin.MarginBy, from map[side]int64, text func(int32) string) {
		for k, n := range from {
			at := siteDay{s.names.texts[k.site], s.names.texts[k.day]}
			if sums[at] == nil {
				sums[at] = margins{}
			}
			sums[at][margin{kiosk.CellKind(s.names.texts[k.kind]), by, text(k.value)}] += n
		}
	}
	name := func(n int32) string { return s.names.texts[n] }
	put(admin.ByFirst, firsts, name)
	put(admin.BySecond, seconds, name)
	put(admin.ByHour, hours, func(hour int32) string { return strconv.Itoa(int(hour)) })
	return sums
}

// writeMargins adds to the rows of each site, and returns what to add to those
// of all sites. A day on which a site begins to be open counts once.
func (s sums) writeMargins(ctx context.Context, c conn) (allDays, allMonths map[siteDay]margins, err error) {
	days := s.margins()
	err = daySums.add(ctx, c, days, func(had, more margins) {
		if !had.isOpen() && more.isOpen() {
			more[opened()] = 1
		}
	})
	if err != nil {
		return nil, nil, err
	}
	months := map[siteDay]margins{}
	allDays, allMonths = map[siteDay]margins{}, map[siteDay]margins{}
	for at, t := range days {
		into(months, siteDay{at.site, monthOf(at.day)}, t)
		into(allDays, siteDay{"", at.day}, t)
		into(allMonths, siteDay{"", monthOf(at.day)}, t)
	}
	return allDays, allMonths, monthSums.add(ctx, c, months, nil)
}

func into(sums map[siteDay]margins, at siteDay, t margins) {
	if sums[at] == nil {
		sums[at] = margins{}
	}
	sums[at].merge(t)
}

// add adds margins to rows, in the order of their keys; before, which may be
// nil, sees what a row had and may change what is added.
func (s spanned) add(ctx context.Context, c conn, sums map[siteDay]margins, before func(had, more margins)) error {
	keys := slices.SortedFunc(maps.Keys(sums), compareSiteDays)
	if len(keys) == 0 {
		return nil
	}
	columns, texts := []string{"site", s.day}, make([][]string, len(keys))
	for i, at := range keys {
		texts[i] = []string{at.site, at.day}
	}
	had, err := heldTexts(ctx, c, s.table, columns, texts)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.table, err)
	}
	rows := make([][]any, len(keys))
	for i, at := range keys {
		old := marginsOf(had[rowKey(texts[i])])
		if before != nil {
			before(old, sums[at])
		}
		old.merge(sums[at])
		rows[i] = []any{at.site, at.day, old.text()}
	}
	if err := writeTexts(ctx, c, s.table, columns, rows); err != nil {
		return fmt.Errorf("add to %s: %w", s.table, err)
	}
	return nil
}
