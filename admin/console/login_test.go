package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"borne/admin"
	"borne/admin/auth"
)

func TestFirstLogin(t *testing.T) {
	o := newOffice(t)
	token := o.operator(t, "ada@example.fr", admin.Administrator)
	p := o.stranger(t)
	path := admin.LoginPath(token)
	// Programs that read mail follow links: looking uses nothing up.
	for range 2 {
		p.get(path).want(t, "look", http.StatusOK, "Première connexion", "ada@example.fr", `type="password"`)
	}
	p.post(path, url.Values{"mot_de_passe": {"trop court"}, "confirmation": {"trop court"}}).
		want(t, "short", http.StatusUnprocessableEntity, "12 caractères")
	p.post(path, url.Values{"mot_de_passe": {password}, "confirmation": {"autre chose, ailleurs"}}).
		want(t, "two passwords", http.StatusUnprocessableEntity, "pas les mêmes")
	a := p.post(path, url.Values{"mot_de_passe": {password}, "confirmation": {password}})
	a.want(t, "taken", http.StatusSeeOther)
	cookie := a.header.Get("Set-Cookie")
	for _, attribute := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, attribute) {
			t.Errorf("cookie %q lacks %s", cookie, attribute)
		}
	}
	p.get("/bornes").want(t, "in", http.StatusOK, "Personne administrator", "(administration)", "Aucune borne n’est encore enrôlée")
	p.get(path).want(t, "used link", http.StatusUnauthorized, "plus valable")
	p.post(path, url.Values{"mot_de_passe": {password}, "confirmation": {password}}).
		want(t, "used twice", http.StatusUnauthorized, "plus valable")

	p.post("/deconnexion", nil).want(t, "out", http.StatusSeeOther)
	p.get("/bornes").want(t, "after leaving", http.StatusSeeOther)
	o.quiet(t)
}

func TestPasswordLogin(t *testing.T) {
	o := newOffice(t)
	o.signedIn(t, admin.Technician)
	p := o.stranger(t)
	a := p.get("/bornes?nom=x&site=")
	if a.header.Get("Location") != "/connexion?vers=%2Fbornes%3Fnom%3Dx%26site%3D" {
		t.Errorf("sent to %q", a.header.Get("Location"))
	}
	p.get(a.header.Get("Location")).want(t, "form", http.StatusOK, `value="/bornes?nom=x&amp;site="`)
	p.post("/connexion", url.Values{"mail": {"technician@example.fr"}, "mot_de_passe": {"pas le bon, non"}}).
		want(t, "wrong password", http.StatusUnauthorized, "Adresse inconnue ou mot de passe faux", `value="technician@example.fr"`)
	p.post("/connexion", url.Values{"mail": {"personne@example.fr"}, "mot_de_passe": {password}}).
		want(t, "nobody", http.StatusUnauthorized, "Adresse inconnue ou mot de passe faux")
	for next, want := range map[string]string{"/bornes?nom=x": "/bornes?nom=x", "https://ailleurs.example": "/", "//ailleurs.example": "/", `/\ailleurs.example`: "/", "": "/"} {
		a := p.post("/connexion", url.Values{"mail": {" Technician@example.fr"}, "mot_de_passe": {password}, "vers": {next}})
		if a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			t.Errorf("vers=%q: %d to %q, want %q", next, a.status, a.header.Get("Location"), want)
		}
	}
	p.get("/connexion").want(t, "already in", http.StatusSeeOther)
	o.clock.Advance(auth.SessionLife)
	p.get("/bornes").want(t, "the day after", http.StatusSeeOther)
	o.quiet(t)
}

func TestTooManyGuesses(t *testing.T) {
	o := newOffice(t)
	p := o.stranger(t)
	var last answer
	for range 11 {
		last = p.post("/connexion", url.Values{"mail": {"a@example.fr"}, "mot_de_passe": {password}})
	}
	last.want(t, "eleventh guess", http.StatusTooManyRequests, "Trop d’essais")
}

// A page of another site cannot act for a signed-in person.
func TestCrossSite(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", inService())
	p := o.signedIn(t, admin.Administrator)
	form := url.Values{"commande": {"close"}, "validite": {"1h"}}
	for name, headers := range map[string]map[string]string{
		"fetch metadata": {"Sec-Fetch-Site": "cross-site"},
		"same site":      {"Sec-Fetch-Site": "same-site"},
		"origin":         {"Origin": "https://ailleurs.example"},
	} {
		for _, path := range []string{"/bornes/" + k.ID + "/commandes", "/deconnexion", "/enroler", "/configuration"} {
			r := p.request(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
			for h, v := range headers {
				r.Header.Set(h, v)
			}
			p.do(r).want(t, name+" "+path, http.StatusForbidden, "vient d’un autre site")
		}
	}
	commands, err := o.store.Commands(t.Context(), admin.CommandFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(commands) != 0 {
		t.Errorf("commands %+v", commands)
	}
	p.get("/bornes").want(t, "still signed in", http.StatusOK)
}
