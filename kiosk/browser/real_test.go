package browser

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// visitor is who the browser runs as here: Chromium's sandbox refuses root.
const visitor = 65534

const (
	display   = ":8"
	downloads = "/var/lib/borne/downloads"
)

var screen sync.Once

// startScreen runs one X server for all tests of the host.
func startScreen(t testing.TB) {
	t.Helper()
	screen.Do(func() {
		x := exec.Command("Xvfb", display, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", "-ac")
		x.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := x.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
			if _, err := os.Stat("/tmp/.X11-unix/X8"); err == nil {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("the X server did not start")
			}
		}
	})
}

// patience is how long what must come may take on a machine that does much
// else: only a test that fails waits so long.
const patience = 45 * time.Second

// events keeps what a browser told.
type events struct {
	mu   sync.Mutex
	all  []Event
	came chan struct{}
}

func (e *events) handle(event Event) {
	e.mu.Lock()
	e.all = append(e.all, event)
	e.mu.Unlock()
	select {
	case e.came <- struct{}{}:
	default:
	}
}

// wait returns the first event that is right and forgets all up to it.
func wait[E Event](t testing.TB, e *events, right func(E) bool) E {
	t.Helper()
	deadline := time.After(patience)
	for {
		e.mu.Lock()
		for i, event := range e.all {
			if v, ok := event.(E); ok && (right == nil || right(v)) {
				e.all = e.all[i+1:]
				e.mu.Unlock()
				return v
			}
		}
		seen := fmt.Sprintf("%#v", e.all)
		e.mu.Unlock()
		select {
		case <-e.came:
		case <-deadline:
			var zero E
			t.Fatalf("no %T came; there were %s", zero, seen)
		}
	}
}

// told tells whether an event of that kind has come.
func told[E Event](e *events) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.ContainsFunc(e.all, func(event Event) bool { _, is := event.(E); return is })
}

func (e *events) forget() {
	e.mu.Lock()
	e.all = nil
	e.mu.Unlock()
}

// real is a running Chromium and what it told.
type real struct {
	*Browser
	*events
	t       testing.TB
	process *exec.Cmd
	stderr  bytes.Buffer
}

// startBrowser writes the policies and runs Debian's Chromium under them.
func startBrowser(t testing.TB, policies map[string]any, proxy string, control Control) *real {
	t.Helper()
	startScreen(t)
	if err := os.MkdirAll(filepath.Dir(PolicyFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WritePolicies(PolicyFile, policies); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(PolicyFile) })
	const home = "/var/lib/borne"
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	for _, dir := range []string{home, downloads} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, visitor, visitor); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{ProfileDir: filepath.Join(home, "profile"), Proxy: proxy, Window: Rectangle{0, 96, 1280, 704}, Display: display}
	args, err := Arguments(o)
	if err != nil {
		t.Fatal(err)
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "ours"), os.NewFile(uintptr(fds[1]), "theirs")
	pipe, err := net.FileConn(ours)
	ours.Close()
	if err != nil {
		t.Fatal(err)
	}
	r := &real{t: t, events: &events{came: make(chan struct{}, 1)}}
	r.process = exec.Command(args[0], args[1:]...)
	r.process.Env = Environment(o)
	r.process.Stderr = &r.stderr
	r.process.ExtraFiles = []*os.File{theirs, theirs}
	r.process.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: visitor, Gid: visitor}, Pdeathsig: syscall.SIGKILL, Setpgid: true,
	}
	err = r.process.Start()
	theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		pipe.Close()
		syscall.Kill(-r.process.Process.Pid, syscall.SIGKILL)
		r.process.Wait()
		if t.Failed() {
			t.Logf("Chromium said:\n%s", tail(r.stderr.String(), 2000))
		}
	})
	if control.Handle == nil {
		control.Handle = r.handle
	}
	if policies["DownloadDirectory"] != nil {
		storage, err := os.OpenRoot(home)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { storage.Close() })
		control.Storage, control.DownloadDir = storage, downloads
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if r.Browser, err = Attach(ctx, pipe, control); err != nil {
		t.Fatalf("%v\n%s", err, tail(r.stderr.String(), 2000))
	}
	return r
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// evaluate runs script in the page in front and returns its value as text.
func (r *real) evaluate(script string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	var result struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Text string }
	}
	err := r.conn.call(ctx, r.front().session, "Runtime.evaluate",
		map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true}, &result)
	if err != nil {
		r.t.Fatal(err)
	}
	if result.ExceptionDetails != nil {
		r.t.Fatalf("%s: %s", script, result.ExceptionDetails.Text)
	}
	return strings.TrimSpace(fmt.Sprint(result.Result.Value))
}

// eventually waits until script gives want in the page in front.
func (r *real) eventually(script, want string) {
	r.t.Helper()
	var got string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if got = r.evaluate(script); got == want {
			return
		}
	}
	r.t.Fatalf("%s: got %q, want %q", script, got, want)
}

// click clicks the element, as a finger does.
func (r *real) click(selector string) {
	r.t.Helper()
	place := r.evaluate(fmt.Sprintf(`(() => { const b = document.querySelector(%q).getBoundingClientRect();
		return (b.x + b.width/2) + " " + (b.y + b.height/2) })()`, selector))
	var x, y float64
	if _, err := fmt.Sscan(place, &x, &y); err != nil {
		r.t.Fatal(err)
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		r.conn.tell(r.front().session, "Input.dispatchMouseEvent",
			map[string]any{"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})
	}
}

func base64Of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// picture keeps what the page in front looks like, when asked to.
func (r *real) picture(name string) {
	dir := os.Getenv("BORNE_PICTURES")
	if dir == "" {
		return
	}
	out, err := exec.Command("import", "-display", display, "-window", "root", filepath.Join(dir, name+".png")).CombinedOutput()
	if err != nil {
		r.t.Errorf("take a picture: %v: %s", err, out)
	}
}

// touch moves the pointer to an element and does what actions say there.
func (r *real) touch(selector string, actions ...string) {
	r.t.Helper()
	place := r.evaluate(fmt.Sprintf(`(() => { const b = document.querySelector(%q).getBoundingClientRect();
		return Math.round(screenX + b.x + b.width/2) + " " + Math.round(screenY + b.y + b.height/2) })()`, selector))
	r.xdotool(append(append([]string{"mousemove"}, strings.Fields(place)...), actions...)...)
}

// xdotool acts as a keyboard and a finger do, and returns what it says.
func (r *real) xdotool(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("xdotool", args...)
	cmd.Env = []string{"DISPLAY=" + display}
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("xdotool: %v: %s", err, out)
	}
	return string(out)
}

func (r *real) key(name string) {
	r.t.Helper()
	r.xdotool("key", name)
}
