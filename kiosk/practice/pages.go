package practice

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"

	"borne/kiosk"
)

// answersMost bounds what a form may send, in bytes.
const answersMost = 64 << 10

// policy is the pages' own (CSP 3): no script at all, nothing from elsewhere,
// no answer to elsewhere, no frame.
const policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Pages are the practice pages in every language that they are written in.
type Pages struct {
	texts     map[kiosk.Language]texts
	templates map[string]*template.Template
	style     []byte
}

// route is one page and, when it asks something, who judges the answers and
// where right ones lead.
type route struct {
	name, title string
	step        int
	judge       func(url.Values) []fault
	next        string
}

func routes() map[string]route {
	return map[string]route{
		"/":                 {name: "home", title: "home_title"},
		"/formulaire":       {name: "form", title: "home_form", judge: judgeForm, next: "/formulaire/fini"},
		"/formulaire/fini":  {name: "form-done", title: "form_done_title"},
		"/dossier/1":        {name: "step1", title: "step1_title", step: 1, judge: judgeMail, next: "/dossier/2"},
		"/dossier/2":        {name: "step2", title: "step2_title", step: 2, judge: judgeAsk, next: "/dossier/3"},
		"/dossier/3":        {name: "step3", title: "step3_title", step: 3, next: "/dossier/4"}, // judged by judgeUpload
		"/dossier/4":        {name: "step4", title: "step4_title", step: 4, judge: judgeSure, next: "/dossier/fini"},
		"/dossier/fini":     {name: "dossier-done", title: "dossier_done_title"},
		"/connexion":        {name: "signin", title: "home_signin"},
		"/connexion/compte": {name: "account", title: "account_title", judge: judgeAccount, next: "/connexion/fini"},
		"/connexion/fini":   {name: "account-done", title: "account_done_title"},
		"/franceconnect":    {name: "franceconnect", title: "fc_title"},
	}
}

// New reads the pages of files (assets/practice).
func New(files fs.FS) (*Pages, error) {
	ts, err := loadTexts(files)
	if err != nil {
		return nil, err
	}
	p := &Pages{texts: ts, templates: map[string]*template.Template{}}
	if p.style, err = fs.ReadFile(files, "style.css"); err != nil {
		return nil, fmt.Errorf("read practice pages: %w", err)
	}
	base, err := template.ParseFS(files, "pages/base.html")
	if err != nil {
		return nil, fmt.Errorf("read practice pages: %w", err)
	}
	names := []string{"lost"}
	for _, r := range routes() {
		names = append(names, r.name)
	}
	for _, name := range names {
		t, err := base.Clone()
		if err == nil {
			t, err = t.ParseFS(files, "pages/"+name+".html")
		}
		if err != nil {
			return nil, fmt.Errorf("read practice page %s: %w", name, err)
		}
		p.templates[name] = t
	}
	return p, nil
}

// Handler serves the pages in a language, in French when they are not written
// in it. It keeps nothing between two requests.
func (p *Pages) Handler(l kiosk.Language) http.Handler {
	if p.texts[l] == nil {
		l = kiosk.French
	}
	return handler{pages: p, language: l, routes: routes()}
}

type handler struct {
	pages    *Pages
	language kiosk.Language
	routes   map[string]route
}

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	switch r.URL.Path {
	case "/style.css":
		h.file(w, r, "text/css; charset=utf-8", h.pages.style)
		return
	case "/exemple.pdf":
		header.Set("Content-Disposition", `attachment; filename="exemple.pdf"`)
		h.file(w, r, "application/pdf", example())
		return
	case "/recu.pdf":
		header.Set("Content-Disposition", `attachment; filename="recu-entrainement.pdf"`)
		h.file(w, r, "application/pdf", receipt())
		return
	}
	route, ok := h.routes[r.URL.Path]
	switch {
	case !ok:
		h.show(w, r, http.StatusNotFound, page{name: "lost", title: "lost_title"})
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		h.show(w, r, http.StatusOK, page{name: route.name, title: route.title, step: route.step})
	case r.Method == http.MethodPost && route.next != "":
		h.judge(w, r, route)
	default:
		h.wrongMethod(w, route)
	}
}

// judge shows the page again with what is to be corrected, or goes on. Going on
// is a redirect, so that Retour and a reload send nothing again.
func (h handler) judge(w http.ResponseWriter, r *http.Request, route route) {
	var wrong []fault
	var answers url.Values
	if route.judge == nil {
		var err error
		if wrong, err = judgeUpload(w, r); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
	} else {
		r.Body = http.MaxBytesReader(w, r.Body, answersMost)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		answers = r.PostForm
		wrong = route.judge(answers)
	}
	if len(wrong) == 0 {
		http.Redirect(w, r, route.next, http.StatusSeeOther)
		return
	}
	h.show(w, r, http.StatusUnprocessableEntity, page{name: route.name, title: route.title, step: route.step, answers: answers, wrong: wrong})
}

func (h handler) wrongMethod(w http.ResponseWriter, route route) {
	allow := "GET, HEAD"
	if route.next != "" {
		allow += ", POST"
	}
	w.Header().Set("Allow", allow)
	http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
}

func (h handler) show(w http.ResponseWriter, r *http.Request, status int, p page) {
	p.texts, p.french, p.language = h.pages.texts[h.language], h.pages.texts[kiosk.French], h.language
	var b bytes.Buffer
	if err := h.pages.templates[p.name].ExecuteTemplate(&b, "base.html", p); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError) // err may quote an answer
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	h.body(w, r, b.Bytes())
}

func (h handler) file(w http.ResponseWriter, r *http.Request, kind string, content []byte) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.wrongMethod(w, route{})
		return
	}
	w.Header().Set("Content-Type", kind)
	h.body(w, r, content)
}

func (h handler) body(w http.ResponseWriter, r *http.Request, content []byte) {
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // a visitor who left is no fault
	}
}
