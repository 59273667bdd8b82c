package usage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"borne/kiosk"
)

// The format of SQLite's write-ahead log: a head, then frames of a head and a
// page each (https://sqlite.org/fileformat2.html#walformat). A frame whose
// second word is not 0 ends a transaction.
const (
	walHead   = 32
	frameHead = 24
	walPage   = 4096
	frameSize = frameHead + walPage
)

// tearable is a log as a power cut may find it: a file, a write-ahead log of
// several transactions, and what each of them made of it.
type tearable struct {
	db, wal []byte
	epoch   string
	steps   uint64
	// at[n] is how long the write-ahead log is after n transactions, and sums[n]
	// what the log then holds.
	at   []int
	sums []map[kiosk.Key]uint64
}

func newTearable(t *testing.T) *tearable {
	t.Helper()
	w := &tearable{steps: 40}
	now := stepClock(1)
	path := filepath.Join(t.TempDir(), "usage.db")
	l := open(t, path, Options{Clock: func() time.Time { return now }, ReserveBytes: -1})
	step, random := uint64(1), rand.New(rand.NewPCG(1, 1))
	record := func() { // on several pages at once, so that a transaction can be torn in the middle
		now = stepClock(step)
		counts := stepCounts(l, step)
		for range 25 {
			counts[l.Key(kiosk.CellVisit, now, fmt.Sprintf("service-%d", random.IntN(300)), "5-15")]++
		}
		must(t, l.Record(t.Context(), counts))
		step++
	}
	for range 20 {
		record()
	}
	must(t, l.CloseElapsed(t.Context(), now)) // all of it in the file, none in the write-ahead log
	read := func(suffix string) []byte {
		data, err := os.ReadFile(path + suffix)
		must(t, err)
		return data
	}
	w.epoch, w.db = l.Epoch(), read("")
	w.at, w.sums = []int{0}, []map[kiosk.Key]uint64{totals(t, l)}
	for step <= w.steps {
		record()
		w.wal = read("-wal")
		w.at, w.sums = append(w.at, len(w.wal)), append(w.sums, totals(t, l))
	}
	if !bytes.Equal(w.db, read("")) {
		t.Fatal("the file was written to meanwhile: what follows would prove nothing")
	}
	if n := w.frames(); n < 3*20 || walHead+n*frameSize != len(w.wal) {
		t.Fatalf("a write-ahead log of %d bytes", len(w.wal))
	}
	for n, at := range w.at[1:] {
		frame := w.wal[at-frameSize:]
		if binary.BigEndian.Uint32(frame[4:]) == 0 {
			t.Fatalf("transaction %d does not end at %d", n, at)
		}
	}
	return w
}

func (w *tearable) frames() int { return (len(w.wal) - walHead) / frameSize }

// held is what the log must hold when its write-ahead log is sound up to that
// byte: all transactions that end before it, and nothing of the next.
func (w *tearable) held(sound int) map[kiosk.Key]uint64 {
	n := len(w.at) - 1
	for w.at[n] > sound {
		n--
	}
	return w.sums[n]
}

// torn is one way to damage it, and how far it is sound then.
type torn struct {
	what    string
	db, wal []byte
	sound   int
}

// offsets are places in the write-ahead log, some in each part that the format
// tells apart: of the head, of the head of every frame, of every page, and the
// edges between them.
func (w *tearable) offsets(random *rand.Rand, each int) []int {
	var at []int
	for b := range walHead {
		at = append(at, b)
	}
	for f := range w.frames() {
		begin := walHead + f*frameSize
		// page number, size after a commit, two salts, two checksums, page
		for _, part := range [][2]int{{0, 4}, {4, 8}, {8, 16}, {16, 24}, {frameHead, frameHead + 100}, {frameHead + 100, frameSize - 1}, {frameSize - 1, frameSize}} {
			for range each {
				at = append(at, begin+part[0]+random.IntN(part[1]-part[0]))
			}
		}
		at = append(at, begin, begin+frameSize-1)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// ways are all the damages that are tried.
func (w *tearable) ways(random *rand.Rand, each int) (list []torn) {
	for _, at := range w.offsets(random, each) {
		// A frame that is not whole is none.
		frame := max(0, (at-walHead)/frameSize*frameSize+walHead)
		if at < walHead {
			frame = 0
		}
		flipped := bytes.Clone(w.wal)
		flipped[at] ^= 1 << random.IntN(8)
		noise := append(bytes.Clone(w.wal[:at]), make([]byte, len(w.wal)-at)...)
		for i := at; i < len(noise); i++ {
			noise[i] = byte(random.Uint32())
		}
		noise[at] = w.wal[at] ^ 0x55
		list = append(list,
			torn{fmt.Sprintf("cut off at %d", at), w.db, w.wal[:at], at},
			torn{fmt.Sprintf("a bit flipped at %d", at), w.db, flipped, frame},
			torn{fmt.Sprintf("noise from %d on", at), w.db, noise, frame})
		if zeros := append(bytes.Clone(w.wal[:at]), make([]byte, len(w.wal)-at)...); !bytes.Equal(zeros[at:min(frame+frameSize, len(w.wal))], w.wal[at:min(frame+frameSize, len(w.wal))]) {
			list = append(list, torn{fmt.Sprintf("nothing but zeros from %d on", at), w.db, zeros, frame})
		}
	}
	// What a disk may leave behind the end: room that was reserved, an older
	// write-ahead log, another frame's bytes.
	whole := len(w.wal)
	list = append(list,
		torn{"zeros behind it", w.db, append(bytes.Clone(w.wal), make([]byte, 3*frameSize)...), whole},
		torn{"a frame twice", w.db, append(bytes.Clone(w.wal), w.wal[whole-frameSize:]...), whole},
		torn{"its beginning again", w.db, append(bytes.Clone(w.wal), w.wal...), whole},
		torn{"gone", w.db, nil, 0})
	// Blocks of the disk are written in any order: one is missing.
	for block := range whole / 4096 {
		missing := bytes.Clone(w.wal)
		clear(missing[block*4096 : min(whole, (block+1)*4096)])
		frame := 0
		if first := firstDifference(missing, w.wal); first >= walHead {
			frame = walHead + (first-walHead)/frameSize*frameSize
		}
		list = append(list, torn{fmt.Sprintf("block %d never written", block), w.db, missing, frame})
	}
	// A checkpoint that was cut: pages are in the file already, one of them in
	// part. The write-ahead log is whole, so all is there.
	for n := range w.frames() * each {
		db := bytes.Clone(w.db)
		last := random.IntN(w.frames()) + 1
		for f := range last {
			frame := w.wal[walHead+f*frameSize:]
			page := int(binary.BigEndian.Uint32(frame)) - 1
			if grow := (page+1)*walPage - len(db); grow > 0 {
				db = append(db, make([]byte, grow)...)
			}
			size := walPage
			if f == last-1 {
				size = 512 * random.IntN(9) // a sector is written whole or not
			}
			copy(db[page*walPage:], frame[frameHead:frameHead+size])
		}
		list = append(list, torn{fmt.Sprintf("a checkpoint cut in frame %d (%d)", last, n), db, w.wal, whole})
	}
	return list
}

func firstDifference(a, b []byte) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// TestTornWriteAheadLog opens copies of a log whose write-ahead log was cut,
// flipped, zeroed or filled with noise, at places of every class, or whose
// checkpoint was cut: every transaction before the damage is there, nothing of
// the first one in it, and the file is sound. BORNE_TEST_KILLS, for the long
// run, tries more places.
func TestTornWriteAheadLog(t *testing.T) {
	each := 1
	if os.Getenv("BORNE_TEST_KILLS") != "" {
		each = 4
	}
	w := newTearable(t)
	random := rand.New(rand.NewPCG(2026, 11))
	list := w.ways(random, each)
	if each == 1 { // a bounded number of them, the same each time
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		list = list[:250]
	}
	path := filepath.Join(memory(t), "usage.db")
	sound := 0
	for _, way := range list {
		must(t, os.WriteFile(path, way.db, 0o600))
		must(t, os.WriteFile(path+"-wal", way.wal, 0o600))
		l, got, err := readSound(path, w.epoch, stepClock(w.steps))
		if err != nil {
			t.Fatalf("%s: %v", way.what, err)
		}
		if want := w.held(way.sound); !maps.Equal(got, want) {
			t.Fatalf("%s: the log holds %v, want %v", way.what, got, want)
		}
		if way.sound == len(w.wal) {
			sound++
		}
		// It goes on counting, and closes.
		must(t, l.Record(t.Context(), stepCounts(l, w.steps)))
		must(t, l.Close())
	}
	t.Logf("%d ways to damage a write-ahead log of %d frames and %d transactions; in %d of them nothing may be missing", len(list), w.frames(), len(w.at)-1, sound)
	keepFigures(t, "torn", fmt.Sprintf(`| | |
| --- | --: |
| write-ahead log of %d visits | %d frames |
| damages tried | %d |
| of these, such that nothing may be missing (cut checkpoints, what lies behind the end) | %d |
| acknowledged visits before the damage that were missing | 0 |
| visits there in part | 0 |
| integrity checks that found something | 0 |`, len(w.at)-1, w.frames(), len(list), sound))
}

// memory is a folder in memory if there is one: a thousand files are opened,
// and what a disk does is tried elsewhere.
func memory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "borne-usage")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
