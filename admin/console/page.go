package console

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"borne/admin"

	files "borne/assets/console"
)

// page is what every template is given.
type page struct {
	Title string
	// Current is the entry of the menu that the page belongs to.
	Current      string
	Operator     admin.Operator
	Organisation string
	Menu         []entry
	// Notice tells what was done; Problem what could not be, near the form.
	Notice  string
	Problem string
	// Live pages refresh themselves when the browser runs scripts.
	Live    bool
	Version string
	Body    any
}

// entry is one page of the menu.
type entry struct {
	Path, Label string
	permission  admin.Permission
}

func menu() []entry {
	return []entry{
		{"/bornes", "Bornes", admin.ReadKiosks},
		{"/usages", "Usages", admin.ReadUsage},
		{"/configuration", "Configuration", admin.PublishBundles},
		{"/enroler", "Enrôler", admin.EnrolKiosks},
		{"/journal", "Journal", admin.ReadAudit},
		{"/personnes", "Personnes", admin.ManageOperators},
	}
}

// bodies lists every page's template with an empty body of its type.
func bodies() map[string]any {
	return map[string]any{
		"connexion": loginBody{}, "lien": linkBody{}, "bornes": kiosksBody{}, "borne": kioskBody{}, "enroler": enrolBody{},
		"usages": usageBody{}, "services": servicesBody{}, "resultats": resultsBody{}, "accueil": helpBody{}, "fiabilite": reliabilityBody{},
		"comparer": compareBody{}, "donnees": dataBody{}, "rapport": reportBody{}, "configuration": configurationBody{}, "journal": journalBody{}, "personnes": peopleBody{}, "erreur": failure{},
	}
}

// pages are the parsed templates.
type pages map[string]*template.Template

// Parts that every page is made of.
const (
	baseFile   = "base.html"
	partsFile  = "parts.html"
	usageParts = "usageparts.html"
)

// loadPages parses the embedded pages and draws each once with nothing in it,
// which is when html/template checks how values are escaped.
func loadPages(functions template.FuncMap) (pages, error) {
	dir := files.Templates()
	base := template.New(baseFile).Funcs(functions)
	for _, file := range []string{baseFile, partsFile, usageParts} {
		if err := parse(base, dir, file); err != nil {
			return nil, err
		}
	}
	found, err := fs.Glob(dir, "*.html")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	known := bodies()
	loaded := pages{}
	for _, file := range found {
		name := strings.TrimSuffix(file, ".html")
		body, ok := known[name]
		switch {
		case file == baseFile || file == partsFile || file == usageParts:
			continue
		case !ok:
			return nil, fmt.Errorf("page %s belongs to no handler", file)
		}
		t, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", file, err)
		}
		if err := parse(t, dir, file); err != nil {
			return nil, err
		}
		if err := t.ExecuteTemplate(io.Discard, baseFile, page{Body: body}); err != nil {
			return nil, fmt.Errorf("page %s: %w", file, err)
		}
		loaded[name] = t
	}
	for name := range known {
		if loaded[name] == nil {
			return nil, fmt.Errorf("page %s.html is missing", name)
		}
	}
	return loaded, nil
}

// parse adds a file's templates to t.
func parse(t *template.Template, dir fs.FS, file string) error {
	source, err := fs.ReadFile(dir, file)
	if err != nil {
		return fmt.Errorf("page %s: %w", file, err)
	}
	if file != t.Name() {
		t = t.New(file)
	}
	if _, err := t.Parse(typesetPage(string(source))); err != nil {
		return fmt.Errorf("page %s: %w", file, err)
	}
	return nil
}

// write answers with a page. It is drawn in memory first, so that a fault
// shows as an error and not as half a page.
func (c *console) write(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	if p.Operator.ID != "" {
		p.Menu = slices.DeleteFunc(menu(), func(e entry) bool { return !p.Operator.May(e.permission) })
		// Without the organisation's name the page still serves.
		if o, err := c.Store.Organisation(r.Context()); err == nil {
			p.Organisation = o.Name
		}
	}
	p.Version, p.Problem, p.Notice = c.Version, typeset(p.Problem), typeset(p.Notice)
	var out bytes.Buffer
	if err := c.pages[name].ExecuteTemplate(&out, baseFile, p); err != nil {
		c.Log.Error("console: draw page", "page", name, "error", err)
		http.Error(w, "Erreur du serveur. Essayez de nouveau dans un instant.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := out.WriteTo(w); err != nil {
		c.Log.Debug("console: browser left", "error", err)
	}
}

// show answers with a page and status 200.
func (c *console) show(w http.ResponseWriter, r *http.Request, name string, p page) error {
	c.write(w, r, http.StatusOK, name, p)
	return nil
}
