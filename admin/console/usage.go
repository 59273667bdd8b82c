package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

type usageBody struct {
	Period   indicators.Period
	From, To time.Time
	Sites    []choice
	// Shortcut is the number of days of a usual period, 0 for another one.
	Shortcut int
	// Query repeats the choice in links: "?du=…&au=…".
	Query string

	Coverage indicators.Coverage
	Visits   usageTable
	Sessions usageTable
	// ByService draws a bar for each service, ByDay and SessionsByDay one for
	// each step, ByHour one for each hour.
	ByService, VisitsByStep, SessionsByStep, SessionsByHour chart
	Hours                                                   []hourRow
	StepWord                                                string
	// Answers are what visitors said at the end, if they wanted to; Answered is
	// how many answered anything.
	Answers  []answers
	Answered uint64
	// Months may be published.
	Months []choice
}

// answers are those to one question, in the question's order.
type answers struct {
	Title string
	Rows  []usageRow
	Chart chart
}

// usageTable is a table of counters with words for people.
type usageTable struct {
	Steps  []stepHead
	Rows   []usageRow
	Totals []uint64
	Total  uint64
}

type stepHead struct{ Short, Long string }

type usageRow struct {
	Name, Theme string
	Counts      []uint64
	Total       uint64
}

type hourRow struct {
	Hour string
	N    uint64
}

// usagePeriod is what the page's form chose.
type usagePeriod struct {
	period   indicators.Period
	shortcut int
	site     admin.Site
}

// Usual periods, in days.
const (
	week  = 7
	month = 30
)

// readPeriod reads the choice; a period that is none is told and replaced by
// the last week.
func (c *console) readPeriod(r *http.Request) (p usagePeriod, err error) {
	q := r.URL.Query()
	p.shortcut = week
	switch {
	case q.Get("du") != "" || q.Get("au") != "":
		p.shortcut = 0
		p.period, err = indicators.NewPeriod(q.Get("du"), q.Get("au"))
	case q.Get("jours") == fmt.Sprint(month):
		p.shortcut = month
	}
	if err != nil || p.shortcut != 0 {
		n := max(p.shortcut, week)
		p.shortcut, p.period = n, indicators.LastDays(c.today(), n)
	}
	if id := q.Get("site"); id != "" && err == nil {
		p.site, err = c.Store.FindSite(r.Context(), id)
	}
	return p, err
}

func (p usagePeriod) query(kind kiosk.CellKind) admin.UsageQuery {
	q := admin.UsageQuery{Kind: kind, From: p.period.From(), To: p.period.To()}
	if p.site.ID != "" {
		q.Sites = []string{p.site.ID}
	}
	return q
}

func (c *console) usage(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	p, err := c.readPeriod(r)
	problem, code := "", http.StatusOK
	if errors.Is(err, admin.ErrInvalid) {
		problem, code = "Cette période n’est pas valable. Le premier jour vient avant le dernier, et la période dure 25 mois au plus. Voici les 7 derniers jours.", http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	body, err := c.usageBody(r, p)
	if err != nil {
		return err
	}
	c.write(w, r, code, "usages", page{Title: "Usages", Current: "/usages", Operator: who, Problem: problem, Body: body})
	return nil
}

func (c *console) usageBody(r *http.Request, p usagePeriod) (b usageBody, err error) {
	ctx := r.Context()
	services, err := c.names.services(ctx)
	if err != nil {
		// Without the catalogue, ids stand for names.
		c.Log.Warn("console: read catalogue", "error", err)
	}
	visitRows, err := c.Store.Usage(ctx, p.query(kiosk.CellVisit))
	if err != nil {
		return b, err
	}
	q := p.query(kiosk.CellSession)
	q.BySecond = true // for the hours
	sessionRows, err := c.Store.Usage(ctx, q)
	if err != nil {
		return b, err
	}
	received, err := c.Store.Received(ctx, p.period.Days(), p.query(kiosk.CellVisit).Sites)
	if err != nil {
		return b, err
	}
	kiosks, err := c.Store.Kiosks(ctx, admin.KioskFilter{Site: p.site.ID, Limit: 10000})
	if err != nil {
		return b, err
	}
	sites, err := c.Store.Sites(ctx)
	if err != nil {
		return b, err
	}
	steps := p.period.Steps()
	b = usageBody{Period: p.period, From: steps[0].From, To: steps[len(steps)-1].To, Sites: siteChoices(sites, p.site.ID), Shortcut: p.shortcut,
		Query:    "?du=" + p.period.From() + "&au=" + p.period.To(),
		Coverage: indicators.CoverageOf(p.period, kiosks, received, c.today().Format(time.DateOnly), c.location),
		Visits:   tableOf(indicators.ByFirst(p.period, visitRows), services.of),
		Sessions: tableOf(indicators.ByFirst(p.period, sessionRows), func(end string) (string, string) { return endWord(end), "" }),
		StepWord: stepWord(p.period.Unit())}
	if p.site.ID != "" {
		b.Query += "&site=" + p.site.ID
	}
	b.Months = releasable(c.today())
	outcomes, answered, err := answersTo(ctx, c, p, "La démarche", kiosk.CellOutcome, kiosk.Outcomes(), outcomeWord)
	if err != nil {
		return b, err
	}
	faces, _, err := answersTo(ctx, c, p, "Comment cela s’est passé", kiosk.CellSatisfaction, kiosk.Faces(), faceWord)
	if err != nil {
		return b, err
	}
	b.Answers, b.Answered = []answers{outcomes, faces}, answered
	hours := indicators.ByHour(p.period, sessionRows)
	b.ByService = linesChart("Visites par service", b.Visits)
	b.VisitsByStep = barsChart("Visites par "+b.StepWord, stepPoints(b.Visits))
	b.SessionsByStep = barsChart("Sessions par "+b.StepWord, stepPoints(b.Sessions))
	b.Hours = hourRows(hours)
	b.SessionsByHour = barsChart("Sessions par heure de la journée", hourPoints(hours))
	return b, nil
}

// answersTo sums what was answered, and how many answered: each answer counts
// once for each question.
func answersTo[T ~string](ctx context.Context, c *console, p usagePeriod, title string, kind kiosk.CellKind, list []T, name func(T) string) (a answers, answered uint64, err error) {
	q := p.query(kind)
	q.BySecond = true
	rows, err := c.Store.Usage(ctx, q)
	if err != nil {
		return a, 0, err
	}
	sums := map[T]uint64{}
	for _, r := range rows {
		sums[T(r.Second)] += r.Count
		answered += r.Count
	}
	a.Title = title
	for _, v := range list {
		a.Rows = append(a.Rows, usageRow{Name: name(v), Total: sums[v]})
	}
	a.Chart = linesChart(title, usageTable{Rows: a.Rows, Total: answered})
	return a, answered, nil
}

func outcomeWord(o kiosk.Outcome) string {
	return word(map[kiosk.Outcome]string{kiosk.OutcomeDone: "« J’ai fini »", kiosk.OutcomeNotDone: "« Pas fini »",
		kiosk.OutcomeLater: "« Je reviens »", kiosk.OutcomeNone: "Non communiqué"}, o)
}

func faceWord(f kiosk.Face) string {
	return word(map[kiosk.Face]string{kiosk.FaceHappy: "Content", kiosk.FaceNeutral: "Moyen",
		kiosk.FaceUnhappy: "Pas content", kiosk.FaceNone: "Non communiqué"}, f)
}

func stepWord(u indicators.Unit) string {
	return word(map[indicators.Unit]string{indicators.ByDay: "jour", indicators.ByWeek: "semaine", indicators.ByMonth: "mois"}, u)
}

// tableOf gives a table its words.
func tableOf(t indicators.Table, name func(key string) (name, theme string)) usageTable {
	out := usageTable{Totals: t.Totals, Total: t.Total}
	for _, s := range t.Steps {
		out.Steps = append(out.Steps, headOf(t.Unit, s))
	}
	for _, row := range t.Rows {
		n, theme := name(row.Key)
		out.Rows = append(out.Rows, usageRow{n, theme, row.Counts, row.Total})
	}
	return out
}

func headOf(u indicators.Unit, s indicators.Step) stepHead {
	short := s.From.Format("02/01")
	switch {
	case u == indicators.ByMonth:
		m := months()[s.From.Month()-1]
		return stepHead{fmt.Sprintf("%s %d", m, s.From.Year()), "du " + longDay(s.From) + " au " + longDay(s.To)}
	case u == indicators.ByWeek:
		return stepHead{short, "semaine du " + longDay(s.From) + " au " + longDay(s.To)}
	}
	return stepHead{short, longDay(s.From)}
}

func stepPoints(t usageTable) []point {
	var out []point
	for i, s := range t.Steps {
		out = append(out, point{s.Short, s.Long, t.Totals[i]})
	}
	return out
}

// hourRows leaves out the hours of the night when nobody came.
func hourRows(hours [24]uint64) []hourRow {
	var out []hourRow
	for h := range hours {
		if hours[h] > 0 || h >= 8 && h < 19 {
			out = append(out, hourRow{fmt.Sprintf("%d\u00a0h – %d\u00a0h", h, h+1), hours[h]})
		}
	}
	return out
}

func hourPoints(hours [24]uint64) []point {
	first, last := 8, 18
	for h, n := range hours {
		if n > 0 {
			first, last = min(first, h), max(last, h)
		}
	}
	var out []point
	for h := first; h <= last; h++ {
		out = append(out, point{fmt.Sprintf("%d\u00a0h", h), fmt.Sprintf("de %d\u00a0h à %d\u00a0h", h, h+1), hours[h]})
	}
	return out
}
