package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"borne/admin"
	"borne/kiosk"
)

type usageReport struct {
	officeFlags
	From string `placeholder:"DAY" help:"First day, as 2026-09-01; without it, a week before the last."`
	To   string `placeholder:"DAY" help:"Last day, as 2026-09-30; without it, today."`
}

// query returns the question that the flags ask, days being those of the
// bornes' own clocks.
func (c *usageReport) query(today time.Time) (admin.UsageQuery, error) {
	q := admin.UsageQuery{Kind: kiosk.CellVisit, From: c.From, To: c.To}
	if q.To == "" {
		q.To = today.Format(dayLayout)
	}
	if q.From == "" {
		if to, err := time.Parse(dayLayout, q.To); err == nil {
			q.From = to.AddDate(0, 0, -6).Format(dayLayout)
		}
	}
	return q, q.Validate()
}

func (c *usageReport) Run(a *app, g *global) error {
	q, err := c.query(time.Now())
	if err != nil {
		return errWrongCall{err}
	}
	return a.withOffice(c.officeFlags, officeLimit, func(ctx context.Context, o centralOffice) error {
		rows, err := o.Usage(ctx, q)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, struct {
				From string           `json:"from"`
				To   string           `json:"to"`
				Rows []admin.UsageRow `json:"rows"`
			}{q.From, q.To, append([]admin.UsageRow{}, rows...)})
		}
		slices.SortStableFunc(rows, byDayThenCount)
		var lines [][]string
		total := uint64(0)
		for _, r := range rows {
			lines = append(lines, []string{r.Day, r.First, fmt.Sprint(r.Count)})
			total += r.Count
		}
		lines = append(lines, []string{"total", "", fmt.Sprint(total)})
		fmt.Fprintf(a.stdout, "Visits, %s to %s. A visit is a site opened in a session; nobody is counted.\n", q.From, q.To)
		return table(a.stdout, []string{"DAY", "SERVICE", "VISITS"}, lines)
	})
}

func byDayThenCount(a, b admin.UsageRow) int {
	switch {
	case a.Day != b.Day && a.Day < b.Day, a.Day == b.Day && a.Count > b.Count:
		return -1
	case a.Day == b.Day && a.Count == b.Count:
		return 0
	default:
		return 1
	}
}
