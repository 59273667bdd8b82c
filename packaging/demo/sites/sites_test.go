package sites_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/packaging/demo"
	"borne/packaging/demo/authority"
	"borne/packaging/demo/sites"
)

// world is the sites behind TLS, and the authority that signs for them.
type world struct {
	sites   *sites.Sites
	address string
	ca      *authority.Authority
}

func newWorld(t *testing.T) world {
	t.Helper()
	ca, err := authority.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sites.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(s)
	server.TLS = &tls.Config{GetCertificate: ca.GetCertificate}
	server.StartTLS()
	t.Cleanup(server.Close)
	return world{s, server.Listener.Addr().String(), ca}
}

// visitor is a client with cookies of its own that finds every name at the sites' address.
func (w world) visitor(t *testing.T) *visitor {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.ca.CertificatePEM())
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, w.address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{t, &http.Client{Transport: transport, Jar: jar, Timeout: 10 * time.Second}}
}

type visitor struct {
	t      *testing.T
	client *http.Client
}

// answer is a page as it came, after redirections.
type answer struct {
	status int
	url    string
	header http.Header
	body   string
}

func (v *visitor) get(address string) answer {
	v.t.Helper()
	response, err := v.client.Get(address)
	return v.read(response, err)
}

func (v *visitor) post(address string, values url.Values) answer {
	v.t.Helper()
	response, err := v.client.PostForm(address, values)
	return v.read(response, err)
}

func (v *visitor) upload(address, name string, content []byte, fields ...string) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("piece", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = part.Write(content) // a bytes.Buffer takes everything
	for _, f := range fields {
		_ = form.WriteField(f, "oui")
	}
	_ = form.Close()
	response, err := v.client.Post(address, form.FormDataContentType(), &body)
	return v.read(response, err)
}

func (v *visitor) read(response *http.Response, err error) answer {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Request.URL.String(), response.Header, string(body)}
}

// want fails unless the page was answered with that status, at that address, and holds each of the words.
func (v *visitor) want(a answer, status int, address string, words ...string) {
	v.t.Helper()
	if a.status != status || a.url != address {
		v.t.Fatalf("answer %d at %s, want %d at %s\n%s", a.status, a.url, status, address, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			v.t.Fatalf("%s lacks %q:\n%s", a.url, w, a.body)
		}
	}
}

func (v *visitor) login() answer {
	v.t.Helper()
	return v.post(demo.CafConnect.URL("/connexion"),
		url.Values{"numero": {sites.CafNumber}, "mot-de-passe": {sites.CafPassword}})
}

func TestCafDossierFromLoginToCertificate(t *testing.T) {
	v := newWorld(t).visitor(t)
	v.want(v.get(demo.Caf.URL("/")), 200, demo.Caf.URL("/"), "<title>Accueil de la Caf</title>", `id="banniere"`)
	v.want(v.get(demo.Caf.URL("/espace")), 200, demo.Caf.URL("/espace"), `id="inconnu"`)
	v.want(v.post(demo.CafConnect.URL("/connexion"), url.Values{"numero": {"7654321"}, "mot-de-passe": {"x"}}),
		422, demo.CafConnect.URL("/connexion"), `id="erreur"`, `value="7654321"`)
	v.want(v.login(), 200, demo.Caf.URL("/espace"), "Bonjour, Mme Exemple")

	v.want(v.post(demo.Caf.URL("/dossier/1"), nil), 422, demo.Caf.URL("/dossier/1"), "Choisissez votre situation")
	v.want(v.post(demo.Caf.URL("/dossier/1"), url.Values{"situation": {"couple"}}), 200, demo.Caf.URL("/dossier/2"))
	v.want(v.post(demo.Caf.URL("/dossier/2"), url.Values{"logement": {"locataire"}, "enfants": {"-1"}}),
		422, demo.Caf.URL("/dossier/2"), "de 0 à 20")
	v.want(v.post(demo.Caf.URL("/dossier/2"), url.Values{"logement": {"locataire"}, "enfants": {"2"}}),
		200, demo.Caf.URL("/dossier/3"))
	v.want(v.upload(demo.Caf.URL("/dossier/3"), `C:\Mes <documents>\facture.pdf`, []byte("%PDF-1.4 exemple")),
		200, demo.Caf.URL("/recapitulatif"), "Je vis en couple", "Je suis locataire", ">2<", "facture.pdf (16 octets)")
	v.want(v.post(demo.Caf.URL("/recapitulatif"), nil), 200, demo.Caf.URL("/envoye"), "Merci, Mme Exemple")

	document := v.get(demo.Caf.URL("/attestation.pdf"))
	if document.header.Get("Content-Type") != "application/pdf" ||
		!strings.HasPrefix(document.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("headers of the certificate: %v", document.header)
	}
	if !strings.Contains(document.body, "Je vis en couple") {
		t.Error("the certificate does not say what was declared")
	}
	v.want(v.post(demo.Caf.URL("/deconnexion"), nil), 200, demo.Caf.URL("/"))
	v.want(v.get(demo.Caf.URL("/recapitulatif")), 200, demo.CafConnect.URL("/connexion"))
}

func TestCafUploadRefusesWhatIsTooLargeAndCanWait(t *testing.T) {
	v := newWorld(t).visitor(t)
	v.login()
	v.want(v.upload(demo.Caf.URL("/dossier/3"), "photo.jpg", make([]byte, 10<<20)), 422, demo.Caf.URL("/dossier/3"), "trop lourd")
	v.want(v.upload(demo.Caf.URL("/dossier/3"), "", nil), 422, demo.Caf.URL("/dossier/3"), "Choisissez un document")
	v.want(v.upload(demo.Caf.URL("/dossier/3"), "", nil, "plus-tard"), 200, demo.Caf.URL("/recapitulatif"), "à fournir plus tard")
}

func TestVisitorsDoNotSeeEachOther(t *testing.T) {
	w := newWorld(t)
	first, second := w.visitor(t), w.visitor(t)
	first.login()
	first.post(demo.Caf.URL("/dossier/1"), url.Values{"situation": {"couple"}})
	second.want(second.get(demo.Caf.URL("/espace")), 200, demo.Caf.URL("/espace"), `id="inconnu"`)
	second.login()
	if page := second.get(demo.Caf.URL("/dossier/1")); strings.Contains(page.body, " checked") {
		t.Error("the second visitor saw the first one's answer")
	}
}

func TestTracesTellsCookiesThatScriptsCannotSee(t *testing.T) {
	v := newWorld(t).visitor(t)
	v.want(v.get(demo.Caf.URL("/traces")), 200, demo.Caf.URL("/traces"), `data-cookies="0"`)
	v.login()
	v.want(v.get(demo.Caf.URL("/traces")), 200, demo.Caf.URL("/traces"), `data-cookies="1"`)
}

func TestAmeliThroughFranceConnect(t *testing.T) {
	v := newWorld(t).visitor(t)
	v.want(v.get(demo.Ameli.URL("/")), 200, demo.Ameli.URL("/"), demo.CDN.URL("/static/style.css"), demo.CDN.URL("/static/cdn.js"))
	choice := v.get(demo.AmeliAccount.URL("/connexion"))
	asked, err := url.Parse(choice.url)
	if err != nil {
		t.Fatal(err)
	}
	v.want(choice, 200, demo.FranceConnect.URL("/autorisation?etat="+asked.Query().Get("etat")), `id="identite-impots"`)
	v.want(v.post(demo.FranceConnect.URL("/autorisation"), asked.Query()), 200, demo.AmeliAccount.URL("/"), "Bonjour, M. Exemple")
	if pdf := v.get(demo.AmeliAccount.URL("/attestation.pdf")); !strings.HasPrefix(pdf.body, "%PDF-") {
		t.Error("no certificate after the login")
	}
	again := demo.AmeliAccount.URL("/retour?code=x&etat=" + asked.Query().Get("etat"))
	v.want(v.get(again), 403, again, `id="refus"`)
}

func TestSupportingHostServesOtherOrigins(t *testing.T) {
	v := newWorld(t).visitor(t)
	for path, kind := range map[string]string{"style.css": "text/css", "cdn.js": "text/javascript", "carte.svg": "image/svg+xml"} {
		a := v.get(demo.CDN.URL("/static/" + path))
		if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), kind) || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d, %v", path, a.status, a.header)
		}
	}
	if a := v.get(demo.CDN.URL("/")); a.status != 404 {
		t.Errorf("the supporting host has a page: %d", a.status)
	}
}

func TestForbiddenIsSeenAndCounted(t *testing.T) {
	w := newWorld(t)
	v := w.visitor(t)
	v.want(v.get(demo.Forbidden.URL("/")), 200, demo.Forbidden.URL("/"), "Vous ne devriez pas voir ceci.")
	v.want(v.get("https://autre.borne.test/"), 200, "https://autre.borne.test/", "Vous ne devriez pas voir ceci.")
	v.want(v.get(demo.Impots.URL("/ailleurs")), 200, demo.Forbidden.URL("/"))
	var counts map[demo.Host]int
	if err := json.Unmarshal([]byte(v.get(demo.Forbidden.URL("/compteurs")).body), &counts); err != nil {
		t.Fatal(err)
	}
	if counts[demo.Forbidden] != 3 || counts[demo.Impots] != 1 || counts[demo.Collector] != 0 {
		t.Errorf("counters %v", counts)
	}
}

func TestPlainHTTPShowsTheForbiddenPage(t *testing.T) {
	s, err := sites.New()
	if err != nil {
		t.Fatal(err)
	}
	record := httptest.NewRecorder()
	s.ServeHTTP(record, httptest.NewRequest("GET", "http://"+string(demo.Caf)+"/", nil))
	if !strings.Contains(record.Body.String(), "Vous ne devriez pas voir ceci.") {
		t.Error("a site answered without TLS")
	}
}

func TestRetirementForm(t *testing.T) {
	v := newWorld(t).visitor(t)
	form := demo.InfoRetraite.URL("/estimation")
	for _, wrong := range []string{"", "62", "1899", "mille neuf cent"} {
		v.want(v.post(form, url.Values{"annee": {wrong}}), 422, form, "quatre chiffres")
	}
	v.want(v.post(form, url.Values{"annee": {" 1962 "}}), 200, form, "départ à 64 ans, en 2026")
	if text := v.get(demo.InfoRetraite.URL("/comprendre")); len(text.body) < 4000 {
		t.Errorf("the long text has %d bytes", len(text.body))
	}
}

// Every path that a page names must answer, or a visitor of the demonstration meets a dead end.
func TestEveryPageAnswers(t *testing.T) {
	v := newWorld(t).visitor(t)
	v.login()
	for host, paths := range map[demo.Host][]string{
		demo.Caf: {"/", "/espace", "/dossier/1", "/dossier/2", "/dossier/3", "/recapitulatif", "/envoye", "/traces",
			"/travailleur.js", "/marque.txt", "/static/style.css", "/static/traces.js", "/static/logo.svg"},
		demo.CafConnect:    {"/", "/connexion", "/static/style.css"},
		demo.Impots:        {"/", "/liens", "/notice", "/alertes", "/imprimer", "/plein-ecran", "/avis.pdf"},
		demo.InfoRetraite:  {"/", "/comprendre", "/estimation", "/releve.pdf"},
		demo.FranceConnect: {"/autorisation"},
		demo.Collector:     {"/mesure.js"},
	} {
		for _, path := range paths {
			if a := v.get(host.URL(path)); a.status != 200 {
				t.Errorf("%s%s: %d\n%s", host, path, a.status, a.body)
			}
		}
	}
	if a := v.get(demo.Caf.URL("/dossier/4")); a.status != 404 {
		t.Errorf("a step that does not exist: %d", a.status)
	}
	links := v.get(demo.Impots.URL("/liens"))
	if strings.Contains(links.body, "ZgotmplZ") {
		t.Error("a link was neutralised by the template engine")
	}
}

// TestSlow: a document takes its time, and a page none.
func TestSlow(t *testing.T) {
	s, err := sites.New()
	if err != nil {
		t.Fatal(err)
	}
	s.Slow(400 * time.Millisecond)
	took := func(url string) time.Duration {
		r := httptest.NewRequest(http.MethodGet, url, nil)
		r.TLS = &tls.ConnectionState{}
		w := httptest.NewRecorder()
		begin := time.Now()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("Content-Length") != "" && strconv.Itoa(w.Body.Len()) != w.Header().Get("Content-Length") {
			t.Errorf("%s: %d, %d bytes", url, w.Code, w.Body.Len())
		}
		return time.Since(begin)
	}
	if d := took(demo.Impots.URL("/avis.pdf")); d < 300*time.Millisecond {
		t.Errorf("the document took %v", d)
	}
	if d := took(demo.Impots.URL("/")); d > 300*time.Millisecond {
		t.Errorf("the page took %v", d)
	}
}
