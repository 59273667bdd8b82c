package egress

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/practice"
)

// practising is a worker with practice pages, its identity, and who trusts it.
func practising(t testing.TB, site string, pages http.Handler) (*workshop, *Identity, *x509.CertPool) {
	t.Helper()
	i, err := practice.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	authority, err := x509.ParseCertificate(i.Authority)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	w := startWorkerWith(t, site, Options{Practice: func(l kiosk.Language) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Language", string(l))
			pages.ServeHTTP(w, r)
		})
	}})
	return w, &Identity{i.Certificate, i.Key}, pool
}

// echo answers with what was sent.
func echo(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }

// While somebody practises there is one host, which the proxy answers for by
// itself: nothing is looked up or dialled, and nothing else is reached. Before
// and after, that host is none.
func TestPracticeIsAllThereIs(t *testing.T) {
	cert, pool := certificate(t)
	w, identity, authority := practising(t, echoSite(t, cert), http.HandlerFunc(echo))
	r := w.attach(t, Setup{Practice: identity})
	refused := func(raw string, reason allowlist.Reason) {
		t.Helper()
		if _, got := w.asked(t, raw); got != string(reason) {
			t.Fatalf("%q: %q, want %q", raw, got, reason)
		}
		if told := w.refusal(t); told.Reason != reason {
			t.Fatalf("%q: told %+v", raw, told)
		}
	}
	open := func(v Visit) {
		t.Helper()
		if err := r.Open(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	secure := func(name string, pool *x509.CertPool) *tls.Conn {
		t.Helper()
		c := tls.Client(w.tunnelTo(t, name), &tls.Config{ServerName: name, RootCAs: pool})
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	dropped := func(what string, c net.Conn) {
		t.Helper()
		if _, err := c.Read(make([]byte, 1)); err == nil || isTimeout(err) {
			t.Fatalf("%s outlives it: %v", what, err)
		}
	}
	refused(connectTo(kiosk.PracticeHost), allowlist.NoSession)
	open(Visit{})
	refused(connectTo(kiosk.PracticeHost), allowlist.HostNotListed)
	site := secure(host, pool)
	dials := len(w.dialled)

	open(Visit{Practice: true, Language: kiosk.English, Hosts: []string{"added.test"}})
	dropped("a site's tunnel", site)
	for raw, reason := range map[string]allowlist.Reason{
		connectTo(host): allowlist.HostNotListed, connectTo("added.test"): allowlist.HostNotListed, connectTo("cdn.static.test"): allowlist.HostNotListed,
		connectTo("www." + kiosk.PracticeHost):                                                        allowlist.HostNotListed,
		strings.ReplaceAll(connectTo(kiosk.PracticeHost), ":443", ":8443"):                            allowlist.Port,
		connectTo("127.0.0.1"):                                                                        allowlist.IPLiteral,
		"GET http://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n":                             allowlist.HostNotListed,
		"GET http://" + kiosk.PracticeHost + "/ HTTP/1.1\r\nHost: " + kiosk.PracticeHost + "\r\n\r\n": allowlist.Scheme,
	} {
		refused(raw, reason)
	}
	c := secure(kiosk.PracticeHost, authority)
	for range 2 { // one connection, several requests
		request := "POST /x HTTP/1.1\r\nHost: " + kiosk.PracticeHost + "\r\nContent-Length: 5\r\n\r\nhello"
		response := ask(t, c, request, "POST")
		b, err := io.ReadAll(response.Body)
		if err != nil || string(b) != "hello" || response.Header.Get("Content-Language") != "en" {
			t.Fatalf("%v %q %v", response.Header, b, err)
		}
	}
	if len(w.dialled) != dials || len(w.lookups) != dials {
		t.Errorf("practice looked up %v and dialled %v", w.lookups, w.dialled)
	}
	open(Visit{Practice: true, Language: kiosk.French})
	open(Visit{})
	dropped("a practice page", c)
	refused(connectTo(kiosk.PracticeHost), allowlist.HostNotListed)
	secure(host, pool)

	open(Visit{Practice: true})
	c = secure(kiosk.PracticeHost, authority)
	if err := r.Deny(t.Context()); err != nil {
		t.Fatal(err)
	}
	dropped("a practice page", c)
	refused(connectTo(kiosk.PracticeHost), allowlist.NoSession)
}

// The end of the visit does not wait for a request that lasts.
func TestPracticeEndsWithTheVisit(t *testing.T) {
	w, identity, authority := practising(t, "127.0.0.1:1", http.HandlerFunc(echo))
	w.attach(t, Setup{Practice: identity, Visit: &Visit{Practice: true}}) // in another process's place
	c := tls.Client(w.tunnelTo(t, kiosk.PracticeHost), &tls.Config{ServerName: kiosk.PracticeHost, RootCAs: authority})
	if _, err := c.Write([]byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx")); err != nil {
		t.Fatal(err)
	}
	idle := w.tunnelTo(t, kiosk.PracticeHost)
	w.control.Close()
	if err := w.wait(t); err != nil {
		t.Fatal(err)
	}
	for _, conn := range []net.Conn{c, idle} {
		if _, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
			t.Errorf("it goes on: %v", err)
		}
	}
}

// What is sent in the tunnel may come with the CONNECT, in parts, and be none
// of TLS.
func TestPracticeTunnel(t *testing.T) {
	w, identity, authority := practising(t, "127.0.0.1:1", http.HandlerFunc(echo))
	w.attach(t, Setup{Practice: identity, Visit: &Visit{Practice: true}, Limits: Limits{HandshakeTimeout: 3 * time.Second}})
	conn := &joined{TCPConn: w.open(t), first: []byte(connectTo(kiosk.PracticeHost))}
	c := tls.Client(conn, &tls.Config{ServerName: kiosk.PracticeHost, RootCAs: authority})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x00\x01\x00", strings.Repeat("\x00", 70_000)} {
		conn := w.tunnelTo(t, kiosk.PracticeHost)
		conn.Write([]byte(raw))
		if b, err := io.ReadAll(conn); err != nil && isTimeout(err) || strings.Contains(string(b), "HTTP") {
			t.Errorf("%.10q: %q, %v", raw, b, err)
		}
	}
	none := startWorker(t, "127.0.0.1:1")
	none.attach(t, Setup{Visit: &Visit{Practice: true}})
	if status, _ := none.asked(t, connectTo(kiosk.PracticeHost)); status != http.StatusBadGateway {
		t.Errorf("without pages: %d", status)
	}
}

// joined sends the first bytes together with what follows, and takes the
// answer to them off.
type joined struct {
	*net.TCPConn
	first []byte
	from  *bufio.Reader
}

func (j *joined) Write(b []byte) (int, error) {
	_, err := j.TCPConn.Write(append(j.first, b...))
	j.first = nil
	return len(b), err
}

func (j *joined) Read(b []byte) (int, error) {
	if j.from == nil {
		j.from = bufio.NewReader(j.TCPConn)
		if r, err := http.ReadResponse(j.from, &http.Request{Method: "CONNECT"}); err != nil || r.StatusCode != http.StatusOK {
			return 0, errors.Join(errors.New("no tunnel"), err)
		}
	}
	return j.from.Read(b)
}

// What is no identity is not taken, and not told of.
func TestPracticeIdentityIsRefused(t *testing.T) {
	w, identity, _ := practising(t, "127.0.0.1:1", http.HandlerFunc(echo))
	_, key, _ := practising(t, "127.0.0.1:1", http.HandlerFunc(echo))
	s := Setup{Practice: &Identity{Certificate: identity.Certificate, Key: []byte("geheim")}}
	s.Catalogue, s.Policy = testRules()
	if _, err := Attach(t.Context(), w.control, s, Told{}); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Error(err)
	}
	if err := New(Options{}).setIdentity(&Identity{Certificate: []byte("x"), Key: key.Key}); err == nil {
		t.Error("a certificate that is none was taken")
	}
}

// The authority that a browser trusts for the pages signs for nothing else, at
// any date.
func TestPracticeAuthority(t *testing.T) {
	i, err := practice.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(i.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := x509.ParseCertificate(i.Authority)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	for _, year := range []int{2001, 2026, 2090} {
		at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: kiosk.PracticeHost, Roots: pool, CurrentTime: at}); err != nil {
			t.Error(err)
		}
	}
	if !authority.PermittedDNSDomainsCritical || len(authority.PermittedDNSDomains) != 1 || !authority.MaxPathLenZero || leaf.IsCA {
		t.Errorf("%+v", authority)
	}
}

// FuzzOnlyPractice: no spelling of another target is let through.
func FuzzOnlyPractice(f *testing.F) {
	for _, s := range []string{kiosk.PracticeStart, kiosk.PracticeHost + ":443", "https://www.caf.fr/", kiosk.PracticeHost + ".:443", "x@" + kiosk.PracticeHost, "https://127.0.0.1/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		target, reason := allowlist.ParseTarget(s)
		if reason != "" {
			return
		}
		d := onlyPractice{}.Decide(target)
		if d.Allowed() != (target.Host == kiosk.PracticeHost && target.Port == 443) || !d.Allowed() && d.Reason == "" {
			t.Errorf("%q: %+v", s, d)
		}
	})
}
