package console_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"borne/admin"
	"borne/kiosk"
)

func TestUsage(t *testing.T) {
	o := newOffice(t) // the first of September, eleven in Paris
	a, b := o.enrol(t, "A", inService()), o.enrol(t, "B", inService())
	o.bring(t, a, append(aDay("2026-09-01"), aDay("2026-08-31")...)...)
	o.clock.Advance(2 * 24 * 3600e9) // 3 September
	p := o.signedIn(t, admin.Manager)
	page := p.get("/usages")
	// Enrolled on the first: two whole days, two bornes, one of four days came.
	page.want(t, "week", 200, "Du 28 août 2026 au 3 septembre 2026", "25,0 %", "1 / 4 journées", "Aujourd’hui n’est pas fini : 0 borne a déjà envoyé",
		`<p class="big">6</p>`, "Famille – Scolarité", "Non communiqué", "Un site officiel ouvert", "<svg class=\"chart\"", "Heures d’affluence",
		"ne permettent pas de savoir combien de personnes différentes")
	if strings.Contains(page.body, "style=") {
		t.Error("an inline style: the page's own policy forbids it")
	}
	site, err := o.store.CreateSite(t.Context(), "Alès", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.store.UpdateKiosk(t.Context(), b.ID, "B", site.ID, nil, "test"); err != nil {
		t.Fatal(err)
	}
	p.get("/usages?du=2026-08-31&au=2026-09-03&site="+site.ID).want(t, "one site", 200, "Aucune visite reçue", "0 / 2 journées", `value="`+site.ID+`" selected`)
	o.quiet(t)
}

// A French LibreOffice and Excel open the file by its mark, its semicolons
// and its ends of line.
func TestCSV(t *testing.T) {
	o := newOffice(t)
	site, err := o.store.CreateSite(t.Context(), "=cmd;Nîmes", "test")
	if err != nil {
		t.Fatal(err)
	}
	k := o.enrol(t, "A", inService())
	if err := o.store.UpdateKiosk(t.Context(), k.ID, "A", site.ID, nil, "test"); err != nil {
		t.Fatal(err)
	}
	o.bring(t, k, append(aDay("2026-09-01"), kiosk.Cell{Count: 4, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: kiosk.None, Second: "120+"}})...)
	p := o.signedIn(t, admin.Manager)
	for path, want := range map[string]string{
		"/usages/visites.csv?du=2026-09-01&au=2026-09-30": "Jour|Site|Service|Nom du service|Thème|Thème La Coop|Durée (minutes)|Visites\n" +
			"2026-09-01|'=cmd;Nîmes|caf|Caf|Famille|famille_scolarite|5 à 15|2\n2026-09-01|'=cmd;Nîmes|gone-service|gone-service|||0 à 5|1\n" +
			"2026-09-01|'=cmd;Nîmes|none|Non communiqué|||120 et plus|4\n",
		"/usages/sessions.csv?du=2026-09-01&au=2026-09-30": "Jour|Heure|Site|Fin de la session|Durée (minutes)|Sessions\n" +
			"2026-09-01|9|'=cmd;Nîmes|Bouton « Terminer »|15 à 30|1\n2026-09-01|14|'=cmd;Nîmes|Sans activité|5 à 15|1\n",
	} {
		a := p.get(path)
		a.want(t, path, 200)
		text, ok := strings.CutPrefix(a.body, "\ufeff")
		if !ok || !strings.Contains(text, "\r\n") {
			t.Errorf("%s begins with %q", path, a.body[:20])
		}
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, l := range lines {
			got += strings.Join(l, "|") + "\n"
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
		}
		if d := a.header.Get("Content-Disposition"); !strings.Contains(d, "2026-09-01-2026-09-30.csv") {
			t.Error(d)
		}
	}
	p.get("/usages/visites.csv?du=2026-09-02&au=2026-09-01").want(t, "no period", 422)
	o.quiet(t)
}

// What may be published holds no small number, and describes itself.
func TestRelease(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "A", inService())
	visit := func(day, service string, n uint64) kiosk.Cell {
		return kiosk.Cell{Count: n, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: day, Hour: kiosk.NoHour, First: service, Second: "0-5"}}
	}
	outcome := kiosk.Cell{Count: 3, Key: kiosk.Key{Kind: kiosk.CellOutcome, Day: "2026-09-30", Hour: kiosk.NoHour, First: "caf", Second: "done"}}
	face := kiosk.Cell{Count: 2, Key: kiosk.Key{Kind: kiosk.CellSatisfaction, Day: "2026-09-30", Hour: kiosk.NoHour, First: "caf", Second: "happy"}}
	o.bring(t, k, visit("2026-09-01", "caf", 30), visit("2026-09-30", "caf", 20), visit("2026-09-15", "gone-service", 4),
		visit("2026-09-15", "ameli", 25), visit("2026-10-01", "caf", 70), outcome, face)
	first := o.signedIn(t, admin.Technician)
	first.get("/usages/diffusion.zip?mois=2026-09").want(t, "a month that is not over", 422)
	o.clock.Advance(40 * 24 * 3600e9) // 11 October
	p := o.signedIn(t, admin.Manager)
	p.get("/usages/donnees?du=2026-09-01&au=2026-09-30").want(t, "page", 200, `<option value="2026-09">septembre 2026</option>`)
	a := p.get("/usages/diffusion.zip?mois=2026-09")
	a.want(t, "a month", 200)
	archive, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil || len(archive.File) != 2 {
		t.Fatal(archive, err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	var description struct {
		Resources []struct {
			Path   string
			Schema struct{ Fields []struct{ Name string } }
		}
	}
	if err := json.Unmarshal([]byte(files["datapackage.json"]), &description); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(files["visites.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, f := range description.Resources[0].Schema.Fields {
		columns = append(columns, f.Name)
	}
	if !slices.Equal(columns, lines[0]) || files[description.Resources[0].Path] == "" {
		t.Errorf("the schema describes %v, the table has %v", columns, lines[0])
	}
	checkPackage(t, files["datapackage.json"], files["visites.csv"])
	got := map[string]string{}
	for _, line := range lines[1:] {
		got[line[1]+"/"+line[2]] = line[6] + "/" + line[7]
	}
	// One site: its cells are also the totals of services, and its total that of all.
	if got["Ensemble/"] != "79/non" || got["Ensemble/gone-service"] != "/oui" || got["Ensemble/caf"] != "50/non" || got["Ensemble/ameli"] != "/oui" {
		t.Errorf("released %v", got)
	}
	p.get("/usages/diffusion.zip?mois=2026-10").want(t, "the running month", 422)
	p.get("/usages/diffusion.zip?mois=x").want(t, "no month", 422)
}
