package console

import (
	"context"
	"fmt"
	"time"

	"borne/admin"
	"borne/admin/indicators"
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
	var all []admin.UsageRow
	for _, kind := range indicators.PublishedKinds() {
		q := admin.UsageQuery{Kind: kind, BySite: true, Whole: true, From: first.Format(time.DateOnly), To: first.AddDate(0, 1, -1).Format(time.DateOnly)}
		q.BySecond = indicators.BySecond(kind)
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return p, first, err
		}
		all = append(all, rows...)
	}
	return indicators.Publish(all, services.coop), first, nil
}
