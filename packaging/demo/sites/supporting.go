package sites

import (
	"io/fs"
	"net/http"
)

// cdnSite serves style sheets, scripts, fonts and images to other sites, and no page of its own.
func cdnSite() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", allowAll(cached(http.FileServerFS(files))))
	return mux
}

// allowAll lets every origin read, as public content networks do.
func allowAll(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		h.ServeHTTP(w, r)
	})
}

// collectorSite answers any path with the script that an audience tool would serve.
func collectorSite() http.Handler {
	script, err := fs.ReadFile(files, "static/collecteur.js")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(script) // a browser that left is no fault of ours
	})
}
