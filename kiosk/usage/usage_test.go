package usage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

var paris = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// fataler is a test, or a try of rapid.
type fataler interface {
	Helper()
	Fatal(...any)
}

// clock is a time that only a test moves.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2026, 11, 20, 10, 30, 0, 0, paris)} }

func open(t testing.TB, path string, o Options) *Log {
	t.Helper()
	l, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func fresh(t testing.TB, c *clock) *Log {
	return open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read})
}

func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func visit(l *Log, c *clock, service string) kiosk.Key {
	return l.Key(kiosk.CellVisit, c.now, service, "5-15")
}

func session(l *Log, c *clock) kiosk.Key {
	return l.Key(kiosk.CellSession, c.now, string(kiosk.EndButton), "5-15")
}

// totals sums all that the log holds.
func totals(t testing.TB, l *Log) map[kiosk.Key]uint64 {
	t.Helper()
	d, err := l.Dump(context.Background())
	must(t, err)
	sum := map[kiosk.Key]uint64{}
	for _, c := range slices.Concat(d.Open, d.Memory) {
		sum[c.Key] += c.Count
	}
	for _, c := range d.Outbox {
		sum[c.Key] += c.Count
	}
	return sum
}

func batch(t testing.TB, l *Log, limit int) kiosk.CellBatch {
	t.Helper()
	b, err := l.Batch(context.Background(), limit)
	must(t, err)
	return b
}

func pending(t testing.TB, l *Log) uint64 {
	t.Helper()
	n, err := l.Pending(context.Background())
	must(t, err)
	return n
}

func TestCellsCloseAfterTheirTime(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	must(t, l.Add(ctx, session(l, c), visit(l, c, "caf"), visit(l, c, "caf")))

	steps := []struct {
		name string
		at   time.Time
		want uint64
	}{
		{"same hour", time.Date(2026, 11, 20, 10, 59, 59, 0, paris), 0},
		{"next hour: only the session", time.Date(2026, 11, 20, 11, 0, 0, 0, paris), 1},
		{"one second before midnight", time.Date(2026, 11, 20, 23, 59, 59, 0, paris), 1},
		{"midnight in Paris", time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC), 2},
	}
	for _, s := range steps {
		must(t, l.CloseElapsed(ctx, s.at))
		if got := pending(t, l); got != s.want {
			t.Errorf("%s: %d closed, want %d", s.name, got, s.want)
		}
	}
	b := batch(t, l, 10)
	if b.Cells[1].Key.First != "caf" || b.Cells[1].Count != 2 || b.Cells[1].Hour != kiosk.NoHour {
		t.Errorf("visits: %+v", b.Cells[1])
	}
}

// The night when 2 o'clock comes twice, a cell of that hour counts both.
func TestRepeatedHour(t *testing.T) {
	ctx := t.Context()
	c := &clock{time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)} // 2:30, summer time
	l := fresh(t, c)
	must(t, l.Add(ctx, session(l, c)))
	c.now = c.now.Add(time.Hour) // 2:30 again
	must(t, l.CloseElapsed(ctx, c.now))
	if got := pending(t, l); got != 0 {
		t.Fatalf("closed %d in the repeated hour", got)
	}
	must(t, l.Add(ctx, session(l, c)))
	c.now = c.now.Add(time.Hour)
	must(t, l.CloseElapsed(ctx, c.now))
	if b := batch(t, l, 10); len(b.Cells) != 1 || b.Cells[0].Count != 2 || b.Cells[0].Hour != 2 {
		t.Errorf("batch %+v, want one cell of hour 2 with 2", b)
	}
}

// A key that is counted again after it closed leaves as a second increment.
func TestReopenedKeyIsAnIncrement(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	for range 2 {
		must(t, l.Add(ctx, visit(l, c, "caf")))
		must(t, l.CloseAll(ctx))
	}
	b := batch(t, l, 10)
	if len(b.Cells) != 2 || b.Cells[0].Seq != 1 || b.Cells[1].Seq != 2 || b.Cells[0].Cell != b.Cells[1].Cell || b.Cells[0].Count != 1 {
		t.Errorf("batch %+v, want the same cell twice under 1 and 2", b)
	}
}

// The order of closed cells says nothing of when things happened.
func TestOutboxOrderIsRandom(t *testing.T) {
	ctx, c := t.Context(), newClock()
	orders := map[string]bool{}
	for range 8 {
		l := fresh(t, c)
		for _, s := range []string{"caf", "ameli", "impots", "ants", "msa", "carsat"} {
			must(t, l.Add(ctx, visit(l, c, s)))
		}
		must(t, l.CloseAll(ctx))
		var order []string
		for _, cell := range batch(t, l, 10).Cells {
			order = append(order, cell.First)
		}
		orders[strings.Join(order, " ")] = true
	}
	if len(orders) < 2 {
		t.Errorf("8 logs gave the one order %v", orders)
	}
}

func TestClockAheadByAYear(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	right := c.now
	c.now = right.AddDate(1, 0, 0)
	must(t, l.Add(ctx, visit(l, c, "caf")))
	c.now = right
	must(t, l.CloseElapsed(ctx, c.now))
	if b := batch(t, l, 10); len(b.Cells) != 1 || b.Cells[0].Day != "2027-11-20" {
		t.Errorf("batch %+v: the day of the wrong clock must not wait a year", b)
	}
}

func TestClockBeforeTheProgramWasBuilt(t *testing.T) {
	ctx, c := t.Context(), &clock{time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC)}
	earliest := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read, Earliest: earliest})
	if err := l.Add(ctx, visit(l, c, "caf"), session(l, c)); !errors.Is(err, ErrClock) {
		t.Fatalf("Add = %v, want ErrClock", err)
	}
	if f := l.Health(); f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, "clock") {
		t.Errorf("health %+v", f)
	}
	must(t, l.CloseElapsed(ctx, c.now))
	c.now = newClock().now
	must(t, l.CloseElapsed(ctx, c.now.Add(time.Hour))) // writes what waited
	want := map[kiosk.Key]uint64{visit(l, c, "caf"): 1, session(l, c): 1}
	if got := totals(t, l); !maps.Equal(got, want) {
		t.Errorf("totals %v, want %v", got, want)
	}
	if f := l.Health(); f.Level != kiosk.LevelOK {
		t.Errorf("health %+v", f)
	}
}

func TestRefusesWhatIsNotAKey(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := open(t, filepath.Join(t.TempDir(), "usage.db"),
		Options{Clock: c.read, IsService: func(id string) bool { return id == "caf" }})
	good := visit(l, c, "caf")
	for name, counts := range map[string]map[kiosk.Key]uint64{
		"unknown service": {good: 1, visit(l, c, "jean-dupont"): 1},
		"free text":       {good: 1, visit(l, c, "Madame X, 12 rue"): 1},
		"no kind":         {good: 1, {}: 1},
		"an hour":         {good: 1, {Kind: kiosk.CellVisit, Day: good.Day, Hour: 10, First: "caf", Second: "5-15"}: 1},
		"zero":            {good: 0},
		"too many":        {good: maxCount + 1},
	} {
		if err := l.Record(ctx, counts); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	if got := totals(t, l); len(got) != 0 {
		t.Errorf("something was counted: %v", got)
	}
}

func TestAcknowledge(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	for _, s := range []string{"caf", "ameli", "impots"} {
		must(t, l.Add(ctx, visit(l, c, s)))
	}
	must(t, l.CloseAll(ctx))
	b := batch(t, l, 2)
	if len(b.Cells) != 2 || b.Epoch != l.Epoch() {
		t.Fatalf("batch %+v", b)
	}
	for _, s := range []struct {
		name string
		w    kiosk.Watermark
		err  error
		left uint64
	}{
		{"another epoch", kiosk.Watermark{Epoch: strings.Repeat("0", 32), Seq: 2}, ErrOtherEpoch, 3},
		{"no epoch", kiosk.Watermark{Seq: 2}, ErrOtherEpoch, 3},
		{"above what was sent", kiosk.Watermark{Epoch: b.Epoch, Seq: 3}, ErrAhead, 3},
		{"nothing yet", kiosk.Watermark{Epoch: b.Epoch}, nil, 3},
		{"the first", kiosk.Watermark{Epoch: b.Epoch, Seq: 1}, nil, 2},
		{"both", kiosk.Watermark{Epoch: b.Epoch, Seq: 2}, nil, 1},
		{"both again", kiosk.Watermark{Epoch: b.Epoch, Seq: 2}, nil, 1},
	} {
		if err := l.Acknowledge(ctx, s.w); !errors.Is(err, s.err) {
			t.Errorf("%s: %v, want %v", s.name, err, s.err)
		}
		if got := pending(t, l); got != s.left {
			t.Errorf("%s: %d left, want %d", s.name, got, s.left)
		}
	}
	if b := batch(t, l, 10); len(b.Cells) != 1 || b.Cells[0].Seq != 3 {
		t.Errorf("next batch %+v", b)
	}
}

// A central office restored from a backup gets numbers that it can pass.
func TestCentralOfficeThatLostCells(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	must(t, l.Add(ctx, visit(l, c, "caf"), visit(l, c, "ameli")))
	must(t, l.CloseAll(ctx))
	must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: l.Epoch(), Seq: batch(t, l, 10).Cells[1].Seq}))
	must(t, l.Add(ctx, visit(l, c, "impots")))
	must(t, l.CloseAll(ctx))
	batch(t, l, 10)
	must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: l.Epoch()}))
	b := batch(t, l, 10)
	if len(b.Cells) != 3 || pending(t, l) != 3 {
		t.Fatalf("batch %+v", b)
	}
	for i, cell := range b.Cells {
		must(t, cell.Validate(nil))
		if evicted := cell.First == kiosk.DeviceEvicted; cell.Seq != uint64(i+1) || evicted != (i < 2) {
			t.Errorf("cell %d: %+v", i, cell)
		}
	}
}

// A machine that gets a new identity, or whose log went back in time, starts
// to number anew and keeps all that was not acknowledged.
func TestNewEpoch(t *testing.T) {
	ctx, c := t.Context(), newClock()
	path := filepath.Join(t.TempDir(), "usage.db")
	l := open(t, path, Options{Clock: c.read})
	for _, s := range []string{"caf", "ameli", "impots"} {
		must(t, l.Add(ctx, visit(l, c, s)))
	}
	must(t, l.CloseAll(ctx))
	old := batch(t, l, 10)
	must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: old.Epoch, Seq: 1}))
	must(t, l.Add(ctx, visit(l, c, "msa")))
	before := totals(t, l)
	must(t, l.NewEpoch(ctx))
	if got := totals(t, l); !maps.Equal(got, before) {
		t.Errorf("totals %v, were %v", got, before)
	}
	b := batch(t, l, 10)
	if b.Epoch == old.Epoch || b.Epoch != l.Epoch() || len(b.Cells) != 2 || b.Cells[0].Seq != 1 ||
		b.Cells[0].Cell != old.Cells[1].Cell || b.Cells[1].Cell != old.Cells[2].Cell {
		t.Errorf("batch %+v after %+v", b, old)
	}
	if err := l.Acknowledge(ctx, kiosk.Watermark{Epoch: old.Epoch, Seq: 1}); !errors.Is(err, ErrOtherEpoch) {
		t.Errorf("a watermark of the old epoch: %v", err)
	}
	must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: b.Epoch, Seq: 2}))
	must(t, l.CloseAll(ctx))
	if b := batch(t, l, 10); len(b.Cells) != 1 || b.Cells[0].Seq != 3 {
		t.Errorf("next batch %+v", b)
	}
	must(t, l.Close())
	if again := open(t, path, Options{Clock: c.read}); again.Epoch() != b.Epoch {
		t.Errorf("epoch %s after reopening, want %s", again.Epoch(), b.Epoch)
	}
}

// Evicted numbers that were not told yet become one count.
func TestNewEpochKeepsEvictions(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read, MaxRows: 2})
	for range 5 {
		must(t, l.Add(ctx, visit(l, c, "caf")))
		must(t, l.CloseAll(ctx))
	}
	must(t, l.NewEpoch(ctx))
	b := batch(t, l, 10)
	if len(b.Cells) != 3 || b.Cells[2].First != kiosk.DeviceEvicted || b.Cells[2].Count != 3 || pending(t, l) != 3 {
		t.Errorf("batch %+v", b)
	}
}

func TestSurvivesReopening(t *testing.T) {
	ctx, c := t.Context(), newClock()
	path := filepath.Join(t.TempDir(), "usage.db")
	l := open(t, path, Options{Clock: c.read})
	epoch := l.Epoch()
	must(t, l.Add(ctx, visit(l, c, "caf")))
	must(t, l.CloseAll(ctx))
	sent := batch(t, l, 10)
	if _, err := Open(path, Options{}); err == nil {
		t.Error("a second process could open the log")
	}
	must(t, l.Close())
	l = open(t, path, Options{Clock: c.read})
	if l.Epoch() != epoch {
		t.Errorf("epoch changed from %s to %s", epoch, l.Epoch())
	}
	// The answer to a batch sent before the restart is still good.
	must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: epoch, Seq: sent.Cells[0].Seq}))
	must(t, l.Add(ctx, visit(l, c, "caf")))
	must(t, l.CloseAll(ctx))
	if b := batch(t, l, 10); b.Cells[0].Seq != 2 {
		t.Errorf("number %d used again", b.Cells[0].Seq)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestLaterSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "usage.db")
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.Exec("PRAGMA user_version = 99")
	must(t, err)
	must(t, db.Close())
	if _, err := Open(path, Options{}); !errors.Is(err, ErrNewer) {
		t.Errorf("Open = %v, want ErrNewer", err)
	}
}

// The largest batch that can be stays far below the limit in bytes.
func TestBatchBytes(t *testing.T) {
	long := strings.Repeat("a", 40)
	var b kiosk.CellBatch
	b.Epoch = strings.Repeat("0", 32)
	for range kiosk.MaxBatchCells {
		b.Cells = append(b.Cells, kiosk.SequencedCell{Seq: 1<<64 - 1, Cell: kiosk.Cell{Count: 1<<64 - 1,
			Key: kiosk.Key{Kind: kiosk.CellAvailability, Day: "2026-11-20", Hour: -1, First: long, Second: long}}})
	}
	data, err := json.Marshal(b)
	must(t, err)
	if len(data) > kiosk.MaxBatchBytes*3/4 {
		t.Errorf("%d bytes", len(data))
	}
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	counts := map[kiosk.Key]uint64{}
	for d := range 60 {
		for h := range 24 {
			k := session(l, c)
			k.Day, k.Hour = c.now.AddDate(0, 0, -d).Format(time.DateOnly), h
			counts[k] = 1
		}
	}
	must(t, l.Record(ctx, counts))
	must(t, l.CloseAll(ctx))
	if n := len(batch(t, l, 10_000).Cells); n != kiosk.MaxBatchCells {
		t.Errorf("batch of %d", n)
	}
}

// The write-ahead log shows each visit's pages apart, so closing empties it.
func TestWriteAheadLogIsEmptied(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := fresh(t, c)
	must(t, l.Add(ctx, visit(l, c, "caf")))
	size := func() int64 {
		info, err := os.Stat(l.path + "-wal")
		must(t, err)
		return info.Size()
	}
	if size() == 0 {
		t.Fatal("nothing in the write-ahead log: this test proves nothing")
	}
	must(t, l.CloseElapsed(ctx, c.now))
	if n := size(); n != 0 {
		t.Errorf("write-ahead log holds %d bytes", n)
	}
}

// TestPragmas: what the log promises of durability and secrecy is in force.
func TestPragmas(t *testing.T) {
	l := fresh(t, newClock())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "locking_mode": "exclusive", "secure_delete": "1"} {
		var got string
		must(t, l.db.QueryRow("PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
	if _, err := os.Stat(l.path + "-shm"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a shared memory file: %v", err)
	}
}
