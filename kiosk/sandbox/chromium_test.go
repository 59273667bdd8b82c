package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

const chromium = "/usr/lib/chromium/chromium"

// startScreen runs an X server in memory that asks for a cookie, and returns
// the authority file that holds it.
func startScreen(t testing.TB) (authority []byte) {
	t.Helper()
	const file = "/root/xauthority"
	cookie := strings.Repeat("5a", 16)
	if out, err := exec.Command("xauth", "-f", file, "add", ":7", ".", cookie).CombinedOutput(); err != nil {
		t.Fatalf("xauth: %v: %s", err, out)
	}
	x := exec.Command("Xvfb", ":7", "-auth", file, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
	x.Stderr = os.Stderr
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Process.Kill(); x.Wait(); os.Remove("/tmp/.X7-lock"); os.Remove("/tmp/.X11-unix/X7") })
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat("/tmp/.X11-unix/X7"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the X server did not start")
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func chromiumSpec(authority []byte) Spec {
	return Spec{
		Arguments: []string{chromium, "--remote-debugging-pipe", "--user-data-dir=" + ProfileDir, "--kiosk", "--no-first-run",
			"--disable-gpu", "--disable-background-networking", "--disable-component-update", "--password-store=basic",
			"--ozone-platform=x11", "--window-position=0,96", "--window-size=1280,704", "--disable-breakpad", "--disable-crash-reporter",
			"--proxy-server=http://" + ProxyAddress, "--proxy-bypass-list=<-loopback>", "about:blank"},
		Environment: []string{"DISPLAY=:7", "HOME=" + StorageDir, "LANG=C.UTF-8", "PATH=/usr/bin:/bin"},
		XAuthority:  authority,
	}
}

// pipe is the least of a DevTools client: one call at a time, events skipped.
type pipe struct {
	t  testing.TB
	u  *Unit
	r  *bufio.Reader
	id int
}

func newPipe(t testing.TB, u *Unit) *pipe {
	u.Control.SetDeadline(time.Now().Add(30 * time.Second))
	return &pipe{t: t, u: u, r: bufio.NewReader(u.Control)}
}

func (p *pipe) call(session, method string, params, result any) {
	p.t.Helper()
	p.id++
	b, err := json.Marshal(map[string]any{"id": p.id, "sessionId": session, "method": method, "params": params})
	if err != nil {
		p.t.Fatal(err)
	}
	if session == "" {
		b, _ = json.Marshal(map[string]any{"id": p.id, "method": method, "params": params})
	}
	if _, err := p.u.Control.Write(append(b, 0)); err != nil {
		p.t.Fatal(err)
	}
	for {
		b, err := p.r.ReadBytes(0)
		if err != nil {
			p.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  json.RawMessage
		}
		if err := json.Unmarshal(b[:len(b)-1], &answer); err != nil {
			p.t.Fatal(err)
		}
		if answer.ID != p.id {
			continue
		}
		if answer.Error != nil {
			p.t.Fatalf("%s: %s", method, answer.Error)
		}
		if result != nil {
			if err := json.Unmarshal(answer.Result, result); err != nil {
				p.t.Fatal(err)
			}
		}
		return
	}
}

// page attaches to the page that is at url.
func (p *pipe) page(url string) (session string) {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var targets struct {
			TargetInfos []struct{ TargetID, Type, URL string }
		}
		p.call("", "Target.getTargets", map[string]any{}, &targets)
		for _, i := range targets.TargetInfos {
			if i.Type == "page" && strings.HasPrefix(i.URL, url) {
				var attached struct{ SessionID string }
				p.call("", "Target.attachToTarget", map[string]any{"targetId": i.TargetID, "flatten": true}, &attached)
				return attached.SessionID
			}
		}
	}
	p.t.Fatal("there is no such page")
	return ""
}

func (p *pipe) evaluate(session, expression string) string {
	p.t.Helper()
	var r struct{ Result struct{ Value any } }
	p.call(session, "Runtime.evaluate", map[string]any{"expression": expression}, &r)
	return fmt.Sprint(r.Result.Value)
}

// Chromium must bear every restriction with its own sandbox on.
func TestChromiumKeepsItsOwnSandbox(t *testing.T) {
	authority := startScreen(t)
	s := newSandbox(t)
	u, err := s.Start(t.Context(), chromiumSpec(authority))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if proof := u.Wipe(context.Background()); !proof.Clean {
			t.Errorf("after Chromium: %v", proof.Leftovers)
		}
	}()
	p := newPipe(t, u)
	session := p.page("about:blank")
	p.call(session, "Page.navigate", map[string]any{"url": "chrome://sandbox"}, nil)
	var text string
	waitFor(t, func() bool {
		text = p.evaluate(session, "document.body.innerText")
		return strings.Contains(text, "adequately sandboxed")
	})
	if !strings.Contains(text, "You are adequately sandboxed") {
		t.Errorf("chrome://sandbox says:\n%s", text)
	}
	for _, line := range []string{"Layer 1 Sandbox\tNamespace", "PID namespaces\tYes", "Network namespaces\tYes", "Seccomp-BPF sandbox\tYes"} {
		if !strings.Contains(text, line) {
			t.Errorf("chrome://sandbox does not say %q:\n%s", line, text)
		}
	}
}

func BenchmarkVisit(b *testing.B) {
	authority := startScreen(b)
	s := newSandbox(b)
	var start, answer, wipe, search []time.Duration
	for b.Loop() {
		began := time.Now()
		u, err := s.Start(b.Context(), chromiumSpec(authority))
		if err != nil {
			b.Fatal(err)
		}
		start = append(start, time.Since(began))
		p := newPipe(b, u)
		p.call("", "Browser.getVersion", map[string]any{}, nil)
		answer = append(answer, time.Since(began))
		p.page("about:blank")
		// The visitor's page, so that the wipe ends a browser with a renderer.
		time.Sleep(300 * time.Millisecond)
		began = time.Now()
		proof := u.Wipe(b.Context())
		wipe = append(wipe, time.Since(began))
		search = append(search, proof.Took)
		if !proof.Clean {
			b.Fatalf("%v", proof.Leftovers)
		}
	}
	for name, ds := range map[string][]time.Duration{"start": start, "first-answer": answer, "wipe+proof": wipe, "proof": search} {
		slices.Sort(ds)
		b.ReportMetric(float64(ds[len(ds)/2].Microseconds())/1000, name+"-median-ms")
		b.ReportMetric(float64(ds[len(ds)-1].Microseconds())/1000, name+"-worst-ms")
	}
	b.ReportMetric(0, "ns/op")
}
