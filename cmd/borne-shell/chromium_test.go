//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

const page = `<!DOCTYPE html><title>site</title><body style="margin:0;background:#dfe">
<h1>Un site officiel</h1><p><input id=i autofocus size=40 style="font-size:30px">
<p><select style="font-size:30px" onchange="fetch('/chose?' + this.value)"><option>un<option>deux<option>trois</select>
<script>
i.oninput = () => fetch('/typed?' + encodeURIComponent(i.value));
addEventListener('click', e => { if (e.clientY > 300) document.documentElement.requestFullscreen().then(() => fetch('/full')) });
fetch('/size?' + innerWidth + 'x' + innerHeight);
onresize = () => fetch('/size?' + innerWidth + 'x' + innerHeight);
</script>`

// TestChromiumStaysInItsPlace runs the real browser under the real shell: it
// waits hidden, appears under the bar, types what is typed, and no key or page
// gives it more of the screen.
func TestChromiumStaysInItsPlace(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed")
	}
	if os.Getuid() != 0 {
		t.Skip("a mount namespace needs root")
	}
	w := newWorld(t)
	w.startShell()
	w.want("Hello 1280 800 100")
	asked := make(chan string, 100)
	var otherPages atomic.Int32
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			otherPages.Add(1)
			fmt.Fprint(rw, page)
			return
		}
		asked <- r.URL.Path + " " + r.URL.RawQuery
	}))
	defer site.Close()
	w.startChromium(site.URL)
	w.eventually("the page is loaded behind the shell", func() bool { return otherPages.Load() == 1 })
	shellOnTop := w.xdo("getwindowfocus", "getwindowname")
	if shellOnTop != "Borne" {
		t.Errorf("%q has the keyboard before the visit, want the shell", shellOnTop)
	}
	w.publish(kiosk.Snapshot{State: kiosk.Visiting, Language: kiosk.French})
	w.eventually("the page has the keyboard", func() bool { return strings.Contains(w.xdo("getwindowfocus", "getwindowname"), "site") })
	wantAsked(t, asked, "/size 1280x700") // a page that nobody sees is told its last size once it is seen
	w.picture("5-chromium")
	w.xdo("mousemove", "300", "215", "click", "1")
	w.xdo("type", "--delay", "30", "abc")
	wantAsked(t, asked, "/typed abc")
	for _, keys := range []string{"ctrl+n", "ctrl+t", "ctrl+o", "ctrl+shift+n", "F11", "F12", "F1", "ctrl+w", "alt+F4", "ctrl+l", "ctrl+p", "ctrl+shift+i"} {
		w.xdo("key", keys)
	}
	w.xdo("type", "--delay", "30", "d")
	wantAsked(t, asked, "/typed abcd")
	for range 12 { // each of them counted once
		select {
		case r := <-w.refused:
			if r != kiosk.ReasonKey {
				t.Errorf("counted as %q, want key", r)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("not every refused key was counted")
		}
	}
	w.xdo("mousemove", "40", "252", "click", "1")
	w.picture("6-list")
	w.xdo("key", "--delay", "100", "Down", "Return")
	wantAsked(t, asked, "/chose deux")
	w.xdo("mousemove", "600", "600", "click", "1")
	wantAsked(t, asked, "/full ")
	w.picture("7-full-screen-asked")
	w.xdo("mousemove", "1220", "50", "click", "1") // Terminer
	w.eventually("the bar still answers", func() bool { return w.xdo("getwindowfocus", "getwindowname") == "Borne" })
	w.picture("8-confirm")
	windows := strings.Fields(w.xdo("search", "--onlyvisible", "--class", "chromium"))
	for _, id := range windows {
		if g := w.xdo("getwindowgeometry", id); !strings.Contains(g, "0,100") || !strings.Contains(g, "1280x700") {
			t.Errorf("a window of the browser is elsewhere: %s", g)
		}
	}
	if len(windows) != 1 || otherPages.Load() != 1 {
		t.Errorf("%d windows and %d pages, want one", len(windows), otherPages.Load())
	}
}

// startChromium runs the browser as nobody, for it refuses its own sandbox as
// root, and with the gate in the place of the X server's sockets, as its
// sandbox has it.
func (w *world) startChromium(address string) {
	w.t.Helper()
	dir := w.t.TempDir()
	inside := `mount --make-rprivate / && mount --bind "$1" /tmp/.X11-unix && shift && exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"`
	cmd := exec.Command("unshare", "--mount", "sh", "-c", inside, "sh", w.gate,
		"chromium", "--kiosk", "--ozone-platform=x11", "--no-first-run", "--disable-gpu", "--password-store=basic", "--user-data-dir="+dir,
		"--window-position=0,100", "--window-size=1280,700", address)
	cmd.Env = []string{"DISPLAY=" + w.display, "HOME=" + dir, "PATH=/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	for d := dir; d != "/tmp" && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o777); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); cmd.Wait() })
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("never: %s", what)
		}
	}
}

func wantAsked(t *testing.T, asked chan string, want string) {
	t.Helper()
	var got []string
	for deadline := time.After(30 * time.Second); ; {
		select {
		case a := <-asked:
			if got = append(got, a); a == want {
				return
			}
		case <-deadline:
			t.Fatalf("the page never asked %q; it asked %q", want, got)
		}
	}
}
