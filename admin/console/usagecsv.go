package console

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"

	"borne/admin"
	"borne/admin/indicators"
	"borne/kiosk"
)

// bom tells LibreOffice and Excel that a file is UTF-8; a French spreadsheet
// separates by semicolons, its comma being the decimal mark.
const bom = "\ufeff"

// export is a table of every counter of a kind, by day and by site.
type export struct {
	name        string // of the file, and of the sheet in a workbook
	kind        kiosk.CellKind
	title, text string
	// columns are those between the site and the count; values fills them.
	columns []string
	values  func(s serviceNames, r admin.UsageRow) []string
	count   string
}

// exports lists the tables, in the order that they are offered.
func exports() []export {
	serviceColumns := []string{"Service", "Nom du service", "Thème", "Thème La Coop"}
	service := func(s serviceNames, id string) []string {
		name, theme := s.of(id)
		return []string{id, name, theme, s.coop(id)}
	}
	withService := func(second string, of func(string) string) ([]string, func(serviceNames, admin.UsageRow) []string) {
		return append(serviceColumns[:4:4], second), func(s serviceNames, r admin.UsageRow) []string { return append(service(s, r.First), of(r.Second)) }
	}
	visit, visitOf := withService("Durée (minutes)", band)
	help, helpOf := withService("Temps avant l’aide", answerWord)
	outcome, outcomeOf := withService("Réponse", func(v string) string { return outcomeWord(kiosk.Outcome(v)) })
	face, faceOf := withService("Réponse", func(v string) string { return faceWord(kiosk.Face(v)) })
	autonomy, autonomyOf := withService("Réponse", func(v string) string { return autonomyWord(kiosk.Autonomy(v)) })
	one := func(of func(string) string) func(serviceNames, admin.UsageRow) []string {
		return func(_ serviceNames, r admin.UsageRow) []string { return []string{of(r.First)} }
	}
	andService := func(of func(string) string) func(serviceNames, admin.UsageRow) []string {
		return func(s serviceNames, r admin.UsageRow) []string {
			return append([]string{of(r.First)}, service(s, r.Second)...)
		}
	}
	return []export{
		{name: "visites", kind: kiosk.CellVisit, title: "Visites", text: "Par service et par durée.", columns: visit, values: visitOf, count: "Visites"},
		{name: "sessions", kind: kiosk.CellSession, title: "Sessions", text: "Par heure, par fin et par durée.", columns: []string{"Fin de la session", "Durée (minutes)"},
			values: func(_ serviceNames, r admin.UsageRow) []string { return []string{endWord(r.First), band(r.Second)} }, count: "Sessions"},
		{name: "demarches", kind: kiosk.CellOutcome, title: "Démarches finies ou non", text: "Ce que les personnes ont répondu, par service.", columns: outcome, values: outcomeOf, count: "Réponses"},
		{name: "satisfaction", kind: kiosk.CellSatisfaction, title: "Satisfaction", text: "Les trois visages, par service.", columns: face, values: faceOf, count: "Réponses"},
		{name: "autonomie", kind: kiosk.CellAutonomy, title: "Autonomie", text: "Ce que les personnes ont répondu, par service.", columns: autonomy, values: autonomyOf, count: "Réponses"},
		{name: "aide", kind: kiosk.CellHelp, title: "Appels à l’aide", text: "Par service et par temps avant la réponse.", columns: help, values: helpOf, count: "Appels"},
		{name: "langues", kind: kiosk.CellInclusion, title: "Langues", text: "La langue choisie.", columns: []string{"Langue"}, values: one(languageWord), count: "Sessions"},
		{name: "aides", kind: kiosk.CellAid, title: "Aides à la lecture", text: "Grand texte, contraste…", columns: []string{"Aide"},
			values: one(func(v string) string { return aidWord(kiosk.Aid(v)) }), count: "Sessions"},
		{name: "refus", kind: kiosk.CellRefusal, title: "Refus", text: "Par cause et par service.", columns: append([]string{"Cause"}, serviceColumns...),
			values: andService(func(v string) string { return refusalWord(kiosk.Reason(v)) }), count: "Refus"},
		{name: "technique", kind: kiosk.CellDevice, title: "Effacements, pannes, documents", text: "Par service.", columns: append([]string{"Fait"}, serviceColumns...),
			values: andService(deviceWord), count: "Nombre"},
		{name: "disponibilite", kind: kiosk.CellAvailability, title: "Disponibilité", text: "Minutes dans chaque état, par heure.", columns: []string{"État"}, values: one(availabilityWord), count: "Minutes"},
	}
}

// header names every column of an export.
func (e export) header() []string {
	out := []string{"Jour"}
	if d, _ := kiosk.Definition(e.kind); d.Hourly {
		out = append(out, "Heure")
	}
	return append(append(append(out, "Site"), e.columns...), e.count)
}

// lines are the rows of an export, without the count.
func (e export) lines(s serviceNames, sites map[string]string, rows []admin.UsageRow) [][]string {
	d, _ := kiosk.Definition(e.kind)
	out := make([][]string, 0, len(rows))
	for _, r := range rows {
		line := []string{r.Day}
		if d.Hourly {
			line = append(line, fmt.Sprint(r.Hour))
		}
		out = append(out, append(append(line, sites[r.Site]), e.values(s, r)...))
	}
	return out
}

// usageCSV answers with one of the tables, or with the indicators.
func (c *console) usageCSV(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	name, isCSV := strings.CutSuffix(r.PathValue("table"), ".csv")
	if !isCSV {
		return admin.ErrNotFound
	}
	p, err := c.readPeriod(r)
	if err != nil {
		return err
	}
	if name == "indicateurs" {
		lines, err := c.indicatorLines(r.Context(), p)
		if err != nil {
			return err
		}
		return writeCSV(w, name, p, lines)
	}
	for _, e := range exports() {
		if e.name != name {
			continue
		}
		return c.sendTable(r.Context(), w, p, e)
	}
	return admin.ErrNotFound
}

// sendTable writes a table day after day: that of a fleet's two years is longer
// than a server's memory. A fault after the first day cuts the answer off, so
// that a browser says that the file is not whole.
func (c *console) sendTable(ctx context.Context, w http.ResponseWriter, p usagePeriod, e export) error {
	services, err := c.services(ctx)
	if err != nil {
		return err
	}
	sites, err := c.siteNames(ctx)
	if err != nil {
		return err
	}
	writer, days := newCSV(w), p.period.Days()
	for i, day := range days {
		q := p.query(e.kind)
		q.From, q.To, q.BySite, q.BySecond = day, day, true, true
		rows, err := c.Store.Usage(ctx, q)
		if err != nil && i == 0 {
			return err
		}
		if err != nil {
			c.Log.Error("console: table cut off", "table", e.name, "day", day, "error", err)
			panic(http.ErrAbortHandler)
		}
		if i == 0 {
			fileHeader(w, csvType, fileName(e.name, p, "csv"))
			writer.line(e.header())
		}
		for n, line := range e.lines(services, sites, rows) {
			writer.line(append(line, fmt.Sprint(rows[n].Count)))
		}
		if writer.csv.Flush(); writer.csv.Error() != nil {
			return nil // the browser left
		}
	}
	return nil
}

// csvType says that the first line of a file names its columns.
const csvType = "text/csv; charset=utf-8; header=present"

// csvWriter writes a CSV that opens right in a French spreadsheet.
type csvWriter struct {
	to    io.Writer
	csv   *csv.Writer
	begun bool
}

func newCSV(to io.Writer) *csvWriter {
	w := csv.NewWriter(to)
	w.Comma, w.UseCRLF = ';', true
	return &csvWriter{to: to, csv: w}
}

// line writes a line. What is wrong with writing is told by csv.Error.
func (w *csvWriter) line(values []string) {
	if !w.begun {
		w.begun = true
		_, _ = io.WriteString(w.to, bom)
	}
	for i := range values {
		values[i] = inert(values[i])
	}
	_ = w.csv.Write(values)
}

func (c *console) siteNames(ctx context.Context) (map[string]string, error) {
	list, err := c.Store.Sites(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range list {
		names[s.ID] = s.Name
	}
	return names, nil
}

// indicatorLines are the indicators of the period and of the two that it is
// compared with. Shares are in per cent, so that a column has one unit a line.
func (c *console) indicatorLines(ctx context.Context, p usagePeriod) ([][]string, error) {
	facts, err := c.threePeriods(ctx, p)
	if err != nil {
		return nil, err
	}
	lines := [][]string{{"Indicateur", "Clé", "Unité", p.period.From() + " au " + p.period.To(), p.period.Before().From() + " au " + p.period.Before().To(),
		p.period.YearBefore().From() + " au " + p.period.YearBefore().To(), "Définition"}}
	for _, i := range indicators.All() {
		d := definitions[i]
		line := []string{d.Name, string(i), unitWord(facts[0].Value(i).Form)}
		for _, f := range facts {
			line = append(line, plainValue(f.Value(i)))
		}
		lines = append(lines, append(line, d.Text))
	}
	return lines, nil
}

func unitWord(f indicators.Form) string {
	return word(map[indicators.Form]string{indicators.Count: "nombre", indicators.Share: "%", indicators.Rate: "par jour"}, f)
}

// plainValue is a value for a French spreadsheet: a decimal comma, nothing
// between thousands.
func plainValue(v indicators.Value) string {
	switch {
	case !v.Known():
		return unknown
	case v.Form == indicators.Count:
		return fmt.Sprintf("%.0f", v.Figure())
	case v.Form == indicators.Share:
		return strings.Replace(fmt.Sprintf("%.2f", v.Figure()*100), ".", ",", 1)
	}
	return strings.Replace(fmt.Sprintf("%.2f", v.Figure()), ".", ",", 1)
}

// band writes a band of durations so that no spreadsheet takes "5-15" for the
// fifteenth of May.
func band(b string) string {
	if b == kiosk.None {
		return unknown
	}
	if low, ok := strings.CutSuffix(b, "+"); ok {
		return low + " et plus"
	}
	return strings.Replace(b, "-", " à ", 1)
}

func writeCSV(w http.ResponseWriter, what string, p usagePeriod, lines [][]string) error {
	var out bytes.Buffer
	writer := newCSV(&out)
	for _, line := range lines {
		writer.line(line)
	}
	writer.csv.Flush()
	if err := writer.csv.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	sendFile(w, csvType, fileName(what, p, "csv"), out.Bytes())
	return nil
}

func fileName(what string, p usagePeriod, ending string) string {
	return fmt.Sprintf("borne-%s-%s-%s.%s", what, p.period.From(), p.period.To(), ending)
}

// sendFile answers with a file to keep. A browser that left is no error.
func sendFile(w http.ResponseWriter, contentType, name string, content []byte) {
	fileHeader(w, contentType, name)
	_, _ = w.Write(content)
}

func fileHeader(w http.ResponseWriter, contentType, name string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
}

// inert keeps a spreadsheet from running a name as a formula (OWASP, CSV
// injection).
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
