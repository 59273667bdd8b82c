package console

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

// bom tells LibreOffice and Excel that a file is UTF-8; a French spreadsheet
// separates by semicolons, its comma being the decimal mark.
const bom = "\ufeff"

func (c *console) visitsCSV(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	p, rows, sites, err := c.csvRows(r, kiosk.CellVisit)
	if err != nil {
		return err
	}
	services, err := c.names.services(r.Context())
	if err != nil {
		c.Log.Warn("console: read catalogue", "error", err)
	}
	lines := [][]string{{"Jour", "Site", "Service", "Nom du service", "Thème", "Durée (minutes)", "Visites"}}
	for _, row := range rows {
		name, theme := services.of(row.First)
		lines = append(lines, []string{row.Day, sites[row.Site], row.First, name, theme, band(row.Second), fmt.Sprint(row.Count)})
	}
	return writeCSV(w, "visites", p, lines)
}

func (c *console) sessionsCSV(w http.ResponseWriter, r *http.Request, _ admin.Operator) error {
	p, rows, sites, err := c.csvRows(r, kiosk.CellSession)
	if err != nil {
		return err
	}
	lines := [][]string{{"Jour", "Heure", "Site", "Fin de la session", "Durée (minutes)", "Sessions"}}
	for _, row := range rows {
		lines = append(lines, []string{row.Day, fmt.Sprint(row.Hour), sites[row.Site], endWord(row.First), band(row.Second), fmt.Sprint(row.Count)})
	}
	return writeCSV(w, "sessions", p, lines)
}

// csvRows reads every counter of the period, and the names of sites.
func (c *console) csvRows(r *http.Request, kind kiosk.CellKind) (p usagePeriod, rows []admin.UsageRow, sites map[string]string, err error) {
	if p, err = c.readPeriod(r); err != nil {
		return p, nil, nil, err
	}
	q := p.query(kind)
	q.BySite, q.BySecond = true, true
	if rows, err = c.Store.Usage(r.Context(), q); err != nil {
		return p, nil, nil, err
	}
	list, err := c.Store.Sites(r.Context())
	if err != nil {
		return p, nil, nil, err
	}
	sites = map[string]string{}
	for _, s := range list {
		sites[s.ID] = s.Name
	}
	return p, rows, sites, nil
}

// band writes a band of durations so that no spreadsheet takes "5-15" for the
// fifteenth of May.
func band(b string) string {
	if b == kiosk.None {
		return "non communiqué"
	}
	if low, ok := strings.CutSuffix(b, "+"); ok {
		return low + " et plus"
	}
	return strings.Replace(b, "-", " à ", 1)
}

func writeCSV(w http.ResponseWriter, what string, p usagePeriod, lines [][]string) error {
	var out bytes.Buffer
	out.WriteString(bom)
	writer := csv.NewWriter(&out)
	writer.Comma, writer.UseCRLF = ';', true
	for _, line := range lines {
		for i := range line {
			line[i] = inert(line[i])
		}
		if err := writer.Write(line); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("borne-%s-%s-%s.csv", what, p.period.From(), p.period.To())))
	_, err := out.WriteTo(w)
	if err != nil {
		return nil // the browser left
	}
	return nil
}

// inert keeps a spreadsheet from running a name as a formula (OWASP, CSV
// injection).
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
