package fleet

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

// secure serves h over TLS and returns a file with its authority.
func secure(t *testing.T, h http.Handler) (server *httptest.Server, caFile string) {
	t.Helper()
	server = httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	return server, caFile
}

func newAgent(t *testing.T, o Options) *Agent {
	t.Helper()
	if o.StateDir == "" {
		o.StateDir = t.TempDir()
	}
	if o.Borne == nil {
		o.Borne = &borne{}
	}
	if o.Cells == nil {
		o.Cells = &cells{epoch: "e1"}
	}
	a, err := New(o)
	must(t, err)
	return a
}

func TestEnrol(t *testing.T) {
	o := newOffice(time.Now)
	server, ca := secure(t, o)
	dir := t.TempDir()
	a := newAgent(t, Options{StateDir: dir, CAFile: ca})
	if _, ok := a.Identity(); ok || a.Status().Enrolled {
		t.Error("enrolled before it was")
	}
	if _, err := a.Flush(t.Context()); !errors.Is(err, kiosk.ErrNotEnrolled) {
		t.Errorf("Flush = %v, want ErrNotEnrolled", err)
	}
	if _, err := a.Enrol(t.Context(), server.URL, "0000-0000-0000"); !errors.Is(err, ErrWrongCode) {
		t.Errorf("wrong code: %v", err)
	}
	id, err := a.Enrol(t.Context(), server.URL+"/", o.code)
	must(t, err)
	if id.KioskID != "borne-1" || id.Site != "Nîmes" || id.Server != server.URL || len(id.BundleKeys) != 1 || id.Groups[0] != "gard" {
		t.Errorf("identity %+v", id)
	}
	key := a.credentials().key
	if printed := fmt.Sprintf("%v %+v", id, a.Status()); strings.Contains(printed, strings.Trim(fmt.Sprint([]byte(key[:8])), "[]")) {
		t.Errorf("the private key is printed: %s", printed)
	}
	if !o.enrolled[0].Equal(o.enrolled[1]) {
		t.Error("the second try had another key")
	}
	must(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	}))

	// After a restart it is still who it was, and is believed.
	log := &cells{epoch: "e1"}
	log.add(700)
	a = newAgent(t, Options{StateDir: dir, CAFile: ca, Cells: log})
	if n, err := a.Flush(t.Context()); err != nil || n != 700 {
		t.Errorf("Flush = %d, %v", n, err)
	}
	if again, ok := a.Identity(); !ok || again.KioskID != id.KioskID || again.Name != "Accueil" {
		t.Errorf("identity %+v", again)
	}

	// Enrolling again makes another key and forgets the first, once it worked.
	if _, err := a.Enrol(t.Context(), server.URL, "0000-0000-0000"); !errors.Is(err, ErrWrongCode) {
		t.Errorf("wrong code: %v", err)
	}
	if present, _ := a.Identity(); present.KioskID != "borne-1" {
		t.Errorf("a failed enrolment changed the identity: %+v", present)
	}
	id, err = a.Enrol(t.Context(), server.URL, o.code)
	must(t, err)
	if id.KioskID != "borne-2" || o.enrolled[len(o.enrolled)-1].Equal(o.enrolled[0]) {
		t.Errorf("enrolled again as %s with the same key", id.KioskID)
	}
	if keys, _ := filepath.Glob(filepath.Join(dir, "key-*")); len(keys) != 1 {
		t.Errorf("keys left: %v", keys)
	}
}

// A try whose answer is lost is repeated with the same key, also after a
// restart, so that the central office can recognise it.
func TestEnrolAnswerLost(t *testing.T) {
	o := newOffice(time.Now)
	lost := true
	server, ca := secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lost {
			o.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		o.ServeHTTP(w, r)
	}))
	dir := t.TempDir()
	if _, err := newAgent(t, Options{StateDir: dir, CAFile: ca}).Enrol(t.Context(), server.URL, o.code); !errors.Is(err, ErrUnreachable) {
		t.Fatalf("Enrol = %v", err)
	}
	lost = false
	id, err := newAgent(t, Options{StateDir: dir, CAFile: ca}).Enrol(t.Context(), server.URL, o.code)
	must(t, err)
	if id.KioskID != "borne-1" || len(o.keys) != 1 {
		t.Errorf("enrolled as %s, %d bornes known", id.KioskID, len(o.keys))
	}
}

func TestEnrolErrors(t *testing.T) {
	fixed := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Location", "https://portail.example/")
			w.WriteHeader(status)
			w.Write([]byte(body))
		}
	}
	const p = "application/problem+json"
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want error
	}{
		"unknown code":  {fixed(403, p, `{"detail":"unknown enrolment code"}`), ErrWrongCode},
		"malformed":     {fixed(422, p, `{}`), ErrWrongCode},
		"used":          {fixed(409, p, `{}`), ErrUsedCode},
		"expired":       {fixed(410, p, `{}`), ErrUsedCode},
		"too many":      {fixed(429, p, `{}`), ErrTooMany},
		"portal":        {fixed(302, "text/html", ""), ErrGarbage},
		"another site":  {fixed(404, "text/html", ""), ErrGarbage},
		"html":          {fixed(200, "text/html", "<html>"), ErrGarbage},
		"no identity":   {fixed(200, "application/json", "{}"), ErrGarbage},
		"path as id":    {fixed(200, "application/json", `{"kiosk_id":"../x"}`), ErrGarbage},
		"short key":     {fixed(200, "application/json", `{"kiosk_id":"b1","bundle_keys":["AAAA"]}`), ErrGarbage},
		"hung up":       {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrUnreachable},
		"cut mid-body":  {func(w http.ResponseWriter, _ *http.Request) { cutBody(w) }, ErrUnreachable},
		"endless reply": {func(w http.ResponseWriter, _ *http.Request) { endless(w) }, ErrGarbage},
	} {
		t.Run(name, func(t *testing.T) {
			server, ca := secure(t, c.h)
			dir := t.TempDir()
			_, err := newAgent(t, Options{StateDir: dir, CAFile: ca}).Enrol(t.Context(), server.URL, "7KQ2-M9XA-4TRB")
			if !errors.Is(err, c.want) {
				t.Errorf("Enrol = %v, want %v", err, c.want)
			}
			if _, err := os.Stat(filepath.Join(dir, identityFile)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("an identity was stored: %v", err)
			}
		})
	}
	t.Run("server error", func(t *testing.T) {
		server, ca := secure(t, fixed(500, p, `{"detail":"database is locked"}`))
		_, err := newAgent(t, Options{CAFile: ca}).Enrol(t.Context(), server.URL, "x")
		var s *StatusError
		if !errors.As(err, &s) || s.Status != 500 || !strings.Contains(err.Error(), "database is locked") {
			t.Errorf("Enrol = %v", err)
		}
	})
	t.Run("untrusted", func(t *testing.T) {
		server, _ := secure(t, newOffice(time.Now))
		_, err := newAgent(t, Options{}).Enrol(t.Context(), server.URL, "x")
		if !errors.Is(err, ErrUntrusted) || !strings.Contains(err.Error(), "BORNE_CA_FILE") {
			t.Errorf("Enrol = %v", err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		server := httptest.NewServer(nil)
		server.Close()
		_, err := newAgent(t, Options{}).Enrol(t.Context(), strings.Replace(server.URL, "http:", "https:", 1), "x")
		if !errors.Is(err, ErrUnreachable) {
			t.Errorf("Enrol = %v", err)
		}
	})
	for _, address := range []string{"", "bornes.example.fr", "http://bornes.example.fr", "https://", "https://u:p@bornes.example.fr",
		"https://bornes.example.fr/borne", "https://bornes.example.fr/?x=1", "ftp://x", "https://%zz"} {
		if _, err := newAgent(t, Options{}).Enrol(t.Context(), address, "x"); !errors.Is(err, ErrAddress) {
			t.Errorf("address %q: %v", address, err)
		}
	}
}

func cutBody(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	w.Write([]byte(`{"kiosk_id":"b1"`))
	panic(http.ErrAbortHandler)
}

func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	for {
		if _, err := w.Write([]byte(strings.Repeat(" ", 64<<10))); err != nil {
			return
		}
	}
}

// Run waits for an enrolment that comes while it runs.
func TestRunBeforeEnrolment(t *testing.T) {
	o := newOffice(time.Now)
	server, ca := secure(t, o)
	a := newAgent(t, Options{CAFile: ca})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	if _, err := a.Enrol(ctx, server.URL, o.code); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); o.checks() == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if o.checks() == 0 {
		t.Error("no check-in after the enrolment")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
}

func TestBrokenState(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"identity": {identityFile: "{"},
		"no key":   {identityFile: `{"server":"https://a.example","kiosk_id":"b1","key_file":"key-0.pem"}`},
		"outside":  {identityFile: `{"server":"https://a.example","kiosk_id":"b1","key_file":"../key"}`},
		"ledger":   {ledgerFile: "garbage"},
	} {
		dir := t.TempDir()
		for file, content := range files {
			must(t, os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600))
		}
		if _, err := New(Options{StateDir: dir, Borne: &borne{}, Cells: &cells{}}); err == nil {
			t.Errorf("%s: an agent was made", name)
		}
	}
	for name, o := range map[string]Options{
		"ca_file missing": {CAFile: "/nonexistent/ca.pem"},
		"ca_file empty":   {CAFile: os.DevNull},
		"proxy":           {Proxy: "squid:secret"},
	} {
		o.StateDir, o.Borne, o.Cells = t.TempDir(), &borne{}, &cells{}
		if _, err := New(o); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
