package egress

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"

	"golang.org/x/sys/unix"
)

// streams is a pair of connected sockets, as borned and the process have.
func streams(t testing.TB) (ours, theirs net.Conn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	conn := func(fd int) net.Conn {
		f := os.NewFile(uintptr(fd), "control")
		defer f.Close()
		c, err := net.FileConn(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(20 * time.Second))
		return c
	}
	return conn(fds[0]), conn(fds[1])
}

func testRules() (kiosk.Catalogue, kiosk.Policy) {
	verified := func(h string) []kiosk.HostRule { return []kiosk.HostRule{{Host: h, Verified: "2026-01-15"}} }
	return kiosk.Catalogue{Services: []kiosk.Service{{ID: "caf", Start: "https://" + host + "/",
		Navigable: verified("*.caf.test"), Supporting: verified("cdn.static.test")}}}, kiosk.Policy{Collectors: verified("stats.caf.test")}
}

// workshop is a harness whose proxy is a worker at the end of a stream.
type workshop struct {
	*harness
	control net.Conn
	ended   chan error

	mu     sync.Mutex
	states []UpstreamState
}

func startWorker(t testing.TB, site string) *workshop {
	t.Helper()
	return startWorkerWith(t, site, Options{})
}

func startWorkerWith(t testing.TB, site string, o Options) *workshop {
	t.Helper()
	h := &harness{site: site, refusals: make(chan Refusal, 4096)}
	h.answers = append(h.answers, addresses("11.20.30.40"))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.address, h.listener = l.Addr().String(), l
	ours, theirs := streams(t)
	w := &workshop{harness: h, control: ours, ended: make(chan error, 1)}
	o.Resolver, o.Dial = h, h.dial
	go func() { w.ended <- Work(context.Background(), theirs, l, o) }()
	t.Cleanup(func() {
		ours.Close()
		w.wait(t)
	})
	return w
}

// wait returns what Work returned.
func (w *workshop) wait(t testing.TB) error {
	select {
	case err := <-w.ended:
		w.ended <- err
		return err
	case <-time.After(10 * time.Second):
		t.Error("the worker does not end")
		return nil
	}
}

func (w *workshop) attach(t testing.TB, s Setup) *Remote {
	t.Helper()
	s.Catalogue, s.Policy = testRules()
	r, err := Attach(t.Context(), w.control, s, Told{Refused: func(r Refusal) { w.refusals <- r }, Upstream: func(s UpstreamState) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.states = append(w.states, s)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *workshop) asked(t testing.TB, raw string) (status int, reason string) {
	t.Helper()
	method, _, _ := strings.Cut(raw, " ")
	r := ask(t, w.open(t), raw, method)
	return r.StatusCode, r.Header.Get("X-Borne-Reason")
}

// A visit's whole life: denied, opened, widened, denied again with its tunnels
// dropped, stopped.
func TestWorkerFollowsTheVisit(t *testing.T) {
	cert, pool := certificate(t)
	w := startWorker(t, echoSite(t, cert))
	r := w.attach(t, Setup{})
	want := func(name string, reason allowlist.Reason) {
		t.Helper()
		if _, got := w.asked(t, connectTo(name)); got != string(reason) {
			t.Fatalf("%s: %q, want %q", name, got, reason)
		}
		if reason != "" {
			if told := w.refusal(t); told.Reason != reason || told.Host != name {
				t.Fatalf("told %+v", told)
			}
		}
	}
	want(host, allowlist.NoSession)
	if err := r.Open(t.Context(), Visit{Language: kiosk.Russian}); err != nil {
		t.Fatal(err)
	}
	want(host, "")
	want("added.test", allowlist.HostNotListed)
	want("stats.caf.test", allowlist.Collector)
	if err := r.Open(t.Context(), Visit{Language: kiosk.Russian, Hosts: []string{"added.test"}}); err != nil {
		t.Fatal(err)
	}
	want("added.test", "")
	if err := r.Open(t.Context(), Visit{Hosts: []string{"stats.caf.test"}}); err == nil || strings.Contains(err.Error(), "stats") {
		t.Fatalf("a collector was added: %v", err)
	}
	c := tls.Client(w.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	if err := r.Deny(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("a tunnel outlives the visit: %v", err)
	}
	want(host, allowlist.NoSession)
	if err := r.Open(t.Context(), Visit{}); err != nil {
		t.Fatal(err)
	}
	want("added.test", allowlist.HostNotListed) // it was one visit's
	stats, err := r.Stop(t.Context())
	if err != nil || stats.Tunnels != 1 || stats.Refused[allowlist.NoSession] != 2 {
		t.Fatalf("%+v, %v", stats, err)
	}
}

// The stream is the dead-man switch: without it nothing is served.
func TestWorkerEndsWithItsStream(t *testing.T) {
	for name, end := range map[string]func(*workshop){
		"closed": func(w *workshop) { w.control.Close() },
		"closed, words unread": func(w *workshop) {
			w.open(t).Write([]byte(connectTo("evil.test")))
			w.control.Close()
		},
		"not JSON":             func(w *workshop) { w.control.Write([]byte("\x00\x00\x00\x04nope")) },
		"too long":             func(w *workshop) { w.control.Write([]byte("\xff\xff\xff\xff")) },
		"empty":                func(w *workshop) { w.control.Write([]byte{0, 0, 0, 0}) },
		"unknown field":        func(w *workshop) { w.frame(`{"number":99,"visit":{},"more":1}`) },
		"two orders":           func(w *workshop) { w.frame(`{"number":99,"visit":{},"deny":true}`) },
		"no order":             func(w *workshop) { w.frame(`{"number":99}`) },
		"a second setup":       func(w *workshop) { w.frame(`{"number":99,"setup":{"catalogue":{},"policy":{},"limits":{}}}`) },
		"a number again":       func(w *workshop) { w.frame(`{"number":1,"deny":true}`) },
		"something after":      func(w *workshop) { w.frame(`{"number":99,"deny":true}{}`) },
		"half a frame, closed": func(w *workshop) { w.control.Write([]byte{0, 0, 0, 9, '{'}); w.control.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			cert, pool := certificate(t)
			w := startWorker(t, echoSite(t, cert))
			r := w.attach(t, Setup{})
			if err := r.Open(t.Context(), Visit{}); err != nil {
				t.Fatal(err)
			}
			c := tls.Client(w.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
			if err := c.Handshake(); err != nil {
				t.Fatal(err)
			}
			end(w)
			if err := w.wait(t); (err == nil) != strings.HasPrefix(name, "closed") {
				t.Errorf("Work: %v", err)
			}
			if _, err := c.Read(make([]byte, 1)); err == nil || isTimeout(err) {
				t.Errorf("its tunnel: %v", err)
			}
			if _, err := w.listener.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("it listens: %v", err)
			}
			<-r.Done()
			if err := r.Open(t.Context(), Visit{}); !errors.Is(err, ErrWorkerGone) {
				t.Errorf("an order to nobody: %v", err)
			}
		})
	}
}

func (w *workshop) frame(body string) {
	w.control.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
}

// A process that takes another's place lets the visit go on from the first
// connection, and one whose visit is none refuses to serve.
func TestWorkerTakesOver(t *testing.T) {
	cert, pool := certificate(t)
	w := startWorker(t, echoSite(t, cert))
	w.attach(t, Setup{Visit: &Visit{Hosts: []string{"evil.test"}}})
	c := tls.Client(w.tunnelTo(t, "evil.test"), &tls.Config{ServerName: "evil.test", RootCAs: pool})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	bad := startWorker(t, "127.0.0.1:1")
	s := Setup{Visit: &Visit{Hosts: []string{"*.test"}}}
	s.Catalogue, s.Policy = testRules()
	if _, err := Attach(t.Context(), bad.control, s, Told{}); err == nil {
		t.Fatal("it serves a visit that is none")
	}
}

// A visit before the setup is no order.
func TestWorkerWantsItsSetupFirst(t *testing.T) {
	w := startWorker(t, "127.0.0.1:1")
	w.frame(`{"number":1,"visit":{}}`)
	if err := w.wait(t); !errors.Is(err, errFrame) {
		t.Fatal(err)
	}
}

func TestSetupIsRefused(t *testing.T) {
	c, p := testRules()
	bad := c
	bad.Services = append([]kiosk.Service{{ID: "x", Start: "http://127.0.0.1/"}}, c.Services...)
	for name, s := range map[string]Setup{
		"rules":  {Catalogue: bad, Policy: p},
		"parent": {Catalogue: c, Policy: p, Upstream: "socks5://borne:geheim@proxy.test"},
		"escape": {Catalogue: c, Policy: p, Upstream: "http://borne:geheim%zz@proxy.test"},
	} {
		w := startWorker(t, "127.0.0.1:1")
		if _, err := Attach(t.Context(), w.control, s, Told{}); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A process that says something else than words is not listened to.
func TestRemoteDistrustsTheProcess(t *testing.T) {
	for name, said := range map[string]string{
		"not JSON": "nope", "a refusal and an answer": `{"done":1,"refused":{"reason":"port"}}`, "nothing": `{}`,
		"a state that is none": `{"upstream":"<script>"}`, "a fault of nothing": `{"fault":"x","refused":{"reason":"port"}}`,
		"too long": `{"refused":{"reason":"port","host":"` + strings.Repeat("a", maxWordBytes) + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := streams(t)
			go func() {
				var o order
				readFrame(theirs, &o, maxOrderBytes)
				theirs.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(said))), said...))
				io.Copy(io.Discard, theirs)
			}()
			if _, err := Attach(t.Context(), ours, Setup{}, Told{}); !errors.Is(err, ErrWorkerGone) {
				t.Fatal(err)
			}
			if _, err := ours.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
				t.Errorf("its stream is open: %v", err)
			}
		})
	}
}

// An order does not wait for ever, and leaves no half frame behind.
func TestOrderWithoutAnswer(t *testing.T) {
	ours, theirs := streams(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	came := make(chan error, 1)
	go func() {
		var o order
		err := readFrame(theirs, &o, maxOrderBytes)
		cancel() // nobody answers what was read
		came <- err
	}()
	// Or, where the other end read faster than we heard that all is written, one that could not be written.
	if _, err := Attach(ctx, ours, Setup{}, Told{}); !errors.Is(err, context.Canceled) && !errors.Is(err, ErrWorkerGone) {
		t.Fatal(err)
	}
	if err := <-came; err != nil {
		t.Error(err)
	}
	if b, err := io.ReadAll(theirs); err != nil || len(b) > 0 {
		t.Errorf("after the order comes %q, %v", b, err)
	}
}

// More refusals than anybody reads must not stop the worker.
func TestRefusalsDoNotBlock(t *testing.T) {
	ours, theirs := streams(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- Work(context.Background(), theirs, l, Options{}) }()
	c, p := testRules()
	if err := writeFrame(ours, order{Number: 1, Setup: &Setup{Catalogue: c, Policy: p}}, maxOrderBytes); err != nil {
		t.Fatal(err)
	}
	for range 4 * wordsWaiting {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.Write([]byte(connectTo(host)))
		if b, err := io.ReadAll(conn); err != nil || !strings.Contains(string(b), "no-session") {
			t.Fatalf("%q, %v", b, err)
		}
		conn.Close()
	}
	ours.Close()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// The visitor's answer to a plain HTTP request is a page in their language.
func TestRefusalPage(t *testing.T) {
	w := startWorker(t, "127.0.0.1:1")
	r := w.attach(t, Setup{})
	get := func(target, more string) (*http.Response, string) {
		response := ask(t, w.open(t), "GET "+target+" HTTP/1.1\r\nHost: x\r\n"+more+"\r\n", "GET")
		b, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response, string(b)
	}
	for l, words := range map[kiosk.Language]string{kiosk.French: "Cette page ne s’ouvre pas ici", kiosk.English: "This page does not open here",
		kiosk.Ukrainian: "Ця сторінка", kiosk.Russian: "Эта страница", kiosk.Arabic: "هذه الصفحة", "xx": "Cette page", "": "Cette page"} {
		if err := r.Open(t.Context(), Visit{Language: l}); err != nil {
			t.Fatal(err)
		}
		response, body := get("http://evil.test/<script>?x", "Upgrade-Insecure-Requests: 1\r\n")
		if response.StatusCode != http.StatusForbidden || !strings.Contains(body, "<h1>"+words) || strings.Contains(body, "evil") ||
			strings.Contains(body, "<script") || strings.Contains(body, "{NEXT}") || strings.Contains(body, "*") || strings.Count(body, "<b>") != 3 ||
			!strings.HasPrefix(response.Header.Get("Content-Type"), "text/html; charset=utf-8") || response.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %s %v %s", l, response.Status, response.Header, body)
		}
		if told := w.refusal(t); told.Reason != allowlist.HostNotListed || !told.Page || told.Host != "evil.test" {
			t.Errorf("told %+v", told)
		}
	}
	if err := r.Open(t.Context(), Visit{Language: kiosk.French}); err != nil {
		t.Fatal(err)
	}
	if _, body := get("http://cdn.static.test/", ""); !strings.Contains(body, "n’est pas protégée") {
		t.Error(body)
	}
	if told := w.refusal(t); told.Page || told.Reason != allowlist.Scheme {
		t.Errorf("a part of a page: %+v", told)
	}
	for name, text := range pageTexts {
		for _, l := range kiosk.Languages() {
			if text[l] == "" {
				t.Errorf("%s has no %s", name, l)
			}
		}
	}
}

// A service says whether its http address is sent on.
func TestPlainHTTPOfAService(t *testing.T) {
	w := startWorker(t, "127.0.0.1:1")
	c, p := testRules()
	c.Services[0].PlainHTTP = kiosk.PlainHTTPRefuse
	r, err := Attach(t.Context(), w.control, Setup{Catalogue: c, Policy: p}, Told{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Open(t.Context(), Visit{}); err != nil {
		t.Fatal(err)
	}
	if status, reason := w.asked(t, "GET http://"+host+"/ HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); status != http.StatusForbidden || reason != string(allowlist.Scheme) {
		t.Fatal(status, reason)
	}
}

// What goes over the stream is what the rules are made of, and no more.
func TestOnlyRulesAreSent(t *testing.T) {
	known := map[string]bool{"ID": true, "Start": true, "Navigable": true, "Supporting": true, "Groups": true, "PlainHTTP": true}
	screen := map[string]bool{"Theme": true, "Name": true, "Operator": true, "Tasks": true, "Needs": true, "Minutes": true, "OwnPhone": true, "Synonyms": true}
	for f := range reflect.TypeFor[kiosk.Service]().Fields() {
		if !known[f.Name] && !screen[f.Name] {
			t.Errorf("field %s of a service: is it a rule? Then rulesOf must send it", f.Name)
		}
	}
}
