package usage

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestWriteAheadLogIsBlanked: what is given back to the disk holds nothing,
// and a power cut while it is overwritten, whichever of its blocks had reached
// the disk by then, costs no count.
func TestWriteAheadLogIsBlanked(t *testing.T) {
	now := stepClock(1)
	path := filepath.Join(memory(t), "usage.db")
	l := open(t, path, Options{Clock: newClock().read, ReserveBytes: -1})
	for step := range uint64(40) {
		must(t, l.Record(t.Context(), stepCounts(l, step)))
	}
	want := totals(t, l)
	must(t, l.checkpoint("RESTART"))
	read := func(suffix string) []byte {
		data, err := os.ReadFile(path + suffix)
		must(t, err)
		return data
	}
	db, wal := read(""), read("-wal")
	if len(wal) < 10*frameSize || bytes.Equal(wal[:walHeadBytes], make([]byte, walHeadBytes)) {
		t.Fatalf("a write-ahead log of %d bytes: what follows would prove nothing", len(wal))
	}
	must(t, blankWAL(path+"-wal"))
	if left := bytes.Trim(read("-wal"), "\x00"); len(left) != 0 {
		t.Errorf("%d bytes are left", len(left))
	}
	l.emptyWAL()
	if got := totals(t, l); !maps.Equal(got, want) {
		t.Errorf("after it was blanked the log holds %v, want %v", got, want)
	}
	must(t, l.Record(t.Context(), stepCounts(l, 41)))
	must(t, l.Close())

	random := rand.New(rand.NewPCG(7, 7))
	for n := range 40 {
		torn := bytes.Clone(wal)
		clear(torn[:walHeadBytes]) // is on the disk before anything else
		for at := walHeadBytes; at < len(torn); at += 4096 {
			if random.IntN(2) == 0 {
				clear(torn[at:min(at+4096, len(torn))])
			}
		}
		cut := filepath.Join(filepath.Dir(path), fmt.Sprint("cut", n))
		must(t, os.WriteFile(cut, db, 0o600))
		must(t, os.WriteFile(cut+"-wal", torn, 0o600))
		after, got, err := readSound(cut, "", now)
		must(t, err)
		must(t, after.Close())
		if !maps.Equal(got, want) {
			t.Fatalf("cut %d: the log holds %v, want %v", n, got, want)
		}
	}
}

// TestLogGoesOnWhenItCannotBeBlanked: the file is opened anew, and counts on.
func TestLogGoesOnWhenItCannotBeBlanked(t *testing.T) {
	c := newClock()
	l := fresh(t, c)
	must(t, l.Add(t.Context(), visit(l, c, "caf")))
	must(t, os.Rename(l.path+"-wal", l.path+"-moved"))
	must(t, os.Mkdir(l.path+"-wal", 0o700)) // opens for no writing, even to root
	l.emptyWAL()
	if l.db != nil {
		t.Fatal("it was blanked: this test proves nothing")
	}
	must(t, os.Remove(l.path+"-wal"))
	must(t, l.Add(t.Context(), visit(l, c, "caf")))
	if got := totals(t, l)[visit(l, c, "caf")]; got != 2 {
		t.Errorf("%d visits, want 2", got)
	}
}
