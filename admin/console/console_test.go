package console_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/admintest"
	"borne/admin/auth"
	"borne/admin/console"
	"borne/admin/publish"
	"borne/admin/store"
	"borne/assets"
	"borne/kiosk"
)

// office is a console on a real store, over real HTTP.
type office struct {
	url   string
	clock *admintest.Clock
	store *store.Store
	auth  *auth.Service
	key   ed25519.PrivateKey
	log   *bytes.Buffer
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{clock: admintest.NewClock(), log: &bytes.Buffer{}, key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))}
	o.store = admintest.OpenStore(t, o.clock.Now, nil)
	var err error
	if o.auth, err = auth.New(o.store, false, o.clock.Now); err != nil {
		t.Fatal(err)
	}
	handler, err := console.New(console.Options{Store: o.store, Auth: o.auth,
		Publisher:  publish.Publisher{Releases: o.store, Key: o.key, Now: o.clock.Now},
		BundleKeys: []ed25519.PublicKey{o.key.Public().(ed25519.PublicKey)}, Shipped: assets.Bundle(), PublicURL: "https://bornes.example.fr/",
		MaintenanceCode: func(k admin.Kiosk, at time.Time) (admin.MaintenanceCode, error) {
			return admin.MaintenanceCode{Code: "12345678", Until: at.Add(10 * time.Minute)}, nil
		},
		Now: o.clock.Now, Log: slog.New(slog.NewTextHandler(o.log, nil)), Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

const password = "une phrase assez longue"

// person is a browser; it follows no redirection by itself.
type person struct {
	t      testing.TB
	url    string
	client *http.Client
}

func (o *office) stranger(t testing.TB) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t, o.url, &http.Client{Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// operator adds an operator and returns the token of their first link.
func (o *office) operator(t testing.TB, mail string, role admin.Role) (token string) {
	t.Helper()
	if _, err := o.store.CreateOperator(t.Context(), admin.Operator{Mail: mail, Name: "Personne " + string(role), Role: role}, "test"); err != nil {
		t.Fatal(err)
	}
	token, _, err := o.auth.NewLink(t.Context(), mail, "test")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// signedIn returns a browser of a new operator.
func (o *office) signedIn(t testing.TB, role admin.Role) *person {
	t.Helper()
	token := o.operator(t, string(role)+"@example.fr", role)
	p := o.stranger(t)
	a := p.post(admin.LoginPath(token), url.Values{"mot_de_passe": {password}, "confirmation": {password}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("sign in: status %d: %s", a.status, a.body)
	}
	return p
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (p *person) do(r *http.Request) answer {
	p.t.Helper()
	resp, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(raw)}
}

func (p *person) request(method, path, contentType string, body io.Reader) *http.Request {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func (p *person) get(path string) answer {
	p.t.Helper()
	return p.do(p.request(http.MethodGet, path, "", nil))
}

// post sends a form as a browser does from a page of the console.
func (p *person) post(path string, form url.Values) answer {
	p.t.Helper()
	r := p.request(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.do(r)
}

// enrol adds a borne and what it last told.
func (o *office) enrol(t testing.TB, name string, in kiosk.CheckIn) admin.Kiosk {
	t.Helper()
	code, err := o.store.CreateCode(t.Context(), admin.EnrolmentCode{KioskName: name, Author: "test", Expires: o.clock.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	k, err := o.store.Enrol(t.Context(), code.Code, key)
	if err != nil {
		t.Fatal(err)
	}
	if in.State != "" {
		if err := o.store.SaveStatuses(t.Context(), map[string]admin.Status{k.ID: admin.StatusOf(in, o.clock.Now())}); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// bring brings counters of a borne.
func (o *office) bring(t testing.TB, k admin.Kiosk, cells ...kiosk.Cell) {
	t.Helper()
	batch := kiosk.CellBatch{Epoch: "e" + k.ID}
	for i, c := range cells {
		if c.Second == "" {
			c.Second = kiosk.None
		}
		if err := c.Validate(nil); err != nil {
			t.Fatal(err)
		}
		batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: uint64(i) + 1, Cell: c})
	}
	if _, err := o.store.Ingest(t.Context(), k.ID, batch); err != nil {
		t.Fatal(err)
	}
}

// aDay is what a borne counts in a day of three visits and two sessions.
func aDay(day string) []kiosk.Cell {
	return []kiosk.Cell{
		{Key: kiosk.Key{Kind: kiosk.CellVisit, Day: day, Hour: kiosk.NoHour, First: "caf", Second: "5-15"}, Count: 2},
		{Key: kiosk.Key{Kind: kiosk.CellVisit, Day: day, Hour: kiosk.NoHour, First: "gone-service", Second: "0-5"}, Count: 1},
		{Key: kiosk.Key{Kind: kiosk.CellSession, Day: day, Hour: 9, First: "button", Second: "15-30"}, Count: 1},
		{Key: kiosk.Key{Kind: kiosk.CellSession, Day: day, Hour: 14, First: "idle", Second: "5-15"}, Count: 1},
		{Key: kiosk.Key{Kind: kiosk.CellAvailability, Day: day, Hour: 9, First: kiosk.AvailableOpen}, Count: 60},
	}
}

func (a answer) want(t testing.TB, what string, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: status %d, want %d", what, a.status, status)
	}
	// Tests are written with plain spaces.
	body := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(a.body)
	for _, s := range texts {
		if !strings.Contains(body, s) {
			t.Errorf("%s: no %q in\n%s", what, s, a.body)
		}
	}
}

func (o *office) quiet(t testing.TB) {
	t.Helper()
	if s := o.log.String(); s != "" {
		t.Errorf("the journal says: %s", s)
	}
}

func TestNewRefusesMissingOptions(t *testing.T) {
	if _, err := console.New(console.Options{}); err == nil {
		t.Error("a console of nothing was made")
	}
}

func TestMinPasswordIsThatOfAuth(t *testing.T) {
	if console.MinPassword != auth.MinPassword {
		t.Errorf("the page asks for %d characters, auth for %d", console.MinPassword, auth.MinPassword)
	}
}

// Every page answers every role as its permissions say, and nobody else.
func TestPagesByRole(t *testing.T) {
	o := newOffice(t)
	k := o.enrol(t, "Accueil", kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "0.1.0", Chromium: "140", Debian: "13"},
		Health: []kiosk.Fact{{Name: "disk", Level: kiosk.LevelWarn, Detail: "7 % free"}}})
	o.bring(t, k, aDay("2026-08-31")...)
	cmd, err := o.store.CreateCommand(t.Context(), admin.Command{Kiosk: k.ID, Author: "test", Command: kiosk.Command{Kind: kiosk.CommandClose}})
	if err != nil {
		t.Fatal(err)
	}
	people := map[admin.Role]*person{"": o.stranger(t)}
	for _, role := range admin.Roles() {
		people[role] = o.signedIn(t, role)
	}
	for _, c := range []struct {
		method, path string
		permission   admin.Permission
		status       int
		text         string
	}{
		{"GET", "/bornes", admin.ReadKiosks, 200, "Libre"},
		{"GET", "/bornes?nom=acc", admin.ReadKiosks, 200, "Accueil"},
		{"GET", "/bornes?nom=nulle", admin.ReadKiosks, 200, "Aucune borne ne correspond"},
		{"GET", "/bornes/" + k.ID, admin.ReadKiosks, 200, "Dernières commandes"},
		{"GET", "/bornes/nulle", admin.ReadKiosks, 404, "introuvable"},
		{"GET", "/usages", admin.ReadUsage, 200, "Famille – Scolarité"},
		{"GET", "/usages?jours=30", admin.ReadUsage, 200, "Non communiqué"},
		{"GET", "/usages?du=2026-09-03&au=2026-09-01", admin.ReadUsage, 422, "pas valable"},
		{"GET", "/usages?du=2024-10-01&au=2026-09-01", admin.ReadUsage, 200, "Sessions par mois"},
		{"GET", "/usages/services?jours=30", admin.ReadUsage, 200, "gone-service"},
		{"GET", "/usages/resultats", admin.ReadUsage, 200, "Comment les sessions finissent"},
		{"GET", "/usages/accueil", admin.ReadUsage, 200, "entièrement accompagné"},
		{"GET", "/usages/fiabilite", admin.ReadUsage, 200, "Éteinte, ou non communiqué"},
		{"GET", "/usages/comparer?jours=mois", admin.ReadUsage, 200, "Les sites"},
		{"GET", "/usages/donnees", admin.ReadUsage, 200, "Classeur (XLSX)"},
		{"GET", "/usages/rapport?jours=mois-dernier", admin.ReadUsage, 200, "Document interne"},
		{"GET", "/usages/rapport?diffusion=externe&mois=2026-08", admin.ReadUsage, 422, "pas valable"},
		{"GET", "/usages/usages.xlsx", admin.ReadUsage, 200, "xl/workbook.xml"},
		{"GET", "/usages/usages.json", admin.ReadUsage, 200, "Europe/Paris"},
		{"GET", "/usages/indicateurs.csv", admin.ReadUsage, 200, "Indicateur;Clé;Unité"},
		{"GET", "/usages/disponibilite.csv", admin.ReadUsage, 200, "Jour;Heure;Site;État;Minutes"},
		{"GET", "/usages/rien.csv", admin.ReadUsage, 404, "introuvable"},
		{"GET", "/usages/rien", admin.ReadUsage, 404, "introuvable"},
		{"GET", "/usages?site=nul", admin.ReadUsage, 404, "introuvable"},
		{"GET", "/usages/visites.csv", admin.ReadUsage, 200, "Jour;Site;Service"},
		{"GET", "/usages/sessions.csv", admin.ReadUsage, 200, "Jour;Heure;Site"},
		{"GET", "/configuration", admin.PublishBundles, 200, "configuration d’origine"},
		{"GET", "/configuration/0.zip", admin.PublishBundles, 200, "settings.yaml"},
		{"GET", "/configuration/1.zip", admin.PublishBundles, 404, "introuvable"},
		{"GET", "/enroler", admin.EnrolKiosks, 200, "Créer un code"},
		{"GET", "/journal", admin.ReadAudit, 200, "Borne enrôlée"},
		{"GET", "/rien", admin.ReadKiosks, 404, "introuvable"},
		{"POST", "/bornes/" + k.ID + "/commandes", admin.SendCommands, 422, "Choisissez une commande"},
		{"POST", "/commandes/" + cmd.ID + "/annulation", admin.SendCommands, 303, ""},
		{"POST", "/enroler", admin.EnrolKiosks, 200, "sudo bornectl local enrol https://bornes.example.fr "},
		{"POST", "/configuration", admin.PublishBundles, 422, "Choisissez le fichier"},
	} {
		for role, p := range people {
			what := fmt.Sprintf("%s %s as %q", c.method, c.path, role)
			a := answer{}
			if c.method == "GET" {
				a = p.get(c.path)
			} else if c.path == "/configuration" {
				a = p.upload(nil, nil)
			} else {
				a = p.post(c.path, nil)
			}
			switch {
			case role == "":
				a.want(t, what, http.StatusSeeOther)
				if !strings.HasPrefix(a.header.Get("Location"), "/connexion") {
					t.Errorf("%s leads to %q", what, a.header.Get("Location"))
				}
			case !role.May(c.permission):
				a.want(t, what, http.StatusForbidden, "rôle ne permet pas")
			case strings.HasSuffix(c.path, "/annulation") && role == admin.Administrator && a.status == http.StatusConflict,
				strings.HasSuffix(c.path, "/annulation") && role == admin.Technician && a.status == http.StatusConflict:
				// The other one was first.
				a.want(t, what, http.StatusConflict, "trop tard")
			default:
				a.want(t, what, c.status, c.text)
			}
			if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
				t.Errorf("%s: policy %q", what, csp)
			}
			if strings.Contains(a.body, "ZgotmplZ") || strings.Contains(a.body, "<no value>") {
				t.Errorf("%s: a value was not drawn", what)
			}
		}
	}
	o.quiet(t)
}

func TestHome(t *testing.T) {
	o := newOffice(t)
	for role, want := range map[admin.Role]string{admin.Manager: "/usages", admin.Technician: "/bornes", admin.Administrator: "/bornes"} {
		if a := o.signedIn(t, role).get("/"); a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			t.Errorf("%s: %d to %q", role, a.status, a.header.Get("Location"))
		}
	}
}

// The menu has what the role may open, and no more.
func TestMenu(t *testing.T) {
	o := newOffice(t)
	manager := o.signedIn(t, admin.Manager).get("/usages")
	manager.want(t, "manager", 200, `href="/usages" aria-current="page"`, `href="/bornes"`)
	for _, path := range []string{"/journal", "/enroler", "/configuration"} {
		if strings.Contains(manager.body, `href="`+path+`"`) {
			t.Errorf("a manager is offered %s", path)
		}
	}
}

func TestHostileNames(t *testing.T) {
	o := newOffice(t)
	hostile := `<script>alert(1)</script>"'><img src=x>`
	k := o.enrol(t, hostile, kiosk.CheckIn{State: kiosk.OutOfService, Reason: hostile, BundleFault: hostile, Versions: kiosk.Versions{Borne: hostile, Chromium: hostile},
		Health: []kiosk.Fact{{Name: hostile, Level: kiosk.LevelFail, Detail: hostile}}})
	if _, err := o.store.CreateSite(t.Context(), hostile, "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.CreateCommand(t.Context(), admin.Command{Kiosk: k.ID, Author: hostile, Command: kiosk.Command{Kind: kiosk.CommandMessage, Argument: hostile}}); err != nil {
		t.Fatal(err)
	}
	p := o.signedIn(t, admin.Administrator)
	for _, path := range []string{"/bornes", "/bornes/" + k.ID, "/enroler", "/journal", "/usages", "/configuration",
		"/bornes?nom=" + url.QueryEscape(hostile), "/journal?auteur=" + url.QueryEscape(hostile) + "&objet=" + url.QueryEscape(hostile),
		"/connexion?vers=" + url.QueryEscape(hostile)} {
		a := p.get(path)
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img") {
			t.Errorf("%s: the name is not escaped:\n%s", path, a.body)
		}
		if path == "/bornes" && !strings.Contains(a.body, "&lt;script&gt;alert(1)") {
			t.Errorf("%s does not show the name", path)
		}
	}
	o.quiet(t)
}

func TestStatic(t *testing.T) {
	o := newOffice(t)
	p := o.stranger(t)
	page := p.get("/connexion").body
	_, rest, ok := strings.Cut(page, `href="/actifs/console.css?v=`)
	if !ok {
		t.Fatal(page)
	}
	hash, _, _ := strings.Cut(rest, `"`)
	a := p.get("/actifs/console.css?v=" + hash)
	a.want(t, "style", 200, "body {")
	if a.header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Errorf("header %v", a.header)
	}
	p.get("/actifs/..%2ftemplates%2fbase.html").want(t, "climbing out", 404)
}
