package console

import (
	"context"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

// reportBody is a page to print, A4, of one site or of the organisation.
type reportBody struct {
	Organisation, Site, Period string
	Written                    time.Time
	Coverage                   indicators.Coverage
	Share                      indicators.Value
	// External reports hold what may leave the organisation, and no more.
	External           bool
	Before, YearBefore string
	Figures            []reportFigure
	Sessions           pairChart
	StepWord           string
	Themes             chart
	Hours              chart
	Lists              []reportList
	// Back is the page that led here.
	Back string
}

type reportFigure struct{ Name, Value, Text, Before, YearBefore string }

// reportList is a short table; Text stands below its title.
type reportList struct {
	Title, Text string
	Rows        []reportRow
}

type reportRow struct{ Name, Value, Part string }

// How many lines a report has room for.
const (
	reportServices = 8
	reportThemes   = 8
	// One of the languages is the rest of them.
	reportLanguages = 6
)

// masked stands where a figure may not leave the organisation.
const masked = "masqué"

func (c *console) usageReport(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	ctx, q := r.Context(), r.URL.Query()
	var b reportBody
	var err error
	if q.Get("diffusion") == "externe" {
		b, err = c.externalReport(ctx, q.Get("mois"), q.Get("site"))
	} else {
		var p usagePeriod
		if p, err = c.readPeriod(r); err != nil {
			return err
		}
		b, err = c.internalReport(ctx, p)
	}
	if err != nil {
		return err
	}
	organisation, err := c.Store.Organisation(ctx)
	if err != nil {
		return err
	}
	b.Organisation, b.Written = organisation.Name, c.today()
	return c.show(w, r, "rapport", page{Title: "Rapport – Usages", Current: "/usages", Operator: who, Body: b})
}

func (c *console) internalReport(ctx context.Context, p usagePeriod) (b reportBody, err error) {
	b = reportBody{Site: p.site.Name, Period: periodText(p.period), StepWord: stepWord(p.period.Unit()), Back: "/usages/donnees" + p.address(),
		Before: periodText(p.period.Before()), YearBefore: periodText(p.period.YearBefore())}
	facts, err := c.threePeriods(ctx, p)
	if err != nil {
		return b, err
	}
	f := facts[0]
	b.Coverage, b.Share = f.Coverage, f.Value(indicators.CoverageShare)
	rows := map[string]compareRow{}
	for _, row := range compareRows(facts) {
		rows[row.Name] = row
	}
	for _, i := range []indicators.Indicator{indicators.Sessions, indicators.PerOpenDay, indicators.Occupancy, indicators.Visits, indicators.Finished,
		indicators.Happy, indicators.HelpUnanswered, indicators.OtherLanguages, indicators.Availability} {
		row := rows[definitions[i].Name]
		b.Figures = append(b.Figures, reportFigure{row.Name, row.Now, reportText(i), row.ChangeBefore, row.ChangeYearBefore})
	}
	if b.Sessions, _, err = c.comparedSessions(ctx, p); err != nil {
		return b, err
	}
	services, err := c.services(ctx)
	if err != nil {
		return b, err
	}
	themes := themesOf(services, func(id string) uint64 { return f.First(kiosk.CellVisit, id) }, f.Firsts(kiosk.CellVisit))
	themes.Rows = themes.Rows[:min(len(themes.Rows), reportThemes)]
	b.Themes = linesChart("Visites par thème", themes)
	q := p.query(kiosk.CellSession)
	q.ByHour = true
	hours, err := c.Store.Usage(ctx, q)
	if err != nil {
		return b, err
	}
	b.Hours = barsChart("Sessions par heure", hourPoints(indicators.ByHour(p.period, hours)))
	var top usageTable
	for _, id := range f.Firsts(kiosk.CellVisit) {
		name, _ := services.of(id)
		top.Rows = append(top.Rows, usageRow{Name: name, Total: f.First(kiosk.CellVisit, id)})
		top.Total += f.First(kiosk.CellVisit, id)
	}
	sortByTotal(top.Rows)
	top.Rows = top.Rows[:min(len(top.Rows), reportServices)]
	b.Lists = []reportList{
		listOf("Services", "Visites de sites, les plus nombreuses.", top),
		listOf("Durées", "Sessions, tranches de La Coop.", coopDurations(f)),
		listOf("La démarche", "Réponses à la fin, facultatives.", listTable(kiosk.Outcomes(), outcomeWord, func(v string) uint64 { return f.Second(kiosk.CellOutcome, v) })),
		listOf("Autonomie", "Réponses à la fin, facultatives.", listTable(kiosk.Autonomies(), autonomyWord, func(v string) uint64 { return f.Second(kiosk.CellAutonomy, v) })),
		listOf("Langues", "Sessions, langue choisie.", foremost(reportLanguages, "Autres langues", listTable(valuesOf(kiosk.CellInclusion), languageWord, func(v string) uint64 { return f.First(kiosk.CellInclusion, v) }))),
		listOf("Appels à l’aide", "Temps avant la réponse.", listTable(append(kiosk.AnswerBands(), kiosk.NotAnswered), answerWord, func(v string) uint64 { return f.Second(kiosk.CellHelp, v) })),
	}
	return b, nil
}

// reportText is a definition short enough for a page of nine figures.
func reportText(i indicators.Indicator) string {
	return typeset(map[indicators.Indicator]string{
		indicators.Sessions: "Du premier toucher à l’effacement. Pas un nombre de personnes.", indicators.PerOpenDay: "Repère : 11 visites par jour pour une maison France Services.",
		indicators.Occupancy: "Part du temps d’ouverture où quelqu’un était là, estimée.", indicators.Visits: "Sites officiels ouverts pendant les sessions.",
		indicators.Finished: "« J’ai fini », parmi ceux qui ont répondu.", indicators.Happy: "Visage content, parmi ceux qui ont répondu.",
		indicators.HelpUnanswered: "Part des appels à l’aide.", indicators.OtherLanguages: "Part des sessions où une langue a été choisie.",
		indicators.Availability: "Part du temps où la borne accueillait, hors fermeture.",
	}[i])
}

func coopDurations(f indicators.Facts) (t usageTable) {
	for _, name := range coopBands() {
		t.Rows = append(t.Rows, usageRow{Name: name})
	}
	for _, band := range append(kiosk.DurationBands(), kiosk.None) {
		n := f.Second(kiosk.CellSession, band)
		t.Rows[coopBand(band)].Total += n
		t.Total += n
	}
	return t
}

// foremost keeps the n greatest rows, the last of them for all the others.
func foremost(n int, others string, t usageTable) usageTable {
	sortByTotal(t.Rows)
	if len(t.Rows) <= n {
		return t
	}
	rest := usageRow{Name: others}
	for _, r := range t.Rows[n-1:] {
		rest.Total += r.Total
	}
	t.Rows = append(t.Rows[:n-1:n-1], rest)
	return t
}

func listOf(title, text string, t usageTable) reportList {
	l := reportList{Title: title, Text: text}
	for _, r := range t.Rows {
		l.Rows = append(l.Rows, reportRow{r.Name, number(r.Total), t.Part(r.Total)})
	}
	return l
}

// externalReport is made of the month's publication alone: what that leaves out
// is in no figure here, nor can be reckoned from those that are.
func (c *console) externalReport(ctx context.Context, month, siteID string) (b reportBody, err error) {
	published, first, err := c.publication(ctx, month)
	if err != nil {
		return b, err
	}
	p := usagePeriod{}
	if p.period, err = indicators.NewPeriod(first.Format(time.DateOnly), first.AddDate(0, 1, -1).Format(time.DateOnly)); err != nil {
		return b, err
	}
	if siteID != "" {
		if p.site, err = c.Store.FindSite(ctx, siteID); err != nil {
			return b, err
		}
	}
	b = reportBody{External: true, Site: p.site.Name, Period: periodText(p.period), Back: "/usages/donnees" + p.address()}
	if b.Coverage, _, err = c.coverage(ctx, p); err != nil {
		return b, err
	}
	b.Share = indicators.Facts{Coverage: b.Coverage}.Value(indicators.CoverageShare)
	services, err := c.services(ctx)
	if err != nil {
		return b, err
	}
	total := func(kind kiosk.CellKind) indicators.Published {
		return published.At(indicators.Place{Kind: kind, Site: p.site.ID, Total: true})
	}
	for _, f := range []struct {
		name, text string
		kind       kiosk.CellKind
	}{
		{definitions[indicators.Sessions].Name, reportText(indicators.Sessions), kiosk.CellSession}, {definitions[indicators.Visits].Name, reportText(indicators.Visits), kiosk.CellVisit},
		{definitions[indicators.HelpCalls].Name, "Le bouton « Aide » touché pour appeler un médiateur.", kiosk.CellHelp},
	} {
		b.Figures = append(b.Figures, reportFigure{Name: f.name, Value: publishedText(total(f.kind)), Text: typeset(f.text)})
	}
	list := func(title, text string, kind kiosk.CellKind, keys []string, name func(string) string) reportList {
		l := reportList{Title: title, Text: text}
		for _, key := range keys {
			l.Rows = append(l.Rows, reportRow{Name: name(key), Value: publishedText(published.At(indicators.Place{Kind: kind, Site: p.site.ID, Key: key}))})
		}
		l.Rows = append(l.Rows, reportRow{Name: "Total", Value: publishedText(total(kind))})
		return l
	}
	// The greatest first; where figures are masked, by name alone.
	type counted struct {
		name string
		indicators.Published
	}
	var all []counted
	for _, key := range published.Keys(kiosk.CellVisit) {
		name, _ := services.of(key)
		all = append(all, counted{name, published.At(indicators.Place{Kind: kiosk.CellVisit, Site: p.site.ID, Key: key})})
	}
	sortTrends(all, func(s counted) (uint64, string) { return s.Count, s.name })
	top := reportList{Title: "Services", Text: "Visites de sites, les plus nombreuses."}
	for _, s := range all[:min(len(all), 2*reportServices)] {
		top.Rows = append(top.Rows, reportRow{Name: s.name, Value: publishedText(s.Published)})
	}
	// Themes are published of all sites together: of one, they would cost too many of its services.
	themes := reportList{Title: "Thèmes de La Coop", Text: "Visites de sites."}
	var drawn usageTable
	for _, key := range append(indicators.Themes(), indicators.NoTheme) {
		at := indicators.Place{Kind: kiosk.CellVisit, Site: p.site.ID, Group: indicators.Theme(key)}
		if f, there := published.Find(at); there {
			themes.Rows = append(themes.Rows, reportRow{Name: coopName(key), Value: publishedText(f)})
			if !f.Secret {
				drawn.Rows = append(drawn.Rows, usageRow{Name: coopName(key), Total: f.Count})
			}
		}
	}
	sortByTotal(drawn.Rows)
	b.Themes = linesChart("Visites par thème", drawn)
	if len(themes.Rows) > 0 {
		b.Lists = append(b.Lists, themes)
	}
	b.Lists = append(b.Lists, top,
		list("La démarche", "Réponses à la fin, facultatives.", kiosk.CellOutcome, published.Keys(kiosk.CellOutcome), func(v string) string { return outcomeWord(kiosk.Outcome(v)) }),
		list("Comment cela s’est passé", "Réponses à la fin, facultatives.", kiosk.CellSatisfaction, published.Keys(kiosk.CellSatisfaction), func(v string) string { return faceWord(kiosk.Face(v)) }),
		list("Langues", "Sessions, langue choisie.", kiosk.CellInclusion, published.Keys(kiosk.CellInclusion), languageWord),
		list("Appels à l’aide", "Temps avant la réponse.", kiosk.CellHelp, published.Keys(kiosk.CellHelp), answerWord))
	return b, nil
}

func publishedText(p indicators.Published) string {
	if p.Secret {
		return masked
	}
	return number(p.Count)
}
