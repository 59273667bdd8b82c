package console

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

// publication is all of one month that may leave the organisation: the open
// data and the reports for outside are both taken from it.
func (c *console) publication(ctx context.Context, month string) (p indicators.Publication, first time.Time, err error) {
	known := false
	for _, m := range releasable(c.today()) {
		known = known || m.Value == month
	}
	if !known {
		return p, first, fmt.Errorf("%w: month %q: choose one that has been over for ten days", admin.ErrInvalid, month)
	}
	if first, err = time.Parse(monthLayout, month); err != nil {
		return p, first, fmt.Errorf("%w: month %q", admin.ErrInvalid, month)
	}
	services, err := c.services(ctx)
	if err != nil {
		return p, first, err
	}
	q := admin.MarginQuery{Kinds: indicators.PublishedKinds(), By: []admin.MarginBy{admin.ByFirst, admin.BySecond}, BySite: true, From: first.Format(time.DateOnly), To: first.AddDate(0, 1, -1).Format(time.DateOnly)}
	margins, err := c.Store.Margins(ctx, q)
	if err != nil {
		return p, first, err
	}
	return c.released.publication(month, publishedRows(margins), services.coop), first, nil
}

// publishedRows are counters of sites as publications are made of them, in one
// order.
func publishedRows(margins []admin.UsageMargin) (rows []admin.UsageRow) {
	for _, m := range margins {
		r := admin.UsageRow{Site: m.Site, Kind: m.Kind, Hour: kiosk.NoHour, Count: m.Count}
		switch second := indicators.BySecond(m.Kind); {
		case second && m.By == admin.BySecond:
			r.Second = m.Value
		case !second && m.By == admin.ByFirst:
			r.First = m.Value
		default:
			continue
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b admin.UsageRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Site, b.Site), cmp.Compare(a.First, b.First), cmp.Compare(a.Second, b.Second))
	})
	return rows
}

// released remembers publications, which are long to reckon, for as long as
// the counters and themes they are made of stay the same. Its zero value is
// ready.
type released struct {
	mu     sync.Mutex
	months map[string]reckoned
}

// reckoned is a publication and all that it was made of.
type reckoned struct {
	rows   []admin.UsageRow
	themes map[string]string
	indicators.Publication
}

// publication is indicators.Publish, reckoned once.
func (r *released) publication(month string, rows []admin.UsageRow, theme func(string) string) indicators.Publication {
	themes := map[string]string{}
	for _, row := range rows {
		if row.Kind == kiosk.CellVisit {
			themes[row.First] = theme(row.First)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, is := r.months[month]; is && slices.Equal(known.rows, rows) && maps.Equal(known.themes, themes) {
		return known.Publication
	}
	if r.months == nil || len(r.months) > releaseMonths {
		r.months = map[string]reckoned{} // months that may not be published any more
	}
	p := indicators.Publish(rows, theme)
	r.months[month] = reckoned{rows, themes, p}
	return p
}
