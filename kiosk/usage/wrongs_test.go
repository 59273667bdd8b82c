package usage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

// TestReadOnlyDisk opens the log on a real file system that is read-only: the
// borne counts on in memory, says so, and writes when it can.
func TestReadOnlyDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a file system needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("cannot mount a file system here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	ctx, c := t.Context(), newClock()
	path := filepath.Join(dir, "usage.db")
	o := Options{Clock: c.read, ReserveBytes: -1}
	l, err := Open(path, o)
	must(t, err)
	must(t, l.Add(ctx, visit(l, c, "caf")))
	must(t, l.Close())
	must(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))

	l, err = Open(path, o)
	must(t, err)
	defer func() { l.Close() }()
	for range 3 {
		if err := l.Add(ctx, visit(l, c, "caf"), session(l, c)); !errors.Is(err, ErrReadOnly) {
			t.Fatalf("Add = %v", err)
		}
	}
	if err := l.CloseElapsed(ctx, c.now); !errors.Is(err, ErrReadOnly) {
		t.Errorf("CloseElapsed = %v", err)
	}
	if f := l.Health(); f.Level != kiosk.LevelFail || !strings.Contains(f.Detail, "2 counters wait") {
		t.Errorf("health %+v", f)
	}
	if d, err := l.Dump(ctx); err != nil || len(d.Memory) != 2 || !strings.Contains(d.Unread, "read-only") {
		t.Errorf("Dump = %+v, %v", d, err)
	}
	if _, err := l.Batch(ctx, 10); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Batch = %v", err)
	}
	must(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT, ""))
	// Before anything is written, what the disk held all the time is told again.
	if d, err := l.Dump(ctx); err != nil || d.Unread != "" || len(d.Open) != 1 || d.Open[0].Count != 1 || len(d.Memory) != 2 {
		t.Errorf("Dump = %+v, %v", d, err)
	}
	must(t, l.CloseElapsed(ctx, c.now))
	if got := totals(t, l); got[visit(l, c, "caf")] != 4 || got[session(l, c)] != 3 {
		t.Errorf("%v", got)
	}
	if f := l.Health(); f.Level != kiosk.LevelOK || l.Epoch() == "" {
		t.Errorf("health %+v, epoch %q", f, l.Epoch())
	}
}

// TestLostLogIsToldForAWeek keeps the fact over restarts, until the file was
// looked at and removed, or for a week.
func TestLostLogIsToldForAWeek(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "usage.db")
	must(t, os.WriteFile(path, []byte(strings.Repeat("garbage ", 1000)), 0o600))
	level := func() kiosk.Level {
		l, err := Open(path, Options{Clock: c.read})
		must(t, err)
		defer l.Close()
		return l.Health().Level
	}
	for _, want := range []kiosk.Level{kiosk.LevelWarn, kiosk.LevelWarn} {
		if got := level(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		c.now = c.now.Add(6 * 24 * time.Hour)
	}
	if got := level(); got != kiosk.LevelOK {
		t.Errorf("after twelve days still %s", got)
	}
	c.now = newClock().now.Add(time.Hour)
	aside, _ := filepath.Glob(path + ".corrupt-*")
	l := open(t, path, Options{Clock: c.read})
	if f := l.Health(); f.Level != kiosk.LevelWarn {
		t.Errorf("%+v", f)
	}
	for _, name := range aside {
		must(t, os.Remove(name))
	}
	if f := l.Health(); f.Level != kiosk.LevelOK {
		t.Errorf("removed, and still %+v", f)
	}
}

// TestClockThatJumps counts while the clock jumps years ahead and back: no count
// is lost or doubled, and what waits is not evicted for its age by a clock that
// nobody confirms.
func TestClockThatJumps(t *testing.T) {
	ctx, c, confirmed := t.Context(), newClock(), true
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read, Confirmed: func() bool { return confirmed }})
	right := c.now
	var counted uint64
	count := func() {
		t.Helper()
		must(t, l.Add(ctx, session(l, c), visit(l, c, "caf")))
		must(t, l.CloseElapsed(ctx, c.now))
		counted++
	}
	for n, jump := range []time.Duration{0, 4 * 365 * 24 * time.Hour, -30 * 24 * time.Hour, 0, 400 * 24 * time.Hour, 2 * time.Hour, 26 * time.Hour} {
		c.now, confirmed = right.Add(jump), jump < time.Hour
		for range n + 1 {
			count()
			c.now = c.now.Add(20 * time.Minute)
		}
	}
	c.now, confirmed = right.Add(27*time.Hour), true
	must(t, l.CloseElapsed(ctx, c.now))
	must(t, l.CloseAll(ctx))
	kinds := map[kiosk.CellKind]uint64{}
	for k, n := range totals(t, l) {
		kinds[k.Kind] += n
		must(t, k.Validate(nil))
	}
	if kinds[kiosk.CellSession] != counted || kinds[kiosk.CellVisit] != counted || kinds[kiosk.CellDevice] != 0 {
		t.Errorf("counted %v, want %d of each", kinds, counted)
	}
}

// TestAMonthWithoutOffice counts for 35 days without an answer: what waits is
// bounded, and the first answers take all of it, each number once.
func TestAMonthWithoutOffice(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read})
	var counted uint64
	for range 35 {
		for hour := range 8 {
			for n := range 5 {
				must(t, l.Add(ctx, session(l, c), visit(l, c, fmt.Sprintf("service-%d", (hour+n)%12))))
				counted++
			}
			c.now = c.now.Add(time.Hour)
			must(t, l.CloseElapsed(ctx, c.now))
			if hour == 0 {
				_, err := l.Batch(ctx, 500) // sent, and never answered
				must(t, err)
			}
		}
		c.now = c.now.Add(16 * time.Hour)
	}
	must(t, l.CloseElapsed(ctx, c.now))
	waits, err := l.Pending(ctx)
	must(t, err)
	if waits == 0 || waits > 35*(8+13) {
		t.Errorf("%d cells wait", waits)
	}
	var next, sum uint64 = 1, 0
	for {
		b, err := l.Batch(ctx, 500)
		must(t, err)
		if len(b.Cells) == 0 {
			break
		}
		for _, cell := range b.Cells {
			if cell.Seq != next {
				t.Fatalf("number %d, want %d", cell.Seq, next)
			}
			next++
			if cell.Kind == kiosk.CellSession {
				sum += cell.Count
			}
		}
		must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: b.Epoch, Seq: next - 1}))
	}
	if sum != counted {
		t.Errorf("%d visits arrived, %d were counted", sum, counted)
	}
	t.Logf("%d cells of %d visits waited for a month", waits, counted)
}
