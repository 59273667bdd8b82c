package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"borne/admin"
	"borne/kiosk/bundle"
)

// route is one address, who may come there, and what answers.
type route struct {
	pattern string
	// permission is what a signed-in operator must have; public routes ask
	// nobody. A route with neither is closed to everyone.
	permission admin.Permission
	public     bool
	handle     func(c *console, w http.ResponseWriter, r *http.Request, who admin.Operator) error
}

// routes lists every address of the console.
func routes() []route {
	return []route{
		{pattern: "GET /{$}", permission: admin.ReadKiosks, handle: (*console).home},

		{pattern: "GET /connexion", public: true, handle: (*console).loginForm},
		{pattern: "POST /connexion", public: true, handle: (*console).login},
		{pattern: "GET /connexion/{token}", public: true, handle: (*console).linkForm},
		{pattern: "POST /connexion/{token}", public: true, handle: (*console).takeLink},
		{pattern: "POST /deconnexion", public: true, handle: (*console).logout},
		{pattern: "GET /actifs/{name}", public: true, handle: (*console).serveStatic},

		{pattern: "GET /bornes", permission: admin.ReadKiosks, handle: (*console).kiosks},
		{pattern: "GET /bornes/{kiosk}", permission: admin.ReadKiosks, handle: (*console).kiosk},
		{pattern: "POST /bornes/{kiosk}/commandes", permission: admin.SendCommands, handle: (*console).sendCommand},
		{pattern: "POST /bornes/{kiosk}/site", permission: admin.HelpVisitors, handle: (*console).openSite},
		{pattern: "POST /bornes/{kiosk}/temps", permission: admin.HelpVisitors, handle: (*console).prolong},
		{pattern: "POST /bornes/{kiosk}/maintenance", permission: admin.EnrolKiosks, handle: (*console).maintenanceCode},
		{pattern: "POST /bornes/{kiosk}/statut", permission: admin.EnrolKiosks, handle: (*console).decideStanding},
		{pattern: "POST /bornes/{kiosk}/a-part", permission: admin.EnrolKiosks, handle: (*console).decideApart},
		{pattern: "POST /commandes/{command}/annulation", permission: admin.HelpVisitors, handle: (*console).cancelCommand},
		{pattern: "GET /enroler", permission: admin.EnrolKiosks, handle: (*console).enrolForm},
		{pattern: "POST /enroler", permission: admin.EnrolKiosks, handle: (*console).enrol},

		{pattern: "GET /usages", permission: admin.ReadUsage, handle: (*console).usage},
		{pattern: "GET /usages/services", permission: admin.ReadUsage, handle: (*console).usageServices},
		{pattern: "GET /usages/resultats", permission: admin.ReadUsage, handle: (*console).usageResults},
		{pattern: "GET /usages/accueil", permission: admin.ReadUsage, handle: (*console).usageHelp},
		{pattern: "GET /usages/fiabilite", permission: admin.ReadUsage, handle: (*console).usageReliability},
		{pattern: "GET /usages/comparer", permission: admin.ReadUsage, handle: (*console).usageCompare},
		{pattern: "GET /usages/donnees", permission: admin.ReadUsage, handle: (*console).usageData},
		{pattern: "GET /usages/rapport", permission: admin.ReadUsage, handle: (*console).usageReport},
		{pattern: "GET /usages/{table}", permission: admin.ReadUsage, handle: (*console).usageCSV},
		{pattern: "GET /usages/usages.xlsx", permission: admin.ReadUsage, handle: (*console).usageXLSX},
		{pattern: "GET /usages/usages.json", permission: admin.ReadUsage, handle: (*console).usageJSON},
		{pattern: "GET /usages/diffusion.zip", permission: admin.ReadUsage, handle: (*console).releaseZIP},

		{pattern: "GET /configuration", permission: admin.PublishBundles, handle: (*console).configuration},
		{pattern: "POST /configuration", permission: admin.PublishBundles, handle: (*console).publish},
		{pattern: "GET /configuration/{version}", permission: admin.PublishBundles, handle: (*console).download},

		{pattern: "GET /personnes", permission: admin.ManageOperators, handle: (*console).people},
		{pattern: "POST /personnes/{operator}/acces", permission: admin.ManageOperators, handle: (*console).decideAccess},
		{pattern: "POST /personnes/{operator}/effacement", permission: admin.ManageOperators, handle: (*console).erasePerson},

		{pattern: "GET /journal", permission: admin.ReadAudit, handle: (*console).journal},

		{pattern: "/", permission: admin.ReadKiosks, handle: func(*console, http.ResponseWriter, *http.Request, admin.Operator) error {
			return admin.ErrNotFound
		}},
	}
}

// maxFormBytes bounds every form but the one that brings a bundle.
const (
	maxFormBytes   = 64 << 10
	maxUploadBytes = bundle.MaxUnpackedBytes + maxFormBytes
)

// policy lets a page load nothing but our own files: what a borne or a person
// is named cannot bring a script in.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func (c *console) handler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range routes() {
		mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, route) })
	}
	// Also checked here, so that the console is safe wherever it is mounted.
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secureHeaders(w)
		c.fail(w, r, admin.Operator{}, errCrossOrigin)
	}))
	return cross.Handler(mux)
}

func secureHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// serve admits who may come, then lets the route answer.
func (c *console) serve(w http.ResponseWriter, r *http.Request, route route) {
	secureHeaders(w)
	limit := int64(maxFormBytes)
	if route.permission == admin.PublishBundles {
		limit = maxUploadBytes
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	var who admin.Operator
	if !route.public {
		var err error
		if who, err = c.Auth.Authenticate(r); errors.Is(err, admin.ErrUnauthenticated) {
			c.sendToLogin(w, r)
			return
		} else if err != nil {
			c.fail(w, r, who, err)
			return
		}
		if !who.May(route.permission) {
			c.fail(w, r, who, admin.ErrForbidden)
			return
		}
	}
	if err := route.handle(c, w, r, who); err != nil {
		c.fail(w, r, who, err)
	}
}

func (c *console) sendToLogin(w http.ResponseWriter, r *http.Request) {
	target := "/connexion"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		target += "?" + url.Values{"vers": {r.URL.RequestURI()}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// localPath returns the path only when it leads into this console: a link to
// the login page must not send people elsewhere once they are in.
func localPath(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(target, "/") ||
		strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n\t") {
		return "/"
	}
	return target
}

// home leads to what each role came for.
func (c *console) home(w http.ResponseWriter, r *http.Request, who admin.Operator) error {
	target := "/bornes"
	if !who.May(admin.HelpVisitors) {
		target = "/usages"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}
