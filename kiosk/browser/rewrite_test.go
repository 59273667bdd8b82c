package browser

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// rereads bounds how long Chromium may take to obey a file that was rewritten, on a busy machine: less than the five seconds
// of quiet that it waits for after an ordinary change.
const rereads = 4 * time.Second

// TestRewrittenPoliciesHoldAtOnce widens the allowlist under a running browser, and narrows it again.
func TestRewrittenPoliciesHoldAtOnce(t *testing.T) {
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Write([]byte("<title>page</title><p>page"))
	}))
	wide, narrow := w.policies(t), w.policies(t)
	narrow["URLAllowlist"] = []string{"about:blank", Pattern(refused, "443", "", false)}
	r := startBrowser(t, narrow, w.proxy, Control{})
	r.waitWatching()
	opens := func() bool {
		var answer struct {
			ErrorText string `json:"errorText"`
		}
		if err := r.conn.call(t.Context(), r.first().session, "Page.navigate", map[string]any{"url": "https://" + site + "/"}, &answer); err != nil {
			t.Fatal(err)
		}
		if answer.ErrorText != "" && answer.ErrorText != blockedByPolicy {
			t.Fatalf("failed as %s", answer.ErrorText)
		}
		return answer.ErrorText == ""
	}
	if opens() {
		t.Fatal("a page opens that no policy allows")
	}
	for _, step := range []struct {
		policies      map[string]any
		opens         bool
		within, every time.Duration
	}{
		// A browser that has just started puts off what is not pressing until no page was asked for during some two seconds:
		// asked without end it would never read its policies. Past that it reads them whatever it does.
		{wide, true, 60 * time.Second, openAgainMost},
		{narrow, false, rereads, openAgain}, {wide, true, rereads, openAgain}, {narrow, false, rereads, openAgain},
	} {
		if err := RewritePolicies(PolicyFile, step.policies); err != nil {
			t.Fatal(err)
		}
		again := time.NewTicker(step.every)
		defer again.Stop()
		begin := time.Now()
		for opens() != step.opens {
			if time.Since(begin) > step.within {
				t.Fatalf("after %v the page opens: %t, want %t", step.within, !step.opens, step.opens)
			}
			<-again.C
		}
		t.Logf("the page opens: %t, after %v", step.opens, time.Since(begin).Round(time.Millisecond))
	}
}

// TestOpenLiesOverThePage widens the allowlist and opens what it adds: nothing is told of the refusals in between, and Back
// returns to the page below.
func TestOpenLiesOverThePage(t *testing.T) {
	w := newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(rw, "<title>%s</title><p>page", r.Host)
	}))
	wide, narrow := w.policies(t), w.policies(t)
	narrow["URLAllowlist"] = []string{"about:blank", Pattern(site, "443", "", false)}
	wide["URLAllowlist"] = []string{"about:blank", Pattern(site, "443", "", false), Pattern(added, "443", "", false)}
	r := startBrowser(t, narrow, w.proxy, Control{})
	if err := r.Navigate(t.Context(), "https://"+site+"/"); err != nil {
		t.Fatal(err)
	}
	r.eventually("document.title", site)
	r.waitWatching()
	r.forget()
	if err := RewritePolicies(PolicyFile, wide); err != nil {
		t.Fatal(err)
	}
	if err := r.Open(t.Context(), "https://"+added+"/"); err != nil {
		t.Fatal(err)
	}
	wait[Painted](t, r.events, nil)
	r.eventually("document.title", added)
	r.events.mu.Lock()
	for _, event := range r.all {
		if f, is := event.(Failed); is {
			t.Errorf("told as failed: %+v", f)
		}
	}
	r.events.mu.Unlock()
	if moved, err := r.Back(t.Context()); err != nil || !moved {
		t.Fatalf("back: %t, %v", moved, err)
	}
	wait(t, r.events, func(s Steps) bool { return s.Count == 1 })
	r.eventually("document.title", site)
}

// waitWatching waits until Chromium watches the folder of its policies, which it does once it has started and found time.
func (r *real) waitWatching() {
	r.t.Helper()
	info, err := os.Stat(filepath.Dir(PolicyFile))
	if err != nil {
		r.t.Fatal(err)
	}
	inode := fmt.Sprintf("ino:%x ", info.Sys().(*syscall.Stat_t).Ino)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-again.C {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fdinfo/*", r.process.Process.Pid))
		if err != nil {
			r.t.Fatal(err)
		}
		for _, file := range files {
			if said, err := os.ReadFile(file); err == nil && strings.Contains(string(said), inode) {
				return
			}
		}
	}
	r.t.Fatal("Chromium does not watch its policies")
}
