package escapes_test

import (
	"fmt"
	"net/http"
)

// trapPages are the trap's pages beside the one that carries out scripts.
func trapPages() map[string]http.HandlerFunc {
	html := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<!doctype html><meta charset=utf-8><title>Site piégé</title>"+text)
		}
	}
	return map[string]http.HandlerFunc{
		"/redirection": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Query().Get("vers"), http.StatusFound)
		},
		"/meta": html(`<meta http-equiv=refresh content="0;url=https://malin.borne.test/">`),
		"/refresh": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Refresh", "0;url=https://malin.borne.test/")
		},
		"/cadre-sortant": html(`<script>top.location = 'https://malin.borne.test/'</script>`),
	}
}
