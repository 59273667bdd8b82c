package testhost

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestRootIsBuiltOnce builds a small root file system for real: cut in its middle, then by two at once.
func TestRootIsBuiltOnce(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not root: building a root file system needs mounts")
	}
	if testing.Short() {
		t.Skip("-short: it downloads packages and takes half a minute")
	}
	o := Options{Suite: "bookworm", Packages: []string{}, CacheDir: t.TempDir()}
	roots := filepath.Join(o.CacheDir, "roots")

	ctx, cancel := context.WithCancel(t.Context())
	log := &watchedLog{line: []byte("extracting archives"), seen: cancel}
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	if _, err := Root(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("a build cut in its middle gives %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(roots, "*[^k]")); len(left) > 0 { // all but the lock
		t.Errorf("left of a build cut in its middle: %v", left)
	}
	if mounts, err := os.ReadFile("/proc/self/mounts"); err != nil || bytes.Contains(mounts, []byte(roots)) {
		t.Errorf("a mount stays (%v):\n%s", err, mounts)
	}

	log = &watchedLog{}
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	var dirs [2]string
	var both sync.WaitGroup
	for i := range dirs {
		both.Go(func() {
			var err error
			if dirs[i], err = Root(t.Context(), o); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if dirs[0] != dirs[1] || !isDir(filepath.Join(dirs[0], "etc")) {
		t.Errorf("two callers got %v", dirs)
	}
	if n := bytes.Count(log.text.Bytes(), []byte("building a root")); n != 1 {
		t.Errorf("built %d times:\n%s", n, log.text.String())
	}
}

// watchedLog keeps what is logged, and calls seen at a line.
type watchedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
	line []byte
	seen func()
}

func (w *watchedLog) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen != nil && bytes.Contains(p, w.line) {
		w.seen()
	}
	return w.text.Write(p)
}
