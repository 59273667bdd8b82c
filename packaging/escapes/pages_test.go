package escapes_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
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
		"/sw.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, "onfetch = () => {}")
		},
		"/w.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, "postMessage(1); fetch('https://malin.borne.test/', {mode: 'no-cors'}).then(() => postMessage(2), () => postMessage(0))")
		},
		"/auth": func(w http.ResponseWriter, r *http.Request) {
			if _, _, ok := r.BasicAuth(); !ok {
				w.Header().Set("WWW-Authenticate", `Basic realm="Votre mot de passe"`)
				w.WriteHeader(http.StatusUnauthorized)
			}
		},
		"/marque": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "private, no-cache")
			w.Header().Set("ETag", `"un-visiteur"`)
			fmt.Fprint(w, "marque")
		},
		"/mot-de-passe": func(http.ResponseWriter, *http.Request) {},
		"/japonais":     html(`<html lang=ja><p>これは日本語のページです。翻訳しますか。</p>`),
		"/app":          html(`<link rel=manifest href="/app.json"><script>onbeforeinstallprompt = e => e.prompt()</script>`),
		"/app.json": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/manifest+json")
			fmt.Fprint(w, `{"name": "Piège", "start_url": "/", "display": "fullscreen", "icons": []}`)
		},
		"/doc.pdf": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pdf")
			_, _ = io.WriteString(w, smallPDF)
		},
		"/cadre-sortant": html(`<script>top.location = 'https://malin.borne.test/'</script>`),
	}
}

// file answers with a file that is saved, not shown: one of a hundred gigabytes never comes to its end.
func file(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	switch {
	case name == "enorme.pdf":
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Length", "100000000000")
		_, _ = io.WriteString(w, smallPDF)
	case strings.HasSuffix(name, ".pdf"):
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = io.WriteString(w, smallPDF)
	case strings.HasSuffix(name, ".html"):
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<script>location = 'https://malin.borne.test/'</script>")
	case strings.HasSuffix(name, ".svg"):
		w.Header().Set("Content-Type", "image/svg+xml")
		fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`)
	case strings.HasSuffix(name, ".crx"):
		w.Header().Set("Content-Type", "application/x-chrome-extension")
		fmt.Fprint(w, "Cr24\x03\x00\x00\x00")
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		fmt.Fprint(w, "\x7fELF\x02\x01\x01")
	}
}

// smallPDF is the least that the viewer shows.
const smallPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
