package sites

import (
	"fmt"
	"net/http"

	"borne/packaging/demo"
)

// The one person of the demonstration, as the login page says.
const (
	CafNumber   = "1234567"
	CafPassword = "demo"
	cafName     = "Mme Exemple"
	cafCookie   = "caf_session"
	cafDomain   = "caf.borne.test"
)

// cafPage is what the Caf's templates see.
type cafPage struct {
	Name    string
	Answers answers
	Fault   string
	Choices []choice
	Number  string
}

type caf struct {
	pages    pages
	visitors *tokens[*dossier]
}

func cafSite(p pages, visitors *tokens[*dossier]) http.Handler {
	c := caf{p, visitors}
	mux := newSite()
	mux.Handle("GET /{$}", p.show("caf/accueil", cafPage{}))
	mux.HandleFunc("GET /espace", c.account)
	mux.HandleFunc("GET /dossier/{step}", c.step)
	mux.HandleFunc("POST /dossier/{step}", c.answer)
	mux.HandleFunc("GET /recapitulatif", c.signedIn("caf/recapitulatif"))
	mux.HandleFunc("POST /recapitulatif", c.send)
	mux.HandleFunc("GET /envoye", c.signedIn("caf/envoye"))
	mux.HandleFunc("GET /attestation.pdf", c.certificate)
	mux.HandleFunc("POST /deconnexion", c.leave)
	traces(mux, p)
	return mux
}

// cafConnectSite is the login, on its own host as the real one.
func cafConnectSite(p pages, visitors *tokens[*dossier]) http.Handler {
	c := caf{p, visitors}
	mux := newSite()
	mux.Handle("GET /{$}", http.RedirectHandler("/connexion", http.StatusSeeOther))
	mux.Handle("GET /connexion", p.show("caf/connexion", cafPage{}))
	mux.HandleFunc("POST /connexion", c.login)
	return mux
}

func (c caf) login(w http.ResponseWriter, r *http.Request) {
	number := r.PostFormValue("numero")
	if number != CafNumber || r.PostFormValue("mot-de-passe") != CafPassword {
		c.pages.write(w, http.StatusUnprocessableEntity, "caf/connexion", cafPage{
			Fault: "Ce numéro et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis essayez encore.", Number: number})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cafCookie, Value: c.visitors.add(&dossier{}), Domain: cafDomain, Path: "/",
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 86400})
	http.Redirect(w, r, demo.Caf.URL("/espace"), http.StatusSeeOther)
}

// visitor is the dossier of the person whose cookie came, nil when none did.
func (c caf) visitor(r *http.Request) *dossier {
	cookie, err := r.Cookie(cafCookie)
	if err != nil {
		return nil
	}
	d, _ := c.visitors.get(cookie.Value)
	return d
}

func (c caf) account(w http.ResponseWriter, r *http.Request) {
	if c.visitor(r) == nil {
		c.pages.write(w, http.StatusOK, "caf/espace-ferme", cafPage{})
		return
	}
	c.pages.write(w, http.StatusOK, "caf/espace", cafPage{Name: cafName})
}

// signedIn shows a page to the person whose cookie came, and the login to others.
func (c caf) signedIn(page string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if d := c.mustVisitor(w, r); d != nil {
			c.pages.write(w, http.StatusOK, page, cafPage{Name: cafName, Answers: d.snapshot()})
		}
	}
}

func (c caf) mustVisitor(w http.ResponseWriter, r *http.Request) *dossier {
	d := c.visitor(r)
	if d == nil {
		http.Redirect(w, r, demo.CafConnect.URL("/connexion"), http.StatusSeeOther)
	}
	return d
}

// steps of the dossier, in order.
func steps() map[string]struct {
	page    string
	choices []choice
	next    string
} {
	return map[string]struct {
		page    string
		choices []choice
		next    string
	}{
		"1": {"caf/etape1", situations(), "/dossier/2"},
		"2": {"caf/etape2", housings(), "/dossier/3"},
		"3": {"caf/etape3", nil, "/recapitulatif"},
	}
}

func (c caf) step(w http.ResponseWriter, r *http.Request) {
	step, ok := steps()[r.PathValue("step")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if d := c.mustVisitor(w, r); d != nil {
		c.pages.write(w, http.StatusOK, step.page, cafPage{Answers: d.snapshot(), Choices: step.choices})
	}
}

func (c caf) answer(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("step")
	step, ok := steps()[number]
	if !ok {
		http.NotFound(w, r)
		return
	}
	d := c.mustVisitor(w, r)
	if d == nil {
		return
	}
	wrong := d.change(func(a *answers) fault {
		switch number {
		case "1":
			return a.setSituation(r)
		case "2":
			return a.setHousehold(r)
		default:
			return a.setFile(w, r)
		}
	})
	if wrong != "" {
		c.pages.write(w, http.StatusUnprocessableEntity, step.page,
			cafPage{Answers: d.snapshot(), Choices: step.choices, Fault: string(wrong)})
		return
	}
	http.Redirect(w, r, step.next, http.StatusSeeOther)
}

func (c caf) send(w http.ResponseWriter, r *http.Request) {
	if c.mustVisitor(w, r) != nil {
		http.Redirect(w, r, "/envoye", http.StatusSeeOther)
	}
}

func (c caf) certificate(w http.ResponseWriter, r *http.Request) {
	d := c.mustVisitor(w, r)
	if d == nil {
		return
	}
	a := d.snapshot()
	download(w, "attestation-caf-demonstration.pdf", pdf("Attestation de dépôt (démonstration)",
		"Caf de démonstration : ce document n'a aucune valeur.", "",
		"Personne : "+cafName,
		"Situation : "+a.SituationLabel(),
		fmt.Sprintf("Enfants : %d", a.Children),
		"Logement : "+a.HousingLabel(),
		"Pièce : "+a.File))
}

func (c caf) leave(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(cafCookie); err == nil {
		c.visitors.take(cookie.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: cafCookie, Domain: cafDomain, Path: "/", MaxAge: -1})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
