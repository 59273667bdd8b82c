package console_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"borne/admin"
	"borne/assets/console"
	"borne/kiosk"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// The JSON export is what its schema says, and tells nothing as null.
func TestJSON(t *testing.T) {
	o := newOffice(t)
	o.bring(t, o.enrol(t, "A", inService()), aDay("2026-09-01")...)
	o.clock.Advance(3 * 24 * 3600e9)
	a := o.signedIn(t, admin.Manager).get("/usages/usages.json?du=2026-09-01&au=2026-09-02")
	a.want(t, "JSON", 200, `"key": "finished"`)
	raw, err := fs.ReadFile(console.Static(), "usages.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema := validator(t, raw)
	if err := faults(t, schema, a.body); err != nil {
		t.Errorf("it is not what its schema says: %v", err)
	}
	for was, is := range map[string]string{`"Europe/Paris"`: `"UTC"`, `"generated": "2026`: `"generated": "in 2026`, `"from": "2026-09-01"`: `"from": "2026-09-31"`, `"organisation":`: `"operator":`} {
		if wrong := strings.Replace(a.body, was, is, 1); wrong == a.body || faults(t, schema, wrong) == nil {
			t.Errorf("%s in place of %s passes", is, was)
		}
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(a.body), &document); err != nil {
		t.Fatal(err)
	}
	told := map[string]any{}
	for _, i := range document["indicators"].([]any) {
		in := i.(map[string]any)
		told[in["key"].(string)] = in["values"].([]any)[0].(map[string]any)["value"]
	}
	if told["sessions"] != 2.0 || told["visits"] != 3.0 || told["finished"] != nil || told["coverage"] != 0.5 {
		t.Errorf("told %v", told)
	}
	o.quiet(t)
}

// Decimals have a comma, and what nobody told says so.
func TestIndicatorsCSV(t *testing.T) {
	o := newOffice(t)
	o.bring(t, o.enrol(t, "A", inService()), aDay("2026-09-01")...)
	o.clock.Advance(3 * 24 * 3600e9)
	o.signedIn(t, admin.Manager).get("/usages/indicateurs.csv?du=2026-09-01&au=2026-09-02").want(t, "CSV", 200,
		"Abandons;idle_abandon;%;50,00;", "Démarches finies;finished;%;non communiqué;", "Sessions par jour d’ouverture;sessions_per_open_day;par jour;2,00;")
}

// A table is written day after day, those without a counter too; a workbook of more than 31 days has a line a month.
func TestLongTables(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "A", inService())
	var cells []kiosk.Cell
	for _, day := range []string{"2026-08-03", "2026-08-04", "2026-09-01"} {
		cells = append(cells, kiosk.Cell{Count: 2, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: day, Hour: kiosk.NoHour, First: "caf", Second: "5-15"}})
	}
	o.bring(t, k, cells...)
	p := o.signedIn(t, admin.Manager)
	table := p.get("/usages/visites.csv?du=2026-08-02&au=2026-09-02")
	table.want(t, "CSV", 200, "\ufeffJour;Site;Service;")
	var days []string
	for line := range strings.Lines(table.body) {
		if day, _, _ := strings.Cut(line, ";"); strings.HasPrefix(day, "2026") {
			days = append(days, day)
		}
	}
	if got := strings.Join(days, " "); got != "2026-08-03 2026-08-04 2026-09-01" {
		t.Errorf("days %s", got)
	}
	for period, want := range map[string]string{"du=2026-08-02&au=2026-09-02": "Mois (du)", "du=2026-08-02&au=2026-08-31": "Jour"} {
		sheet := sheetOf(t, p.get("/usages/usages.xlsx?"+period).body, 3)
		if !strings.Contains(sheet, want) {
			t.Errorf("%s: no column %q in %.600s", period, want, sheet)
		}
		if lines := strings.Count(sheet, "<row "); lines != 3 {
			t.Errorf("%s: %d lines, want the heading and two", period, lines)
		}
	}
}

// sheetOf reads a sheet of a workbook, counted from one.
func sheetOf(t *testing.T, book string, n int) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := fs.ReadFile(z, fmt.Sprintf("xl/worksheets/sheet%d.xml", n))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A report for outside holds no number under eleven, nor what would give one.
func TestExternalReport(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "A", inService())
	count := func(kind kiosk.CellKind, hour int, first, second string, n uint64) kiosk.Cell {
		return kiosk.Cell{Count: n, Key: kiosk.Key{Kind: kind, Day: "2026-09-15", Hour: hour, First: first, Second: second}}
	}
	o.bring(t, k, count(kiosk.CellSession, 9, "button", "5-15", 71), count(kiosk.CellInclusion, kiosk.NoHour, "fr", kiosk.None, 64), count(kiosk.CellInclusion, kiosk.NoHour, "uk", kiosk.None, 7),
		count(kiosk.CellVisit, kiosk.NoHour, "caf", "0-5", 52), count(kiosk.CellVisit, kiosk.NoHour, "ameli", "0-5", 38), count(kiosk.CellVisit, kiosk.NoHour, "impots", "0-5", 6))
	o.clock.Advance(45 * 24 * 3600e9)
	p := o.signedIn(t, admin.Manager)
	a := p.get("/usages/rapport?diffusion=externe&mois=2026-09")
	a.want(t, "report", 200, "À diffuser", "masqué", `<p class="big">71</p>`, `<p class="big">96</p>`)
	for _, secret := range []string{"64", "7", "38", "6"} {
		if strings.Contains(a.body, ">"+secret+"<") {
			t.Errorf("the report tells %s", secret)
		}
	}
	p.get("/usages/rapport?du=2026-09-01&au=2026-09-30").want(t, "inside", 200, "ne pas diffuser", ">64<")
	o.quiet(t)
}

// Reports are one sheet of A4, with the figures of a busy month.
func TestReportIsOneSheet(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "A", inService())
	var cells []kiosk.Cell
	for day := 1; day <= 30; day++ {
		date := fmt.Sprintf("2026-09-%02d", day)
		for hour := 7; hour < 21; hour++ {
			cells = append(cells, kiosk.Cell{Count: uint64(hour + day), Key: kiosk.Key{Kind: kiosk.CellSession, Day: date, Hour: hour, First: "button", Second: "5-15"}})
		}
		for _, service := range []string{"caf", "ameli", "impots", "france-travail", "info-retraite", "cesu", "urssaf", "msa", "pajemploi", "a-very-long-service-of-40-characters"} {
			cells = append(cells, kiosk.Cell{Count: 1234, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: date, Hour: kiosk.NoHour, First: service, Second: "0-5"}},
				kiosk.Cell{Count: 50, Key: kiosk.Key{Kind: kiosk.CellOutcome, Day: date, Hour: kiosk.NoHour, First: service, Second: "done"}})
		}
	}
	o.bring(t, k, cells...)
	o.clock.Advance(45 * 24 * 3600e9)
	ctx := chromium(t)
	enter(t, ctx, o, admin.Technician)
	for _, query := range []string{"du=2026-09-01&au=2026-09-30", "diffusion=externe&mois=2026-09"} {
		if err := chromedp.Do(ctx, chromedp.Navigate(o.url+"/usages/rapport?"+query), chromedp.WaitVisible(".report")); err != nil {
			t.Fatal(err)
		}
		printed, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(printed.Data, -1)); n != 1 {
			t.Errorf("%s: %d sheets", query, n)
		}
	}
	o.quiet(t)
}
