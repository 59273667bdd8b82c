package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"borne/admin"
	"borne/admin/indicators"
)

// schemaFile describes the JSON export (JSON Schema, draft 2020-12).
const schemaFile = "usages.schema.json"

// The JSON export. Field names are the schema's.
type usageDocument struct {
	Schema       string              `json:"$schema"`
	Organisation string              `json:"organisation"`
	Site         *documentSite       `json:"site"` // null: every site
	Generated    time.Time           `json:"generated"`
	TimeZone     string              `json:"time_zone"`
	Use          string              `json:"use"`
	Periods      []documentPeriod    `json:"periods"`
	Indicators   []documentIndicator `json:"indicators"`
	Tables       []documentTable     `json:"tables"`
}

type documentSite struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type documentPeriod struct {
	Key      string `json:"key"`
	From     string `json:"from"`
	To       string `json:"to"`
	Received int    `json:"borne_days_received"`
	Expected int    `json:"borne_days_expected"`
}

type documentIndicator struct {
	Key        string          `json:"key"`
	Name       string          `json:"name"`
	Definition string          `json:"definition"`
	Form       string          `json:"form"`
	Values     []documentValue `json:"values"`
}

// documentValue is null where nothing was told.
type documentValue struct {
	Period string   `json:"period"`
	Value  *float64 `json:"value"`
	Of     uint64   `json:"of,omitempty"`
}

// documentTable is a kind of counter, summed over the first period.
type documentTable struct {
	Kind  string        `json:"kind"`
	Title string        `json:"title"`
	Count string        `json:"counts"`
	Rows  []documentRow `json:"rows"`
}

type documentRow struct {
	First  string `json:"first"`
	Second string `json:"second,omitempty"`
	Count  uint64 `json:"count"`
}

func (c *console) usageJSON(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	ctx := r.Context()
	p, err := c.readPeriod(r)
	if err != nil {
		return err
	}
	organisation, err := c.Store.Organisation(ctx)
	if err != nil {
		return err
	}
	facts, err := c.threePeriods(ctx, p)
	if err != nil {
		return err
	}
	d := usageDocument{Schema: c.PublicURL + "/actifs/" + schemaFile, Organisation: organisation.Name, Generated: c.Now().UTC().Truncate(time.Second), TimeZone: c.location.String(),
		Use: "internal: whole figures, not to be published"}
	if p.site.ID != "" {
		d.Site = &documentSite{p.site.ID, p.site.Name}
	}
	keys := []string{"period", "before", "year_before"}
	for i, period := range []indicators.Period{p.period, p.period.Before(), p.period.YearBefore()} {
		d.Periods = append(d.Periods, documentPeriod{keys[i], period.From(), period.To(), facts[i].Coverage.Received, facts[i].Coverage.Expected})
	}
	for _, i := range indicators.All() {
		in := documentIndicator{Key: string(i), Name: definitions[i].Name, Definition: definitions[i].Text, Form: string(facts[0].Value(i).Form)}
		for j, f := range facts {
			v := documentValue{Period: keys[j], Of: f.Value(i).Of}
			if value := f.Value(i); value.Known() {
				n := value.Figure()
				v.Value = &n
			}
			in.Values = append(in.Values, v)
		}
		d.Indicators = append(d.Indicators, in)
	}
	for _, e := range exports() {
		q := p.query(e.kind)
		q.Whole, q.BySecond = true, true
		rows, err := c.Store.Usage(ctx, q)
		if err != nil {
			return err
		}
		d.Tables = append(d.Tables, documentTableOf(e, rows))
	}
	content, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	sendFile(w, "application/json", fileName("usages", p, "json"), content)
	return nil
}

// documentTableOf sums rows over hours. Values keep their ids: another program
// reads them.
func documentTableOf(e export, rows []admin.UsageRow) documentTable {
	t := documentTable{Kind: string(e.kind), Title: e.title, Count: e.count, Rows: []documentRow{}}
	at := map[[2]string]int{}
	for _, r := range rows {
		key := [2]string{r.First, r.Second}
		i, known := at[key]
		if !known {
			i = len(t.Rows)
			at[key] = i
			t.Rows = append(t.Rows, documentRow{First: r.First, Second: r.Second})
		}
		t.Rows[i].Count += r.Count
	}
	return t
}
