package sites

import (
	"net/http"
	"strconv"
	"strings"
)

// retirementPage is what the form and its answer show.
type retirementPage struct {
	Year   string
	Fault  string
	Age    string
	Starts int
}

func retraiteSite(p pages) http.Handler {
	mux := newSite()
	mux.Handle("GET /{$}", p.show("retraite/accueil", nil))
	mux.Handle("GET /comprendre", p.show("retraite/comprendre", nil))
	mux.Handle("GET /estimation", p.show("retraite/estimation", retirementPage{}))
	mux.HandleFunc("POST /estimation", func(w http.ResponseWriter, r *http.Request) {
		given := strings.TrimSpace(r.PostFormValue("annee"))
		year, err := strconv.Atoi(given)
		if err != nil || year < 1920 || year > 2010 {
			p.write(w, http.StatusUnprocessableEntity, "retraite/estimation", retirementPage{Year: given,
				Fault: "Écrivez votre année de naissance en quatre chiffres, par exemple 1962."})
			return
		}
		// A made-up rule: the demonstration must not be taken for advice.
		p.write(w, http.StatusOK, "retraite/resultat", retirementPage{Year: given, Age: "64 ans", Starts: year + 64})
	})
	mux.HandleFunc("GET /releve.pdf", func(w http.ResponseWriter, r *http.Request) {
		download(w, "releve-demonstration.pdf", pdf("Relevé de carrière (démonstration)",
			"Info Retraite de démonstration : ce document n'a aucune valeur.", "", "Trimestres : 120"))
	})
	return mux
}
