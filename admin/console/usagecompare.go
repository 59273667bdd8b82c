package console

import (
	"context"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

type compareBody struct {
	usageHead
	// Now, Before and YearBefore name the periods.
	Now, Before, YearBefore string
	Rows                    []compareRow
	Sessions                pairChart
	StepRows                []stepRow
	StepWord                string
	// BySite is empty when one site was chosen.
	BySite       []siteRow
	SiteSessions chart
}

// compareRow is an indicator in three periods.
type compareRow struct {
	Name, Text                     string
	Now, Before, YearBefore        string
	ChangeBefore, ChangeYearBefore string
}

type stepRow struct {
	Label, Long             string
	Now, Before, YearBefore uint64
}

// siteRow is a site beside the others.
type siteRow struct {
	ID, Name                                                 string
	Sessions, Visits                                         uint64
	PerOpenDay, Finished, Unanswered, Availability, Coverage string
}

// comparedKinds are those that indicators are reckoned from.
func comparedKinds() []kiosk.CellKind {
	return []kiosk.CellKind{kiosk.CellSession, kiosk.CellVisit, kiosk.CellOutcome, kiosk.CellSatisfaction, kiosk.CellAutonomy, kiosk.CellHelp,
		kiosk.CellInclusion, kiosk.CellAid, kiosk.CellDevice, kiosk.CellAvailability}
}

func (c *console) usageCompare(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages/comparer", "comparer", "Comparer – Usages", func(ctx context.Context, p usagePeriod, head usageHead) (any, error) {
		b := compareBody{usageHead: head, Now: periodText(p.period), Before: periodText(p.period.Before()), YearBefore: periodText(p.period.YearBefore()),
			StepWord: stepWord(p.period.Unit())}
		enrolled, err := c.Store.Enrolled(ctx, p.sites())
		if err != nil {
			return nil, err
		}
		facts, err := c.periodsOf(ctx, p, enrolled)
		if err != nil {
			return nil, err
		}
		b.Rows = compareRows(facts)
		if b.Sessions, b.StepRows, err = c.comparedSessions(ctx, p); err != nil {
			return nil, err
		}
		if p.site.ID == "" {
			if b.BySite, err = c.siteRows(ctx, p, enrolled); err != nil {
				return nil, err
			}
			var sessions usageTable
			for _, s := range b.BySite {
				sessions.Rows = append(sessions.Rows, usageRow{Name: s.Name, Total: s.Sessions})
			}
			b.SiteSessions = linesChart("Sessions par site", sessions)
		}
		return b, nil
	})
}

// threePeriods are the facts of a period, of the one before and of that of the
// year before.
func (c *console) threePeriods(ctx context.Context, p usagePeriod) (facts [3]indicators.Facts, err error) {
	enrolled, err := c.Store.Enrolled(ctx, p.sites())
	if err != nil {
		return facts, err
	}
	return c.periodsOf(ctx, p, enrolled)
}

// periodsOf is threePeriods of the bornes that are enrolled.
func (c *console) periodsOf(ctx context.Context, p usagePeriod, enrolled []admin.Enrolled) (facts [3]indicators.Facts, err error) {
	for i, period := range []indicators.Period{p.period, p.period.Before(), p.period.YearBefore()} {
		q := p.of(period)
		if facts[i], err = c.facts(ctx, q, comparedKinds()...); err != nil {
			return facts, err
		}
		if facts[i].Coverage, _, err = c.coverageOf(ctx, q, enrolled); err != nil {
			return facts, err
		}
	}
	return facts, nil
}

func compareRows(facts [3]indicators.Facts) (rows []compareRow) {
	// Of a period that no borne was there for, nothing is said.
	was := func(f indicators.Facts, v indicators.Value) indicators.Value {
		if f.Coverage.Received == 0 && f.Coverage.OfToday == 0 {
			return indicators.Value{Form: indicators.Rate}
		}
		return v
	}
	for _, i := range indicators.All() {
		now, before, year := was(facts[0], facts[0].Value(i)), was(facts[1], facts[1].Value(i)), was(facts[2], facts[2].Value(i))
		d := definitions[i]
		rows = append(rows, compareRow{d.Name, typeset(d.Text), valueText(now), valueText(before), valueText(year), changeText(now, before), changeText(now, year)})
	}
	return rows
}

// comparedSessions sets the steps of a period beside those of the two others,
// one after the other: the first beside the first.
func (c *console) comparedSessions(ctx context.Context, p usagePeriod) (pairChart, []stepRow, error) {
	periods := []indicators.Period{p.period, p.period.Before(), p.period.YearBefore()}
	labels := []string{"Cette période", "La période d’avant", "Un an avant"}
	unit := p.period.Unit()
	var all []series
	for i, period := range periods {
		q := p.of(period).query(kiosk.CellSession)
		q.ByMonth = unit == indicators.ByMonth
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return pairChart{}, nil, err
		}
		t := indicators.ByFirstIn(period, unit, rows)
		s := series{Label: labels[i]}
		for j, step := range t.Steps {
			s.Counts, s.Details = append(s.Counts, t.Totals[j]), append(s.Details, headOf(unit, step).Long)
		}
		all = append(all, s)
	}
	var heads []string
	var rows []stepRow
	for i, step := range p.period.Steps() {
		head := headOf(unit, step)
		heads = append(heads, head.Short)
		row := stepRow{Label: head.Short, Long: head.Long}
		for j, into := range []*uint64{&row.Now, &row.Before, &row.YearBefore} {
			if i < len(all[j].Counts) {
				*into = all[j].Counts[i]
			}
		}
		rows = append(rows, row)
	}
	return comparedChart("Sessions, comparées", heads, all), rows, nil
}

// siteRows sets sites side by side, the most used first.
func (c *console) siteRows(ctx context.Context, p usagePeriod, enrolled []admin.Enrolled) ([]siteRow, error) {
	sites, err := c.Store.Sites(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := c.factsBySite(ctx, p, sites, enrolled)
	if err != nil {
		return nil, err
	}
	var rows []siteRow
	for _, s := range sites {
		f := facts[s.ID]
		rows = append(rows, siteRow{ID: s.ID, Name: s.Name, Sessions: f.Total(kiosk.CellSession), Visits: f.Total(kiosk.CellVisit),
			PerOpenDay: valueText(f.Value(indicators.PerOpenDay)), Finished: valueText(f.Value(indicators.Finished)),
			Unanswered: valueText(f.Value(indicators.HelpUnanswered)), Availability: valueText(f.Value(indicators.Availability)),
			Coverage: valueText(f.Value(indicators.CoverageShare))})
	}
	sortTrends(rows, func(r siteRow) (uint64, string) { return r.Sessions, r.Name })
	return rows, nil
}

// factsBySite are the facts of each site; enrolled are all bornes.
func (c *console) factsBySite(ctx context.Context, p usagePeriod, sites []admin.Site, enrolled []admin.Enrolled) (map[string]*indicators.Facts, error) {
	facts := map[string]*indicators.Facts{}
	for _, s := range sites {
		facts[s.ID] = &indicators.Facts{}
	}
	kinds := []kiosk.CellKind{kiosk.CellSession, kiosk.CellVisit, kiosk.CellAvailability, kiosk.CellOutcome, kiosk.CellHelp}
	q := p.margins(kinds)
	q.BySite = true
	margins, err := c.Store.Margins(ctx, q)
	if err != nil {
		return nil, err
	}
	bySite := map[string][]admin.UsageMargin{}
	for _, m := range margins {
		bySite[m.Site] = append(bySite[m.Site], m)
	}
	for id, f := range facts {
		f.AddMargins(bySite[id], kinds...)
	}
	today := c.today()
	yesterday := min(p.period.To(), today.AddDate(0, 0, -1).Format(time.DateOnly))
	received, err := c.Store.ReceivedBySite(ctx, p.period.From(), yesterday)
	if err != nil {
		return nil, err
	}
	coverage := indicators.CoverageBySite(p.period, enrolled, received, today.Format(time.DateOnly), c.location)
	for id, f := range facts {
		f.Coverage = coverage[id]
	}
	return facts, nil
}
