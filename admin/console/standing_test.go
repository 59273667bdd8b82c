package console_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// A quarantined borne is let back in, or revoked, and what it brought
// meanwhile is counted or not, by a technician and nobody less.
func TestQuarantine(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", inService())
	o.bring(t, k, aDay("2026-09-01")...)
	if err := o.store.SetStanding(t.Context(), k.ID, admin.Quarantined, "brought the usage log of another borne", "test"); err != nil {
		t.Fatal(err)
	}
	extra := kiosk.SequencedCell{Seq: 6, Cell: kiosk.Cell{Count: 9, Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "5-15"}}}
	if _, err := o.store.Ingest(t.Context(), k.ID, kiosk.CellBatch{Epoch: "e" + k.ID, Cells: []kiosk.SequencedCell{extra}}); err != nil {
		t.Fatal(err)
	}
	manager, p := o.signedIn(t, admin.Manager), o.signedIn(t, admin.Technician)
	at := "/bornes/" + k.ID
	p.get(at).want(t, "quarantined", 200, "son disque a sans doute été copié", "Lever la quarantaine", "1 compteur envoyé pendant", "; le 1er septembre 2026")
	if body := p.get(at).body; strings.Contains(body, "Envoyer la commande") || strings.Contains(body, "Ouvrir ce site") {
		t.Error("a quarantined borne, which takes no command, is offered some")
	}
	manager.post(at+"/statut", url.Values{"decision": {"lever"}}).want(t, "a manager", 403)
	manager.post(at+"/a-part", url.Values{"decision": {"compter"}}).want(t, "a manager", 403)
	p.post(at+"/statut", url.Values{"decision": {"revoquer"}}).want(t, "without being certain", 422, "cochez la case")
	p.post(at+"/statut", nil).want(t, "nothing chosen", 422, "Choisissez ce que devient")
	p.post(at+"/a-part", nil).want(t, "nothing chosen", 422, "Choisissez ce que deviennent")
	p.post(at+"/a-part", url.Values{"decision": {"compter"}}).want(t, "counted", 303)
	p.post(at+"/a-part", url.Values{"decision": {"jeter"}}).want(t, "decided twice", 422, "déjà décidé")
	p.get("/usages/visites.csv?du=2026-09-01&au=2026-09-01").want(t, "now in the figures", 200, "caf;Caf;Famille;famille_scolarite;5 à 15;11")
	p.post(at+"/statut", url.Values{"decision": {"lever"}}).want(t, "let back in", 303)
	if k, err := o.store.FindKiosk(t.Context(), k.ID); err != nil || k.Standing != admin.Active {
		t.Errorf("standing %v %v", k.Standing, err)
	}
	p.post(at+"/statut", url.Values{"decision": {"revoquer"}, "certain": {"oui"}, "motif": {"volée"}}).want(t, "revoked", 303)
	p.get(at).want(t, "revoked", 200, "Révoquée", "volée")
	o.quiet(t)
}

func TestClock(t *testing.T) {
	o := newOffice(t)
	p := o.signedIn(t, admin.Technician)
	for name, c := range map[string]struct {
		off  time.Duration
		want string
	}{
		"right": {200 * time.Millisecond, "<dd>à l’heure</dd>"}, "ahead": {40 * time.Second, "<dd>en avance de 40 s</dd>"},
		"behind": {-26 * time.Hour, "en retard de 26 h <span class=\"small\">– à régler"}, "days": {50 * 24 * time.Hour, "en avance de 50 jours"},
	} {
		in := inService()
		in.Clock = o.clock.Now().Add(c.off)
		k := o.enrol(t, name, in)
		p.get("/bornes/"+k.ID).want(t, name, 200, c.want)
	}
}
