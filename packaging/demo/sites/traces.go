package sites

import (
	"crypto/rand"
	"fmt"
	"net/http"
)

// traces adds the pages that leave and look for everything a browser can keep of a visit. The looking is done by
// static/traces.js; the server tells it whether any cookie came, also those that scripts cannot see.
func traces(mux *http.ServeMux, p pages) {
	mux.HandleFunc("GET /traces", func(w http.ResponseWriter, r *http.Request) {
		p.write(w, http.StatusOK, "caf/traces", struct{ Cookies int }{len(r.Cookies())})
	})
	// A worker registers only for the folder it is served from, hence here and not under /static/.
	mux.HandleFunc("GET /travailleur.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "static/travailleur.js")
	})
	// Different at each request: a browser that answers from its own cache betrays itself.
	mux.HandleFunc("GET /marque.txt", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Cache-Control", "private, max-age=86400")
		fmt.Fprintln(w, rand.Text())
	})
}
