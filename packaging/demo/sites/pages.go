package sites

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"borne/packaging/demo"
)

//go:embed templates static
var files embed.FS

// brand is how one site presents itself.
type brand struct {
	Name   string
	Colour template.CSS
	Home   string
	// Assets is where style sheet and images come from; empty for the site's own host.
	Assets string
}

func brands() map[string]brand {
	return map[string]brand{
		"caf":           {"Caf", "#17458f", demo.Caf.URL("/"), ""},
		"ameli":         {"Assurance maladie", "#0a5c78", demo.Ameli.URL("/"), "https://" + string(demo.CDN)},
		"franceconnect": {"FranceConnect", "#000078", demo.FranceConnect.URL("/"), ""},
		"impots":        {"Impôts", "#5c2a6b", demo.Impots.URL("/"), ""},
		"retraite":      {"Info Retraite", "#1f5c3d", demo.InfoRetraite.URL("/"), ""},
		"interdit":      {"Site interdit", "#8f1717", "/", ""},
	}
}

// pages are the parsed pages by name, "caf/accueil" for templates/caf/accueil.html.
type pages map[string]*page

type page struct {
	template *template.Template
	brand    brand
}

func parsePages() (pages, error) {
	base, err := template.ParseFS(files, "templates/base.html")
	if err != nil {
		return nil, err
	}
	out := pages{}
	err = fs.WalkDir(files, "templates", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "templates/base.html" {
			return err
		}
		t, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return err
		}
		for _, block := range []string{"title", "main"} {
			if t.Lookup(block) == nil {
				return fmt.Errorf("%s defines no %q", name, block)
			}
		}
		key := strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")
		b, ok := brands()[path.Dir(key)]
		if !ok {
			return fmt.Errorf("%s belongs to no site", name)
		}
		out[key] = &page{t, b}
		return nil
	})
	return out, err
}

// view is what a template sees: the site, the hosts it may link to, and the page's own data.
type view struct {
	Brand brand
	Host  map[string]string
	Data  any
}

func hostNames() map[string]string {
	return map[string]string{
		"Caf": string(demo.Caf), "CafConnect": string(demo.CafConnect), "Ameli": string(demo.Ameli),
		"AmeliAccount": string(demo.AmeliAccount), "FranceConnect": string(demo.FranceConnect),
		"Impots": string(demo.Impots), "InfoRetraite": string(demo.InfoRetraite), "CDN": string(demo.CDN),
		"Collector": string(demo.Collector), "Forbidden": string(demo.Forbidden),
		"Address": demo.SitesAddress().String(),
	}
}

// write answers with a page. A page that is missing or fails is a fault of this program, told as 500.
func (p pages) write(w http.ResponseWriter, status int, name string, data any) {
	pg, ok := p[name]
	if !ok {
		http.Error(w, "page "+name+" is missing", http.StatusInternalServerError)
		return
	}
	var body bytes.Buffer
	if err := pg.template.ExecuteTemplate(&body, "base.html", view{pg.brand, hostNames(), data}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // a visitor who left is no fault of ours
}

// show answers with a page that needs nothing of the request.
func (p pages) show(name string, data any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.write(w, http.StatusOK, name, data) })
}

// newSite is a mux with what every site serves beside its pages: style sheet, scripts and images.
func newSite() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", cached(http.FileServerFS(files)))
	return mux
}

func cached(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		h.ServeHTTP(w, r)
	})
}
