package sites

import (
	"net/http"
	"net/url"

	"borne/packaging/demo"
)

func ameliSite(p pages) http.Handler {
	mux := newSite()
	mux.Handle("GET /{$}", p.show("ameli/accueil", nil))
	return mux
}

const (
	ameliState  = "ameli_etat"
	ameliCookie = "ameli_session"
)

// ameliAccountSite signs people in through FranceConnect: authorisation code and state, as OpenID Connect has it.
func ameliAccountSite(p pages, identities *tokens[string]) http.Handler {
	states := newTokens[struct{}](maxVisitors)
	sessions := newTokens[string](maxVisitors)
	mux := newSite()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie(ameliCookie); err == nil {
			if name, ok := sessions.get(cookie.Value); ok {
				p.write(w, http.StatusOK, "ameli/compte", name)
				return
			}
		}
		http.Redirect(w, r, "/connexion", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /connexion", func(w http.ResponseWriter, r *http.Request) {
		state := states.add(struct{}{})
		http.SetCookie(w, &http.Cookie{Name: ameliState, Value: state, Path: "/", Secure: true, HttpOnly: true,
			SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, demo.FranceConnect.URL("/autorisation?"+url.Values{"etat": {state}}.Encode()),
			http.StatusSeeOther)
	})
	mux.HandleFunc("GET /retour", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie(ameliState)
		_, expected := states.take(r.FormValue("etat"))
		name, known := identities.take(r.FormValue("code"))
		if err != nil || cookie.Value != r.FormValue("etat") || !expected || !known {
			p.write(w, http.StatusForbidden, "ameli/refus", nil)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: ameliCookie, Value: sessions.add(name), Path: "/", Secure: true,
			HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /attestation.pdf", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie(ameliCookie)
		if err != nil {
			http.Redirect(w, r, "/connexion", http.StatusSeeOther)
			return
		}
		name, ok := sessions.get(cookie.Value)
		if !ok {
			http.Redirect(w, r, "/connexion", http.StatusSeeOther)
			return
		}
		download(w, "attestation-droits-demonstration.pdf", pdf("Attestation de droits (démonstration)",
			"Assurance maladie de démonstration : ce document n'a aucune valeur.", "", "Personne : "+name))
	})
	return mux
}

// franceConnectSite stands for the State's identity service: it sends people back only to the demonstration's Ameli.
func franceConnectSite(p pages, identities *tokens[string]) http.Handler {
	mux := newSite()
	mux.Handle("GET /{$}", http.RedirectHandler(demo.Ameli.URL("/"), http.StatusSeeOther))
	mux.HandleFunc("GET /autorisation", func(w http.ResponseWriter, r *http.Request) {
		p.write(w, http.StatusOK, "franceconnect/choix", r.FormValue("etat"))
	})
	mux.HandleFunc("POST /autorisation", func(w http.ResponseWriter, r *http.Request) {
		back := url.Values{"etat": {r.PostFormValue("etat")}, "code": {identities.add("M. Exemple")}}
		http.Redirect(w, r, demo.AmeliAccount.URL("/retour?"+back.Encode()), http.StatusSeeOther)
	})
	return mux
}
