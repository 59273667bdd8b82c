package console_test

import (
	"encoding/csv"
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
	page.want(t, "week", 200, "Du 28 août 2026 au 3 septembre 2026", "1 / 4", "Aujourd’hui n’est pas fini : 0 borne a déjà envoyé",
		"<dd>6</dd>", "Caf", "gone-service", "Un site officiel ouvert", "Journées de bornes reçues", "<svg class=\"chart\"", "Heures d’affluence")
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
	p.get("/usages?du=2026-08-31&au=2026-09-03&site="+site.ID).want(t, "one site", 200, "Aucune visite reçue", "0 / 2", `value="`+site.ID+`" selected`)
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
		"/usages/visites.csv?du=2026-09-01&au=2026-09-30": "Jour|Site|Service|Nom du service|Thème|Durée (minutes)|Visites\n" +
			"2026-09-01|'=cmd;Nîmes|caf|Caf|Famille|5 à 15|2\n2026-09-01|'=cmd;Nîmes|gone-service|gone-service||0 à 5|1\n" +
			"2026-09-01|'=cmd;Nîmes|none|Non communiqué||120 et plus|4\n",
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
