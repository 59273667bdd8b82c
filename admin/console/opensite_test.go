package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// A mediator opens a site for the person who is there, and nothing else.
func TestOpenSite(t *testing.T) {
	o := newOffice(t)
	in := inService()
	in.State = kiosk.Visiting
	k := o.enrol(t, "Accueil", in)
	p := o.signedIn(t, admin.Mediator)
	path := "/bornes/" + k.ID

	page := p.get(path)
	page.want(t, "the page", 200, "Ouvrir un site à la personne présente", "jusqu’à la fin de sa visite")
	for _, absent := range []string{"Envoyer une commande", "Personne n’est à la borne", `href="/usages"`} {
		if strings.Contains(page.body, absent) {
			t.Errorf("a mediator is shown %q", absent)
		}
	}
	for typed, words := range map[string]string{
		"":                     "Écrivez le nom du site",
		"46.30.200.10":         "Une adresse en chiffres",
		"*.caf.fr":             "sans étoile",
		"www.caf.fr:8443":      "deux-points",
		"ftp://www.caf.fr":     "Seuls les sites en https",
		"moi@caf.fr":           "un nom ou une adresse de courrier",
		"le site de la mairie": "pas le nom d’un site",
	} {
		p.post(path+"/site", url.Values{"site": {typed}}).want(t, typed, http.StatusUnprocessableEntity, words, `value="`+typed+`"`)
	}
	a := p.post(path+"/site", url.Values{"site": {"https://Visa.Ambassade.example/rendez-vous?id=7"}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path+"?fait=site#commandes-titre" {
		t.Fatalf("status %d to %q", a.status, a.header.Get("Location"))
	}
	out, err := o.store.Outstanding(t.Context(), k.ID)
	if err != nil || len(out) != 1 {
		t.Fatal(out, err)
	}
	if c := out[0]; c.Kind != kiosk.CommandAllowHost || c.Argument != "visa.ambassade.example" || !c.Urgent || !c.Expires.Equal(o.clock.Now().Add(10*time.Minute)) {
		t.Errorf("the borne gets %+v", c)
	}
	seen := p.get(path + "?fait=site")
	seen.want(t, "asked", 200, "La demande est partie", "Ouvrir un site à la personne présente", "/annulation")
	if strings.Contains(seen.body, "ambassade") {
		t.Error("the console shows which site was opened")
	}
	if err := o.store.ReportCommand(t.Context(), k.ID, out[0].ID, kiosk.CommandReport{State: kiosk.CommandFailed, Detail: "no session: nobody is at the borne"}); err != nil {
		t.Fatal(err)
	}
	p.get(path).want(t, "refused by the borne", 200, "Personne n’était à la borne.")

	// What is a technician's stays one's.
	p.post(path+"/commandes", url.Values{"commande": {"restart"}}).want(t, "a restart", http.StatusForbidden)
	restart, err := o.store.CreateCommand(t.Context(), admin.Command{Kiosk: k.ID, Author: "technician@example.fr", Command: kiosk.Command{Kind: kiosk.CommandRestart}})
	if err != nil {
		t.Fatal(err)
	}
	p.post("/commandes/"+restart.ID+"/annulation", nil).want(t, "a technician's order taken back", http.StatusForbidden)
	o.signedIn(t, admin.Manager).post(path+"/site", url.Values{"site": {"www.caf.fr"}}).want(t, "a manager", http.StatusForbidden)
	o.signedIn(t, admin.Technician).post(path+"/commandes", url.Values{"commande": {"allow-host"}, "message": {"www.caf.fr"}}).
		want(t, "by the other form", http.StatusUnprocessableEntity, "Choisissez une commande")
	journal := o.signedIn(t, admin.Administrator).get("/journal")
	journal.want(t, "the journal", 200, "Ouvrir un site à la personne présente", "mediator@example.fr")
	if strings.Contains(journal.body, "ambassade") {
		t.Error("the journal says which site was opened")
	}
	if strings.Contains(o.log.String(), "ambassade") {
		t.Error("the log says which site was opened")
	}
	o.quiet(t)
}
