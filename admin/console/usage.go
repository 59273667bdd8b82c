package console

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

// figure is an indicator with its definition, and the coverage of what it was
// made from.
type figure struct {
	Name, Text, Value string
	// Coverage of the figure: "98,5 %".
	Coverage string
	// Note is said of this figure here, "" for nothing.
	Note string
}

type usageBody struct {
	usageHead
	Figures []figure
	// SessionsByStep, SessionsByHour and ByTheme draw what the tables tell.
	SessionsByStep, SessionsByHour, ByTheme chart
	Sessions                                usageTable
	Hours                                   []hourRow
	Themes                                  usageTable
	Week                                    weekTable
	StepWord                                string
	Busiest                                 string
}

// weekTable is the affluence by day of the week and hour.
type weekTable struct {
	Hours []string
	Rows  []weekRow
}

type weekRow struct {
	Day   string
	Cells []weekCell
}

// weekCell has a shade from 0, none, to 4, the busiest: beside the figure,
// never in its place.
type weekCell struct {
	N     uint64
	Shade int
}

// benchmark is the visits a day of a France Services house.
const benchmark = 11

func (c *console) usage(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	return c.showUsage(w, r, who, "/usages", "usages", "Usages", func(ctx context.Context, p usagePeriod, head usageHead) (any, error) {
		b := usageBody{usageHead: head, StepWord: stepWord(p.period.Unit())}
		f, err := c.facts(ctx, p, kiosk.CellSession, kiosk.CellVisit, kiosk.CellAvailability, kiosk.CellOutcome, kiosk.CellSatisfaction, kiosk.CellHelp)
		if err != nil {
			return nil, err
		}
		f.Coverage = head.Coverage
		b.Figures = figuresOf(f, indicators.Sessions, indicators.PerOpenDay, indicators.Occupancy, indicators.Visits, indicators.Finished,
			indicators.Happy, indicators.HelpUnanswered, indicators.Availability)
		b.Figures[1].Note = perDayNote(f.Value(indicators.PerOpenDay))
		q := p.query(kiosk.CellSession)
		q.ByHour = true
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i].First = "sessions"
		}
		b.Sessions = tableOf(indicators.ByFirst(p.period, rows), func(string) (string, string) { return "Sessions", "" })
		hours, week := indicators.ByHour(p.period, rows), indicators.ByWeekday(p.period, rows)
		b.Hours, b.Week, b.Busiest = hourRows(hours), weekTableOf(week), busiest(week)
		b.SessionsByStep = barsChart("Sessions par "+b.StepWord, stepPoints(b.Sessions))
		b.SessionsByHour = barsChart("Sessions par heure de la journée", hourPoints(hours))
		services, err := c.services(ctx)
		if err != nil {
			return nil, err
		}
		b.Themes = themesOf(services, func(id string) uint64 { return f.First(kiosk.CellVisit, id) }, f.Firsts(kiosk.CellVisit))
		b.ByTheme = linesChart("Visites par thème", b.Themes)
		return b, nil
	})
}

// figuresOf gives indicators their words.
func figuresOf(f indicators.Facts, list ...indicators.Indicator) []figure {
	var out []figure
	for _, i := range list {
		d := definitions[i]
		out = append(out, figure{Name: d.Name, Text: d.Text, Value: valueText(f.Value(i)), Coverage: valueText(f.Value(indicators.CoverageShare))})
	}
	return out
}

// perDayNote sets sessions of a day beside the benchmark, without a judgement:
// a house has agents too, a borne is one part of it.
func perDayNote(v indicators.Value) string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprintf("Repère : %d par jour", benchmark)
}

// services are the names of services; ids stand for them when the catalogue
// cannot be read.
func (c *console) services(ctx context.Context) (serviceNames, error) {
	services, err := c.names.services(ctx)
	if err != nil {
		c.Log.Warn("console: read catalogue", "error", err)
	}
	return services, nil
}

// themesOf sums services by La Coop's themes, the greatest first; what has none
// stands last.
func themesOf(services serviceNames, count func(id string) uint64, ids []string) (t usageTable) {
	sums := map[string]uint64{}
	for _, id := range ids {
		sums[services.coop(id)] += count(id)
	}
	for _, key := range append(indicators.Themes(), indicators.NoTheme) {
		if n := sums[key]; n > 0 {
			t.Rows = append(t.Rows, usageRow{Name: coopName(key), Total: n})
			t.Total += n
		}
	}
	sortByTotal(t.Rows)
	return t
}

func weekTableOf(w indicators.Week) (t weekTable) {
	_, _, most := w.Busiest()
	first, last := 8, 18
	for _, hours := range w {
		for h, n := range hours {
			if n > 0 {
				first, last = min(first, h), max(last, h)
			}
		}
	}
	for h := first; h <= last; h++ {
		t.Hours = append(t.Hours, fmt.Sprintf("%d\u00a0h", h))
	}
	for d, hours := range w {
		row := weekRow{Day: weekdays()[d]}
		for h := first; h <= last; h++ {
			cell := weekCell{N: hours[h]}
			if cell.N > 0 {
				cell.Shade = int((cell.N*4 + most - 1) / most)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func weekdays() []string {
	return []string{"Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"}
}

// busiest tells the busiest hour of the week in words, "" when nobody came.
func busiest(w indicators.Week) string {
	day, hour, n := w.Busiest()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("le %s de %d\u00a0h à %d\u00a0h (%s)", strings.ToLower(weekdays()[day]), hour, hour+1, counted(int(n), "session", "sessions"))
}
