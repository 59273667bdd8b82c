package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

// usagePeriod is what the form of a page of figures chose.
type usagePeriod struct {
	period   indicators.Period
	shortcut string
	site     admin.Site
}

// usageHead is what every page of figures begins with.
type usageHead struct {
	Period   indicators.Period
	From, To time.Time
	Sites    []choice
	Site     admin.Site
	// Shortcuts are usual periods; Query repeats the choice in links:
	// "?du=…&au=…".
	Shortcuts []link
	Query     string
	// Path is the page's own address; Tabs lead to the others.
	Path     string
	Tabs     []link
	Coverage indicators.Coverage
}

// link is one that may be that of the page shown.
type link struct {
	Path, Label string
	Current     bool
}

// Share is the coverage as a value, for words.
func (h usageHead) Share() indicators.Value {
	return indicators.Value{Form: indicators.Share, N: float64(h.Coverage.Received), Of: uint64(h.Coverage.Expected)}
}

// usageTabs are the pages of figures.
func usageTabs() []link {
	return []link{{Path: "/usages", Label: "Vue d’ensemble"}, {Path: "/usages/services", Label: "Services"}, {Path: "/usages/resultats", Label: "Résultats"},
		{Path: "/usages/accueil", Label: "Aide et inclusion"}, {Path: "/usages/fiabilite", Label: "Fiabilité"}, {Path: "/usages/comparer", Label: "Comparer"},
		{Path: "/usages/donnees", Label: "Rapports et données"}}
}

// Usual periods, by their key in an address.
const (
	lastWeek  = "7"
	lastDays  = "30"
	thisMonth = "mois"
	lastMonth = "mois-dernier"
	thisYear  = "annee"
)

// usual returns the period of a key, the last week for one that is none.
func (c *console) usual(key string) (string, indicators.Period) {
	now := c.today()
	switch key {
	case lastDays:
		return key, indicators.LastDays(now, 30)
	case thisMonth:
		return key, indicators.MonthToDate(now)
	case lastMonth:
		return key, indicators.MonthOf(now, 1)
	case thisYear:
		return key, indicators.YearToDate(now)
	}
	return lastWeek, indicators.LastDays(now, 7)
}

// readPeriod reads the choice; a period that is none is told and replaced by
// the last week.
func (c *console) readPeriod(r *http.Request) (p usagePeriod, err error) {
	q := r.URL.Query()
	if q.Get("du") != "" || q.Get("au") != "" {
		p.period, err = indicators.NewPeriod(q.Get("du"), q.Get("au"))
	} else {
		p.shortcut, p.period = c.usual(q.Get("jours"))
	}
	if err != nil {
		p.shortcut, p.period = c.usual(lastWeek)
		return p, err
	}
	if id := q.Get("site"); id != "" {
		p.site, err = c.Store.FindSite(r.Context(), id)
	}
	return p, err
}

// query asks for a kind over the period.
func (p usagePeriod) query(kind kiosk.CellKind) admin.UsageQuery {
	return admin.UsageQuery{Kind: kind, From: p.period.From(), To: p.period.To(), Sites: p.sites()}
}

// sites is the chosen site, none for all.
func (p usagePeriod) sites() []string {
	if p.site.ID == "" {
		return nil
	}
	return []string{p.site.ID}
}

// of is the same choice for another period.
func (p usagePeriod) of(period indicators.Period) usagePeriod {
	p.period, p.shortcut = period, ""
	return p
}

func (p usagePeriod) address() string {
	q := "?du=" + p.period.From() + "&au=" + p.period.To()
	if p.site.ID != "" {
		q += "&site=" + url.QueryEscape(p.site.ID)
	}
	return q
}

// usageProblem tells a period that is none, and shows the last week instead.
func usageProblem(err error) (problem string, code int, rest error) {
	if errors.Is(err, admin.ErrInvalid) {
		return "Cette période n’est pas valable. Le premier jour vient avant le dernier, et la période dure 25 mois au plus. Voici les 7 derniers jours.",
			http.StatusUnprocessableEntity, nil
	}
	return "", http.StatusOK, err
}

// showUsage answers with a page of figures: it reads the period, fills the head
// and lets fill make the body.
func (c *console) showUsage(w http.ResponseWriter, r *http.Request, who admin.Operator, path, template, title string,
	fill func(ctx context.Context, p usagePeriod, head usageHead) (body any, err error)) error {
	p, err := c.readPeriod(r)
	problem, code, err := usageProblem(err)
	if err != nil {
		return err
	}
	head, err := c.usageHead(r.Context(), p, path)
	if err != nil {
		return err
	}
	body, err := fill(r.Context(), p, head)
	if err != nil {
		return err
	}
	c.write(w, r, code, template, page{Title: title, Current: "/usages", Operator: who, Problem: problem, Body: body})
	return nil
}

func (c *console) usageHead(ctx context.Context, p usagePeriod, path string) (h usageHead, err error) {
	sites, err := c.Store.Sites(ctx)
	if err != nil {
		return h, err
	}
	from, to := p.period.Ends()
	h = usageHead{Period: p.period, From: from, To: to, Sites: siteChoices(sites, p.site.ID), Site: p.site, Query: p.address(), Path: path, Tabs: usageTabs()}
	for i := range h.Tabs {
		h.Tabs[i].Current = h.Tabs[i].Path == path
		h.Tabs[i].Path += h.Query
	}
	for _, s := range []link{{lastWeek, "7 derniers jours", false}, {lastDays, "30 derniers jours", false}, {thisMonth, "Ce mois", false},
		{lastMonth, "Le mois dernier", false}, {thisYear, "Cette année", false}} {
		s.Current = s.Path == p.shortcut
		s.Path = fmt.Sprintf("%s?jours=%s", path, s.Path)
		if p.site.ID != "" {
			s.Path += "&site=" + url.QueryEscape(p.site.ID)
		}
		h.Shortcuts = append(h.Shortcuts, s)
	}
	h.Coverage, _, err = c.coverage(ctx, p)
	return h, err
}

// coverage says how much of a period has come, and what of each day.
func (c *console) coverage(ctx context.Context, p usagePeriod) (indicators.Coverage, []admin.DayReceived, error) {
	enrolled, err := c.Store.Enrolled(ctx, p.sites())
	if err != nil {
		return indicators.Coverage{}, nil, err
	}
	return c.coverageOf(ctx, p, enrolled)
}

// coverageOf is coverage by the bornes of p's sites.
func (c *console) coverageOf(ctx context.Context, p usagePeriod, enrolled []admin.Enrolled) (indicators.Coverage, []admin.DayReceived, error) {
	received, err := c.Store.Received(ctx, p.period.Days(), p.sites())
	if err != nil {
		return indicators.Coverage{}, nil, err
	}
	return indicators.CoverageOf(p.period, enrolled, received, c.today().Format(time.DateOnly), c.location), received, nil
}

// facts sums the kinds asked for over the period, by each of their dimensions.
func (c *console) facts(ctx context.Context, p usagePeriod, kinds ...kiosk.CellKind) (f indicators.Facts, err error) {
	margins, err := c.Store.Margins(ctx, p.margins(kinds))
	if err != nil {
		return f, err
	}
	f.AddMargins(margins, kinds...)
	return f, nil
}

// margins asks for kinds over the period, and for the days on which sites were
// open, which are told with their availability.
func (p usagePeriod) margins(kinds []kiosk.CellKind) admin.MarginQuery {
	return admin.MarginQuery{From: p.period.From(), To: p.period.To(), Sites: p.sites(), By: []admin.MarginBy{admin.ByFirst, admin.BySecond, admin.ByDays},
		Kinds: append(kinds[:len(kinds):len(kinds)], kiosk.CellAvailability)}
}
