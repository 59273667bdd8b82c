package pac

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

// house's server of the file.
type server struct {
	script string
	status int
	err    error
	asked  int
}

func (s *server) RoundTrip(*http.Request) (*http.Response, error) {
	s.asked++
	if s.err != nil {
		return nil, s.err
	}
	return &http.Response{StatusCode: s.status, Status: http.StatusText(s.status), Body: io.NopCloser(strings.NewReader(s.script))}, nil
}

// inProcess evaluates without a unit around it.
func inProcess(_ context.Context, q Question) ([]Way, error) {
	r := evaluate(q)
	if r.Answer == "" {
		return nil, FaultError(r.Fault + r.Wants)
	}
	return ParseAnswer(r.Answer)
}

func script(answer string) string {
	return `function FindProxyForURL(url, host) { return "` + answer + `" }`
}

// TestSource follows a file through what happens to it: the last good one stays,
// and what is wrong is told with what to write instead.
func TestSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := &server{script: script("PROXY a:1; DIRECT"), status: http.StatusOK}
		a, err := ParseAddress("pac+https://u:geheim@web.exemple.fr/p.pac")
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Address: a, Keep: filepath.Join(t.TempDir(), "pac.json"), Fetch: web, Evaluate: inProcess, Setting: "BORNE_PROXY in /etc/borne/borned.env"}
		s := New(o)
		office, _ := url.Parse("https://bornes.exemple.fr/api?x")
		want := func(step, ways string, level kiosk.Level, words ...string) {
			t.Helper()
			all, err := s.Proxies(t.Context(), office)
			got := ""
			for _, u := range all {
				if u == nil {
					got += "direct "
				} else {
					got += u.String() + " "
				}
			}
			if strings.TrimSpace(got) != ways || (err != nil) != (ways == "") {
				t.Errorf("%s: %q, %v; want %q", step, got, err, ways)
			}
			f := s.Fact("proxy-file")
			for _, w := range words {
				if !strings.Contains(f.Detail, w) {
					t.Errorf("%s: %q does not say %q", step, f.Detail, w)
				}
			}
			if f.Level != level || strings.Contains(f.Detail, "geheim") {
				t.Errorf("%s: %+v", step, f)
			}
		}
		const first = "http://u:geheim@a:1 direct"
		want("at first", first, kiosk.LevelOK, "web.exemple.fr/p.pac says")
		web.script = script("PROXY b:1")
		want("held", first, kiosk.LevelOK)
		if web.asked != 1 {
			t.Errorf("asked %d times", web.asked)
		}
		time.Sleep(refreshEvery + time.Minute)
		want("refreshed", "http://u:geheim@b:1", kiosk.LevelOK)
		web.script = script("PROXY c:1")
		s.Failed()
		time.Sleep(retryEvery)
		want("refreshed after a failure", "http://u:geheim@c:1", kiosk.LevelOK)
		for step, bad := range map[string]server{"a captive portal": {script: "<html>", status: 200}, "an error": {status: 503}, "no network": {err: errors.New("no route\nto host")},
			"empty": {status: 200}, "a script that fails": {script: script("SOCKS4 a:1"), status: 200}, "too large": {script: strings.Repeat(" ", MaxScriptBytes+1), status: 200}} {
			*web = bad
			time.Sleep(refreshEvery + time.Minute)
			want(step, "http://u:geheim@c:1", kiosk.LevelWarn, "cannot be used", "stays in use", "BORNE_PROXY in /etc/borne/borned.env, as http://proxy.example:3128")
			s = New(o)
			want(step+", after a restart", "http://u:geheim@c:1", kiosk.LevelWarn, "stays in use")
		}
		*web = server{script: script("PROXY c:1"), status: 200}
		time.Sleep(retryEvery)
		s.Failed()
		want("good again", "http://u:geheim@c:1", kiosk.LevelOK)
		if info, err := os.Stat(o.Keep); err != nil || info.Mode().Perm() != 0o600 {
			t.Error(info, err)
		}
		o.Address, _ = ParseAddress("pac+https://other.exemple.fr/p.pac")
		*web = server{status: 404}
		s = New(o)
		want("another address", "", kiosk.LevelFail, "cannot be used", "write the proxy itself")
		asked := web.asked
		want("not asked at once again", "", kiosk.LevelFail)
		if web.asked != asked {
			t.Error("a server that fails is asked at once again")
		}
	})
}

// TestFile reads a file of the machine.
func TestFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "proxy.pac")
	s := New(Options{Address: Address{File: file}, Evaluate: inProcess})
	if ways, err := s.Ways(t.Context(), "a.fr"); err == nil || ways != nil {
		t.Error(ways, err)
	}
	if err := os.WriteFile(file, []byte(script("HTTPS p.fr")), 0o600); err != nil {
		t.Fatal(err)
	}
	s = New(Options{Address: Address{File: file}, Evaluate: inProcess})
	if ways, err := s.Ways(t.Context(), "a.fr"); err != nil || len(ways) != 1 || ways[0] != (Way{Scheme: "https", Host: "p.fr:443"}) {
		t.Error(ways, err)
	}
}
