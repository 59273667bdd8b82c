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

func inService() kiosk.CheckIn { return kiosk.CheckIn{State: kiosk.Ready} }

// Each state has its word; what presses most stands first.
func TestStates(t *testing.T) {
	o := newOffice(t)
	p := o.signedIn(t, admin.Technician)
	gone := o.enrol(t, "Volée", inService())
	if err := o.store.SetStanding(t.Context(), gone.ID, admin.Revoked, "stolen", "test"); err != nil {
		t.Fatal(err)
	}
	copied := o.enrol(t, "Copiée", inService())
	if err := o.store.SetStanding(t.Context(), copied.ID, admin.Quarantined, "seen twice", "test"); err != nil {
		t.Fatal(err)
	}
	o.enrol(t, "Muette", kiosk.CheckIn{State: kiosk.Ready})
	o.clock.Advance(2 * time.Hour)
	o.enrol(t, "Neuve", kiosk.CheckIn{})
	want := map[string]string{"Volée": "Révoquée", "Copiée": "En quarantaine", "Muette": "Hors ligne", "Neuve": "Jamais vue"}
	for name, c := range map[string]struct {
		in   kiosk.CheckIn
		word string
	}{
		"Libre 1":   {kiosk.CheckIn{State: kiosk.Ready}, "Libre"},
		"Choix":     {kiosk.CheckIn{State: kiosk.Choosing}, "Occupée"},
		"Visite":    {kiosk.CheckIn{State: kiosk.Visiting}, "Occupée"},
		"Fin":       {kiosk.CheckIn{State: kiosk.Ending}, "Effacement"},
		"Départ":    {kiosk.CheckIn{State: kiosk.Starting}, "Démarrage"},
		"Close":     {kiosk.CheckIn{State: kiosk.Closed}, "Fermée"},
		"Panne":     {kiosk.CheckIn{State: kiosk.OutOfService}, "Hors service"},
		"Appel":     {kiosk.CheckIn{State: kiosk.Visiting, Help: kiosk.HelpCalled}, "Demande d’aide"},
		"Réponse":   {kiosk.CheckIn{State: kiosk.Visiting, Help: kiosk.HelpComing}, "Aide en route"},
		"Nouveauté": {kiosk.CheckIn{State: "dancing"}, "État inconnu"},
	} {
		o.enrol(t, name, c.in)
		want[name] = c.word
	}
	o.clock.Advance(2 * time.Minute)
	body := p.get("/bornes").body
	for name, word := range want {
		_, rest, ok := strings.Cut(body, ">"+name+"</a>")
		row, _, _ := strings.Cut(rest, "</tr>")
		if !ok || !strings.Contains(row, "</svg>"+word+"</span>") {
			t.Errorf("%s: no %q with a shape in %s", name, word, row)
		}
	}
	if first := strings.Index(body, ">Appel</a>"); first < 0 || first > strings.Index(body, ">Libre 1</a>") || first > strings.Index(body, ">Muette</a>") {
		t.Error("the call for help does not stand first")
	}
	if !strings.Contains(body, "il y a 2\u00a0min") || !strings.Contains(body, "il y a 2\u00a0h") {
		t.Error("last seen is not told")
	}
}

func TestCommands(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", inService())
	p := o.signedIn(t, admin.Technician)
	path := "/bornes/" + k.ID
	send := path + "/commandes"

	p.post(send, url.Values{"commande": {"dance"}}).want(t, "unknown", http.StatusUnprocessableEntity, "Choisissez une commande")
	p.post(send, url.Values{"commande": {"close"}, "message": {"au revoir"}}).want(t, "text without message", http.StatusUnprocessableEntity, "prend un texte", "au revoir</textarea>")
	p.post(send, url.Values{"commande": {"message"}, "message": {strings.Repeat("é", admin.MaxArgument+1)}}).want(t, "too long", http.StatusUnprocessableEntity, "trop long")

	a := p.post(send, url.Values{"commande": {"message"}, "message": {"Fermeture à\r\n17 h"}, "validite": {"10m0s"}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path+"?fait=commande#commandes-titre" {
		t.Fatalf("status %d to %q", a.status, a.header.Get("Location"))
	}
	p.get(path+"?fait=commande").want(t, "queued", 200, "La commande est en file", "</svg>En file</span>", "Fermeture à\n17 h", "dans 10 min", "technician@example.fr")
	commands, err := o.store.Commands(t.Context(), admin.CommandFilter{Kiosk: k.ID})
	if err != nil || len(commands) != 1 {
		t.Fatal(commands, err)
	}
	id := commands[0].ID
	if got := commands[0]; got.Author != "technician@example.fr" || got.Urgent || !got.Expires.Equal(o.clock.Now().Add(10*time.Minute)) {
		t.Errorf("command %+v", got)
	}
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return o.store.MarkSent(t.Context(), []string{id}) }, "Envoyée"},
		{func() error {
			return o.store.ReportCommand(t.Context(), k.ID, id, kiosk.CommandReport{State: kiosk.CommandAccepted})
		}, "Acceptée"},
		{func() error {
			return o.store.ReportCommand(t.Context(), k.ID, id, kiosk.CommandReport{State: kiosk.CommandFailed, Detail: "no screen"})
		}, "Échouée"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		p.get(path).want(t, step.want, 200, "</svg>"+step.want+"</span>")
	}
	p.get(path).want(t, "why", 200, "no screen")
	p.post("/commandes/"+id+"/annulation", nil).want(t, "too late", http.StatusConflict, "Il est trop tard")

	p.post(send, url.Values{"commande": {"restart"}, "validite": {"1h0m0s"}, "urgent": {"oui"}}).want(t, "restart", http.StatusSeeOther)
	p.get(path).want(t, "urgent", 200, "Redémarrer <span class=\"small\">(urgent)</span>", "/annulation")
	o.clock.Advance(time.Hour)
	p.get(path).want(t, "expired", 200, "</svg>Expirée</span>")
	p.post(send, url.Values{"commande": {"open"}}).want(t, "open", http.StatusSeeOther)
	open, err := o.store.Commands(t.Context(), admin.CommandFilter{Kiosk: k.ID, Open: true})
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	p.post("/commandes/"+open[0].ID+"/annulation", nil).want(t, "cancel", http.StatusSeeOther)
	p.get(path).want(t, "cancelled", 200, "</svg>Annulée</span>")
	p.get("/journal").want(t, "journal", 200, "Commande envoyée", "Commande annulée", ">Accueil</a>")
	o.quiet(t)
}

func TestManagerSendsNothing(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", inService())
	body := o.signedIn(t, admin.Manager).get("/bornes/" + k.ID).body
	if strings.Contains(body, "Envoyer une commande") || !strings.Contains(body, "Santé") {
		t.Errorf("a manager sees\n%s", body)
	}
}

func TestEnrol(t *testing.T) {
	o := newOffice(t)
	p := o.signedIn(t, admin.Technician)
	a := p.post("/enroler", url.Values{"nom": {"Accueil 1"}, "nouveau_site": {"Nîmes  centre"}, "groupes": {"gard, pilote,"}})
	a.want(t, "code", 200, "Le code est prêt", "« Accueil 1 »", "« Nîmes centre »")
	_, rest, _ := strings.Cut(a.body, "sudo bornectl local enrol https://bornes.example.fr <span class=\"nowrap\">")
	code, _, _ := strings.Cut(rest, "<")
	key := make([]byte, 32)
	key[0] = 1
	k, err := o.store.Enrol(t.Context(), code, key)
	if err != nil {
		t.Fatalf("the code shown, %q: %v", code, err)
	}
	if k.Name != "Accueil 1" || k.SiteName != "Nîmes centre" || strings.Join(k.Groups, "+") != "gard+pilote" {
		t.Errorf("enrolled %+v", k)
	}
	again := p.get("/enroler")
	again.want(t, "list", 200, "</svg>Utilisé</span>", "Nîmes centre")
	if strings.Contains(again.body, code) {
		t.Error("the code is told a second time")
	}
	// A site typed again is the site that is there.
	p.post("/enroler", url.Values{"nouveau_site": {"Nîmes centre"}}).want(t, "known site", 200, "une borne du site « Nîmes centre »")
	p.post("/enroler", url.Values{"site": {"nul"}}).want(t, "no such site", 422, "n’existe pas")
	p.post("/enroler", url.Values{"nom": {strings.Repeat("x", 130)}}).want(t, "long name", 422, "trop long")
	o.clock.Advance(25 * time.Hour)
	q := o.stranger(t)
	q.post("/connexion", url.Values{"mail": {"technician@example.fr"}, "mot_de_passe": {password}})
	q.get("/enroler").want(t, "the day after", 200, "</svg>Expiré</span>")
	o.quiet(t)
}
