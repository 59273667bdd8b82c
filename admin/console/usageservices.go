package console

import (
	"context"
	"net/http"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

type servicesBody struct {
	usageHead
	Figures  []figure
	Visits   usageTable
	StepWord string
	// Before and YearBefore are the periods that Trends compare with.
	Before, YearBefore string
	Trends             []themeTrend
	ByTheme, ByService chart
	VisitsByStep       chart
	// Durations are the visits of each service by La Coop's bands.
	Durations []durationRow
}

// themeTrend is one of La Coop's themes and its services.
type themeTrend struct {
	Name string
	trend
	Services []serviceTrend
}

type serviceTrend struct {
	Name, Theme string
	trend
}

// trend is a figure beside those of earlier periods, with a drawing of its
// steps.
type trend struct {
	N, Before, YearBefore    uint64
	Change, YearChange, Part string
	Spark                    chart
	steps                    []uint64
}

type durationRow struct {
	Name  string
	Bands [5]uint64
}

// coopBands are La Coop's durations, then what nobody told.
func coopBands() []string {
	return []string{"Moins de 30 min", "30 min à 1 h", "1 à 2 h", "2 h et plus", "Non communiqué"}
}

// coopBand is the place in coopBands of one of our bands, which are finer.
func coopBand(band string) int {
	return map[string]int{"0-5": 0, "5-15": 0, "15-30": 0, "30-60": 1, "60-120": 2, "120+": 3}[band] + map[string]int{kiosk.None: 4}[band]
}

func (c *console) usageServices(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages/services", "services", "Services – Usages", func(ctx context.Context, p usagePeriod, head usageHead) (any, error) {
		services, err := c.services(ctx)
		if err != nil {
			return nil, err
		}
		b := servicesBody{usageHead: head, StepWord: stepWord(p.period.Unit()),
			Before: periodText(p.period.Before()), YearBefore: periodText(p.period.YearBefore())}
		q := p.query(kiosk.CellVisit)
		q.ByMonth = p.period.Unit() == indicators.ByMonth
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return nil, err
		}
		table := indicators.ByFirst(p.period, rows)
		b.Visits = tableOf(table, services.of)
		b.VisitsByStep = barsChart("Visites par "+b.StepWord, stepPoints(b.Visits))
		b.ByService = linesChart("Visites par service", b.Visits)
		var earlier [2]indicators.Facts
		for i, period := range []indicators.Period{p.period.Before(), p.period.YearBefore()} {
			q := p.of(period).query(kiosk.CellVisit)
			q.Whole = true
			rows, err := c.Store.Usage(ctx, q)
			if err != nil {
				return nil, err
			}
			earlier[i].Add(rows)
		}
		b.Trends = trendsOf(services, table, earlier[0], earlier[1])
		b.ByTheme = linesChart("Visites par thème", themesTable(b.Trends))
		f, err := c.facts(ctx, p, kiosk.CellVisit)
		if err != nil {
			return nil, err
		}
		f.Coverage = head.Coverage
		b.Figures = figuresOf(f, indicators.Visits)
		q = p.query(kiosk.CellVisit)
		q.Whole, q.BySecond = true, true
		bands, err := c.Store.Usage(ctx, q)
		if err != nil {
			return nil, err
		}
		b.Durations = durationsOf(b.Visits, table, bands)
		return b, nil
	})
}

// trendsOf groups services by theme, the greatest theme first.
func trendsOf(services serviceNames, table indicators.Table, before, yearBefore indicators.Facts) []themeTrend {
	ids := map[string][]uint64{}
	for _, row := range table.Rows {
		ids[row.Key] = row.Counts
	}
	for _, f := range []indicators.Facts{before, yearBefore} {
		for _, id := range f.Firsts(kiosk.CellVisit) {
			if _, known := ids[id]; !known {
				ids[id] = make([]uint64, len(table.Steps))
			}
		}
	}
	themes := map[string]*themeTrend{}
	for id, steps := range ids {
		key := services.coop(id)
		theme := themes[key]
		if theme == nil {
			theme = &themeTrend{Name: coopName(key), trend: trend{steps: make([]uint64, len(steps))}}
			themes[key] = theme
		}
		s := serviceTrend{trend: trend{Before: before.First(kiosk.CellVisit, id), YearBefore: yearBefore.First(kiosk.CellVisit, id), steps: steps}}
		s.Name, s.Theme = services.of(id)
		for i, n := range steps {
			s.N += n
			theme.steps[i] += n
		}
		theme.N, theme.Before, theme.YearBefore = theme.N+s.N, theme.Before+s.Before, theme.YearBefore+s.YearBefore
		s.finish(table.Total)
		theme.Services = append(theme.Services, s)
	}
	var out []themeTrend
	for _, key := range append(indicators.Themes(), indicators.NoTheme) {
		if theme := themes[key]; theme != nil {
			theme.finish(table.Total)
			sortTrends(theme.Services, func(s serviceTrend) (uint64, string) { return s.N, s.Name })
			out = append(out, *theme)
			delete(themes, key)
		}
	}
	for _, theme := range themes { // a key that La Coop does not have
		theme.finish(table.Total)
		out = append(out, *theme)
	}
	sortTrends(out, func(t themeTrend) (uint64, string) { return t.N, t.Name })
	return out
}

func (t *trend) finish(total uint64) {
	count := func(n uint64) indicators.Value { return indicators.Value{Form: indicators.Count, N: float64(n)} }
	t.Change, t.YearChange = changeText(count(t.N), count(t.Before)), changeText(count(t.N), count(t.YearBefore))
	t.Part = valueText(indicators.Value{Form: indicators.Share, N: float64(t.N), Of: total})
	t.Spark = sparkChart(t.steps)
}

func themesTable(trends []themeTrend) (t usageTable) {
	for _, theme := range trends {
		t.Rows = append(t.Rows, usageRow{Name: theme.Name, Total: theme.N})
		t.Total += theme.N
	}
	return t
}

func durationsOf(visits usageTable, table indicators.Table, rows []admin.UsageRow) []durationRow {
	at := map[string]int{}
	out := make([]durationRow, len(table.Rows))
	for i, row := range table.Rows {
		at[row.Key], out[i].Name = i, visits.Rows[i].Name
	}
	for _, r := range rows {
		if i, ok := at[r.First]; ok {
			out[i].Bands[coopBand(r.Second)] += r.Count
		}
	}
	return out
}
