package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"borne/admin/simulate"
	"borne/kiosk"
)

// troubled is a real borne-admin behind a proxy that ends TLS, as a house has it: one that can be killed and come back at
// another address, and a proxy that can say 503.
type troubled struct {
	t            *testing.T
	binary, data string
	front        *httptest.Server
	ca           string

	mu      sync.Mutex
	serve   *exec.Cmd
	backend atomic.Pointer[url.URL]
	// refusing answers 503 with Retry-After in place of the office; refused counts those answers, and early those who came
	// again before the time that they were told.
	refusing       atomic.Bool
	refused, early atomic.Int64
	checkIns       atomic.Int64
	told           sync.Map // address of a connection: when it may come again
}

// retryAfter is what the proxy asks for, in seconds.
const retryAfter = "2"

func startTroubled(t *testing.T) *troubled {
	t.Helper()
	dir := t.TempDir()
	o := &troubled{t: t, binary: filepath.Join(dir, "borne-admin"), data: filepath.Join(dir, "data"), ca: filepath.Join(dir, "ca.pem")}
	if out, err := exec.Command("go", "build", "-o", o.binary, "borne/cmd/borne-admin").CombinedOutput(); err != nil {
		t.Fatalf("build borne-admin: %v\n%s", err, out)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(o.backend.Load())
		r.Out.Host = r.In.Host
		r.SetXForwarded()
	}, ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
	o.front = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == kiosk.PathCheckIn {
			o.checkIns.Add(1)
		}
		if !o.refusing.Load() || !strings.HasPrefix(r.URL.Path, "/api/device/") {
			pass.ServeHTTP(w, r)
			return
		}
		// A borne signs each request with its id; what it is told holds for this kind of request.
		_, who, _ := strings.Cut(r.Header.Get("Signature-Input"), `keyid="`)
		who, _, _ = strings.Cut(who, `"`)
		if until, ok := o.told.Load(who + r.URL.Path); ok && time.Now().Before(until.(time.Time)) {
			o.early.Add(1)
		}
		o.told.Store(who+r.URL.Path, time.Now().Add(1900*time.Millisecond))
		o.refused.Add(1)
		w.Header().Set("Retry-After", retryAfter)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	o.front.EnableHTTP2 = true
	o.start()
	o.front.StartTLS()
	t.Cleanup(func() {
		o.front.Close()
		o.kill()
	})
	if err := os.WriteFile(o.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: o.front.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return o
}

// start starts the server; what it holds is what it held.
func (o *troubled) start() {
	serve := exec.Command(o.binary, "serve", "--data", o.data, "--listen", "127.0.0.1:0", "--listen-tls", "")
	journal, err := serve.StderrPipe()
	if err != nil {
		o.t.Error(err)
		return
	}
	if err := serve.Start(); err != nil {
		o.t.Error(err)
		return
	}
	o.mu.Lock()
	o.serve = serve
	o.mu.Unlock()
	u, err := url.Parse(addressIn(o.t, journal))
	if err != nil {
		o.t.Error(err)
		return
	}
	o.backend.Store(u)
}

// kill ends it as a power cut does.
func (o *troubled) kill() {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = o.serve.Process.Kill()
	_ = o.serve.Wait()
}

// TestSimulateThroughTrouble is bornectl simulate against a whole central office that is killed twice and comes back, and
// before which a proxy says for a while that it is too busy: every acknowledged cell is held once, and Retry-After heeded.
func TestSimulateThroughTrouble(t *testing.T) {
	o := startTroubled(t)
	out, err := exec.Command(o.binary, "token", "--operator", "administrateur@localhost", "--data", o.data).Output()
	if err != nil {
		t.Fatal(err)
	}
	over, end := context.WithCancel(t.Context())
	defer end()
	var trouble sync.WaitGroup
	trouble.Go(func() {
		wait := func(d time.Duration) {
			select {
			case <-time.After(d):
			case <-over.Done():
			}
		}
		until := func(n *atomic.Int64, least int64) {
			for n.Load() < least && over.Err() == nil {
				wait(20 * time.Millisecond)
			}
		}
		until(&o.checkIns, 25) // every borne is enrolled
		wait(time.Second)
		o.kill()
		wait(time.Second)
		o.start()
		wait(2 * time.Second)
		o.refusing.Store(true)
		until(&o.refused, 50) // most of them came again
		o.refusing.Store(false)
		o.kill() // when all may come again, and before all has been sent
		o.start()
	})
	var stdout, stderr bytes.Buffer
	a := &app{ctx: t.Context(), stdout: &stdout, stderr: &stderr}
	status := a.run([]string{"simulate", "--server", o.front.URL, "--token", strings.TrimSpace(string(out)), "--ca-file", o.ca, "--json",
		"--kiosks", "25", "--for", "20s", "--every", "1s", "--long-polls", "10", "--cells-per-day", "240"})
	end()
	trouble.Wait()
	var r simulate.Report
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("status %d, %v: %s%s", status, err, stdout.String(), stderr.String())
	}
	var words bytes.Buffer
	r.Write(&words)
	t.Logf("%d answers of 503, %d came again too early\n%s", o.refused.Load(), o.early.Load(), words.String())
	if status != exitDone || !r.Check.OK() || r.Check.Cells == 0 || r.Acknowledged != r.Closed || r.Closed < 25*100 {
		t.Errorf("status %d, %d of %d cells acknowledged, check %+v", status, r.Acknowledged, r.Closed, r.Check)
	}
	if len(r.Errors) == 0 || o.refused.Load() < 25 {
		t.Errorf("no trouble: errors %v, %d answers of 503", r.Errors, o.refused.Load())
	}
	if o.early.Load() > 0 {
		t.Errorf("%d of %d requests came before the time that Retry-After says", o.early.Load(), o.refused.Load())
	}
}
