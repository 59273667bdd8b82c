package usage

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

// TestFullDisk fills a real, tiny file system.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a tiny file system needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("cannot mount a file system here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	ctx, c := t.Context(), newClock()
	l, err := Open(filepath.Join(dir, "usage.db"), Options{Clock: c.read, ReserveBytes: -1})
	must(t, err)
	defer func() { // before the unmount
		if l != nil {
			l.Close()
		}
	}()
	must(t, l.Add(ctx, visit(l, c, "caf"), session(l, c)))
	must(t, l.CloseElapsed(ctx, c.now))
	ballast := filepath.Join(dir, "ballast")
	fill := func() {
		t.Helper()
		f, err := os.Create(ballast)
		must(t, err)
		defer f.Close()
		for {
			if _, err := f.Write(make([]byte, 4096)); errors.Is(err, syscall.ENOSPC) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	fill()
	full := 0
	for i := range 20 {
		err := l.Add(ctx, visit(l, c, fmt.Sprintf("service-%d", i)), session(l, c))
		if errors.Is(err, ErrFull) {
			full++
		} else if err != nil {
			t.Fatalf("Add = %v, want ErrFull", err)
		}
	}
	if full != 20 {
		t.Errorf("%d of 20 said that the disk is full", full)
	}
	if f := l.Health(); f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, "disk full") {
		t.Errorf("health %+v", f)
	}
	if err := l.CloseElapsed(ctx, c.now); !errors.Is(err, ErrFull) {
		t.Errorf("CloseElapsed = %v, want ErrFull", err)
	}
	// What is on the disk is what was there, with nothing half-written.
	if d, err := l.Dump(ctx); err != nil || len(d.Open) != 2 || len(d.Memory) != 21 {
		t.Errorf("Dump = %+v, %v", d, err)
	}
	must(t, os.Remove(ballast))
	must(t, l.CloseElapsed(ctx, c.now))
	want := map[kiosk.Key]uint64{visit(l, c, "caf"): 1, session(l, c): 21}
	for i := range 20 {
		want[visit(l, c, fmt.Sprintf("service-%d", i))] = 1
	}
	d, err := l.Dump(ctx)
	must(t, err)
	if len(d.Memory) != 0 || !maps.Equal(totals(t, l), want) {
		t.Errorf("%+v", d)
	}
	if f := l.Health(); f.Level != kiosk.LevelOK {
		t.Errorf("health %+v", f)
	}
	// A log opens, and keeps counting in memory, when the disk is already full.
	must(t, l.Close())
	fill()
	l, err = Open(filepath.Join(dir, "usage.db"), Options{Clock: c.read, ReserveBytes: -1})
	must(t, err)
	if err := l.Add(ctx, session(l, c)); !errors.Is(err, ErrFull) {
		t.Errorf("Add = %v, want ErrFull", err)
	}
	if got := totals(t, l)[session(l, c)]; got != 22 {
		t.Errorf("%d sessions, want 22", got)
	}
	must(t, os.Remove(ballast))
}

func TestCorruption(t *testing.T) {
	page := bytes.Repeat([]byte{0xa5}, 4096)
	for name, damage := range map[string]func([]byte) []byte{
		"not a database":  func([]byte) []byte { return []byte(strings.Repeat("<html>erreur</html>", 500)) },
		"header lost":     func(b []byte) []byte { return append(make([]byte, 4096), b[4096:]...) },
		"cut in half":     func(b []byte) []byte { return b[:len(b)/2] },
		"a page of noise": func(b []byte) []byte { return append(append(b[:4096:4096], page...), b[8192:]...) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, c := t.Context(), newClock()
			path := filepath.Join(t.TempDir(), "usage.db")
			l := open(t, path, Options{Clock: c.read})
			for i := range 200 {
				must(t, l.Add(ctx, visit(l, c, fmt.Sprintf("service-%d", i))))
			}
			epoch := l.Epoch()
			must(t, l.Close())
			data, err := os.ReadFile(path)
			must(t, err)
			must(t, os.WriteFile(path, damage(data), 0o600))

			l = open(t, path, Options{Clock: c.read})
			if l.Epoch() == epoch || len(l.Epoch()) != 32 {
				t.Errorf("epoch %s, was %s", l.Epoch(), epoch)
			}
			if f := l.Health(); f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, ".corrupt-2026112") {
				t.Errorf("health %+v", f)
			}
			aside, _ := filepath.Glob(path + ".corrupt-*")
			if len(aside) != 1 {
				t.Errorf("set aside: %v", aside)
			}
			must(t, l.Add(ctx, visit(l, c, "caf")))
			lost := l.Key(kiosk.CellDevice, c.now, kiosk.DeviceLogLost, kiosk.None)
			if got := totals(t, l); len(got) != 2 || got[lost] != 1 {
				t.Errorf("the new log holds %v", got)
			}
		})
	}
}

func TestFewCorruptFilesAreKept(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "usage.db")
	for range maxSetAside + 3 {
		must(t, os.WriteFile(path, []byte(strings.Repeat("garbage ", 1000)), 0o600))
		l := open(t, path, Options{Clock: c.read})
		must(t, l.Close())
		c.now = c.now.Add(time.Second)
	}
	if aside, _ := filepath.Glob(path + ".corrupt-*"); len(aside) != maxSetAside {
		t.Errorf("%v", aside)
	}
}

// A write-ahead log left behind would be played into the new database.
func TestSetAsideTakesTheWriteAheadLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "usage.db")
	for _, suffix := range []string{"", "-wal"} {
		must(t, os.WriteFile(path+suffix, []byte("old"), 0o600))
	}
	aside, err := setAside(path, newClock().now)
	must(t, err)
	for _, suffix := range []string{"", "-wal"} {
		if _, err := os.Stat(path + suffix); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q is still there: %v", suffix, err)
		}
		if data, err := os.ReadFile(aside + suffix); err != nil || string(data) != "old" {
			t.Errorf("%q is not set aside: %v", suffix, err)
		}
	}
}
