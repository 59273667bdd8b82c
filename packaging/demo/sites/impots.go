package sites

import (
	"html/template"
	"net/http"

	"borne/packaging/demo"
)

// link is one row of the page of links.
type link struct {
	ID, Label string
	// Address is written by this package alone, so the schemes that html/template would neutralise are kept.
	Address template.URL
	// Window opens the link in a window of its own.
	Window bool
}

// links go where a borne must or must not go. Their order is their place on screen (see RowCentre): add at the end.
func links() []link {
	forbidden := template.URL(demo.Forbidden.URL("/"))
	return []link{
		{"lien-interdit", "Un site qui n'est pas permis", forbidden, false},
		{"lien-http", "Une page sans chiffrement (http)", template.URL("http://" + string(demo.Impots) + "/"), false},
		{"lien-adresse", "Une adresse en chiffres", template.URL("https://" + demo.SitesAddress().String() + "/"), false},
		{"lien-fichier", "Un fichier de la machine", "file:///etc/passwd", false},
		{"lien-reglages", "Les réglages du navigateur", "chrome://settings", false},
		{"lien-courriel", "Écrire un courriel", "mailto:contact@" + template.URL(demo.Impots), false},
		{"lien-fenetre-permise", "Une notice, dans une fenêtre", "/notice", true},
		{"lien-fenetre-interdite", "Un site interdit, dans une fenêtre", forbidden, true},
		{"lien-redirection", "Une page qui renvoie ailleurs", "/ailleurs", false},
		{"lien-alertes", "Une page qui insiste (alertes)", "/alertes", false},
		{"lien-imprimer", "Une page qui s'imprime seule", "/imprimer", false},
		{"lien-plein-ecran", "Une page en plein écran", "/plein-ecran", false},
		{"lien-donnees", "Une page écrite dans son adresse", "data:text/html,<title>data</title>interdit", false},
		{"lien-source", "Le code de la page", "view-source:" + template.URL(demo.Impots.URL("/")), false},
	}
}

// LinkRow is the row of a link of the page of links, for RowCentre; ok is false when there is no such link.
func LinkRow(id string) (row int, ok bool) {
	for i, l := range links() {
		if l.ID == id {
			return i, true
		}
	}
	return 0, false
}

func impotsSite(p pages) http.Handler {
	mux := newSite()
	mux.Handle("GET /{$}", p.show("impots/accueil", nil))
	mux.Handle("GET /liens", p.show("impots/liens", links()))
	mux.Handle("GET /notice", p.show("impots/notice", nil))
	mux.Handle("GET /alertes", p.show("impots/alertes", nil))
	mux.Handle("GET /imprimer", p.show("impots/imprimer", nil))
	mux.Handle("GET /plein-ecran", p.show("impots/plein-ecran", nil))
	mux.Handle("GET /ailleurs", http.RedirectHandler(demo.Forbidden.URL("/"), http.StatusFound))
	mux.HandleFunc("GET /avis.pdf", func(w http.ResponseWriter, r *http.Request) {
		download(w, "avis-demonstration.pdf", pdf("Avis d'impôt (démonstration)",
			"Impôts de démonstration : ce document n'a aucune valeur.", "", "Montant à payer : 0 euro"))
	})
	return mux
}
