package browser

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// watched watches a browser as quickly as a test can wait.
func watched(t *testing.T, r *real) <-chan error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		over <- r.Watch(ctx, Heartbeat{Every: 400 * time.Millisecond, PageLimit: 2 * time.Second, Quiet: 4 * time.Second, Ceiling: 30 * time.Second,
			Work: func() (time.Duration, bool) { return r.worked() }})
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return over
}

// worked is what the browser's main thread took.
func (r *real) worked() (time.Duration, bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(r.process.Process.Pid) + "/schedstat")
	if err != nil {
		return 0, false
	}
	ns, err := strconv.ParseInt(strings.Fields(string(b))[0], 10, 64)
	return time.Duration(ns), err == nil
}

// renderers are the processes of pages.
func (r *real) renderers() (pids []int) {
	r.t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		r.t.Fatal(err)
	}
	for _, path := range lines {
		b, err := os.ReadFile(path)
		pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
		if err == nil && strings.Contains(string(b), "--type=renderer") {
			pids = append(pids, pid)
		}
	}
	if len(pids) == 0 {
		r.t.Fatal("no renderer runs")
	}
	return pids
}

func (r *real) signal(s syscall.Signal, pids ...int) {
	r.t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
			r.t.Fatal(err)
		}
	}
}

func alive(t *testing.T, over <-chan error) {
	t.Helper()
	select {
	case err := <-over:
		t.Fatalf("the browser was given up: %v", err)
	default:
	}
}

// TestPageThatSpins is told, Chromium's own question about it does not come,
// and the visitor goes on to another site at once.
func TestPageThatSpins(t *testing.T) {
	r := visit(t, "/busy", Control{})
	over := watched(t, r)
	windows := r.windows()
	wait(t, r.events, func(h Hanging) bool { return h.Now })
	// Chromium asks "wait or leave?" 15 s after somebody touched such a page, but
	// not while DevTools are attached, which we are (WebContentsImpl::RendererUnresponsive).
	r.xdotool("mousemove", "300", "400", "click", "1")
	time.Sleep(18 * time.Second)
	if now := r.windows(); now != windows {
		t.Errorf("%d windows are on the screen, there were %d", now, windows)
	}
	r.picture("page-that-spins")
	alive(t, over)
	began := time.Now()
	r.open("/two")
	t.Logf("left for another page in %s", time.Since(began).Round(time.Millisecond))
	wait(t, r.events, func(h Hanging) bool { return !h.Now })
	alive(t, over)
}

// TestStoppedPage is told, and taken back when it goes on.
func TestStoppedPage(t *testing.T) {
	r := visit(t, "/", Control{})
	over := watched(t, r)
	pids := r.renderers()
	r.signal(syscall.SIGSTOP, pids...)
	defer r.signal(syscall.SIGCONT, pids...)
	wait(t, r.events, func(h Hanging) bool { return h.Now })
	alive(t, over)
	r.signal(syscall.SIGCONT, pids...)
	wait(t, r.events, func(h Hanging) bool { return !h.Now })
	alive(t, over)
}

// TestQuestionIsNoHang leaves a page alone that waits for its visitor.
func TestQuestionIsNoHang(t *testing.T) {
	r := visit(t, "/", Control{})
	over := watched(t, r)
	go r.conn.tell(r.front().session, "Runtime.evaluate", map[string]any{"expression": "alert('Lisez ceci')"})
	wait[Dialog](t, r.events, nil)
	time.Sleep(4 * time.Second)
	alive(t, over)
	r.back() // closes it
	r.events.mu.Lock()
	defer r.events.mu.Unlock()
	for _, e := range r.all {
		if _, is := e.(Hanging); is {
			t.Error("a page that asks something was told as hanging")
		}
	}
}

// TestStoppedBrowser is given up; nothing else would ever end it.
func TestStoppedBrowser(t *testing.T) {
	r := visit(t, "/", Control{})
	over := watched(t, r)
	time.Sleep(time.Second)
	alive(t, over)
	r.signal(syscall.SIGSTOP, r.process.Process.Pid)
	began := time.Now()
	select {
	case err := <-over:
		if !errors.Is(err, ErrHung) {
			t.Errorf("it says %v", err)
		}
		t.Logf("found after %s", time.Since(began).Round(time.Millisecond))
	case <-time.After(patience):
		t.Error("a stopped browser is not noticed")
	}
}

// silent never answers.
type silent struct{ closed chan struct{} }

func (s silent) Read([]byte) (int, error)    { <-s.closed; return 0, errors.New("closed") }
func (s silent) Write(b []byte) (int, error) { return len(b), nil }
func (s silent) Close() error                { close(s.closed); return nil }

// TestBusyIsNotHung waits longer for a browser that works, and not for ever.
func TestBusyIsNotHung(t *testing.T) {
	for name, c := range map[string]struct {
		part  time.Duration // of the time that it works: one in so many
		after time.Duration
	}{"idle": {1000, 10 * time.Second}, "busy": {2, 90 * time.Second}, "it cannot be told": {0, 10 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBrowser(silent{make(chan struct{})}, Control{})
				defer b.Close()
				began := time.Now()
				err := b.Watch(t.Context(), Heartbeat{Work: func() (time.Duration, bool) {
					if c.part == 0 {
						return 0, false
					}
					return time.Since(began) / c.part, true
				}})
				if took := time.Since(began); !errors.Is(err, ErrHung) || took != c.after {
					t.Errorf("%v after %s, want %s", err, took, c.after)
				}
			})
		})
	}
}
