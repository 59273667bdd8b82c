package usage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

// killed is what TestKilledWriter knows of the log from the outside.
type killed struct {
	path   string
	epoch  string
	opened bool                  // some writer had opened the file
	step   uint64                // the next one to be written
	counts map[kiosk.Key]uint64  // of all steps before it
	office map[uint64]kiosk.Cell // what was sent, each number once
	sums   map[kiosk.Key]uint64  // of the office
	figures
}

// figures are what a run tells.
type figures struct {
	kills, inOpen, written, sent int
	whole, absent                int // steps that were killed before they were acknowledged
	toRecover, bytes             int // files found with a write-ahead log, and its largest
}

// TestKilledWriter kills -9 a writer at random moments, again and again, the
// next one beginning with what the last one left: every count that was
// acknowledged is on the disk or was sent, once; the one that was under way is
// there whole or not at all; and the file is sound. BORNE_TEST_KILLS sets the
// number of times.
func TestKilledWriter(t *testing.T) {
	kills := 40
	if s := os.Getenv("BORNE_TEST_KILLS"); s != "" {
		var err error
		kills, err = strconv.Atoi(s)
		must(t, err)
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	k := &killed{path: filepath.Join(t.TempDir(), "usage.db"), step: 1, counts: map[kiosk.Key]uint64{}, office: map[uint64]kiosk.Cell{}, sums: map[kiosk.Key]uint64{}}
	copied, began := filepath.Join(t.TempDir(), "copy.db"), time.Now()
	for k.kills < kills {
		if err := k.kill(random); err != nil {
			t.Fatalf("seed %d, kill %d: %v", seed, k.kills, err)
		}
		if err := k.check(copied); err != nil {
			t.Fatalf("seed %d, kill %d: %v", seed, k.kills, err)
		}
	}
	f := k.figures
	if kills >= 40 && (f.toRecover == 0 || f.sent == 0) || kills >= 500 && (f.inOpen == 0 || f.whole == 0) {
		t.Errorf("the kills missed what they are for: %+v", f)
	}
	took := time.Since(began).Round(time.Second)
	t.Logf("%+v in %s", f, took)
	keepFigures(t, "killed", fmt.Sprintf(`| | |
| --- | --: |
| writers killed with `+"`kill -9`"+` | %d |
| of these before they had opened the log | %d |
| of these that left a write-ahead log to be recovered (%d KB at most) | %d |
| visits acknowledged | %d |
| cells sent | %d |
| counts lost | 0 |
| counts doubled | 0 |
| visits not acknowledged when the kill came, and there whole | %d |
| kills with none of the next visit there | %d |
| visits there in part | 0 |
| integrity checks that found something | 0 |
| took | %s |`, f.kills, f.inOpen, f.bytes>>10, f.toRecover, f.written, f.sent, f.whole, f.absent, took))
}

// keepFigures writes the figures of a run into docs/resilience.md, between the
// markers of that name, when BORNE_RESILIENCE is the page's path. A run that
// found something has failed before.
func keepFigures(t *testing.T, name, text string) {
	t.Helper()
	page := os.Getenv("BORNE_RESILIENCE")
	if page == "" {
		return
	}
	data, err := os.ReadFile(page)
	must(t, err)
	begin, end := "<!-- "+name+": begin -->\n", "<!-- "+name+": end -->"
	before, rest, ok := strings.Cut(string(data), begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		t.Fatalf("%s has no markers %q", page, name)
	}
	text = fmt.Sprintf("%s%s\nWritten by `make crash` on %s, on %d cores.\n\n%s\n\n%s%s", before, begin, time.Now().Format(time.DateOnly), runtime.NumCPU(), text, end, after)
	must(t, os.WriteFile(page, []byte(text), 0o644))
}

// kill starts a writer and kills it, either while it starts or a random while
// after a random number of steps.
func (k *killed) kill(random *rand.Rand) error {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerPath+"="+k.path, fmt.Sprintf("%s=%d", writerStep, k.step))
	said := &lines{seen: make(chan struct{}, 1)}
	var complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = said, &complaint
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it must not outlive the test
	if err := cmd.Start(); err != nil {
		return err
	}
	// What it waits for, and how long it then lets the writer run, in the
	// order of what a transaction takes.
	waitFor, run := "", time.Duration(random.IntN(100_000))*time.Microsecond
	if random.IntN(4) > 0 {
		waitFor = fmt.Sprintf("written %d", k.step+uint64(random.IntN(12)))
		if random.IntN(4) == 0 {
			waitFor = "opened"
		}
		run = time.Duration(random.IntN(20_000)) * time.Microsecond
	}
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	for waitFor != "" && !slices.Contains(said.whole(), waitFor) {
		select {
		case <-said.seen:
		case <-patience.C:
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			return fmt.Errorf("the writer never said %q: %s", waitFor, complaint.String())
		}
	}
	time.Sleep(run) // the random moment itself: nothing is waited for
	if err := cmd.Process.Kill(); err != nil {
		return fmt.Errorf("the writer left by itself: %w: %s", err, complaint.String())
	}
	_ = cmd.Wait() // it was killed
	k.kills++
	return k.hear(said.whole())
}

// hear follows what the writer said before it died.
func (k *killed) hear(said []string) error {
	opened := false
	probe := &Log{options: Options{Location: paris}} // of no file, to make keys with
	for _, line := range said {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "opened":
			opened = true
		case "written":
			if rest != strconv.FormatUint(k.step, 10) {
				return fmt.Errorf("step %s written, want %d", rest, k.step)
			}
			add(k.counts, stepCounts(probe, k.step))
			k.step++
			k.written++
		case "sent":
			var b kiosk.CellBatch
			if err := json.Unmarshal([]byte(rest), &b); err != nil {
				return err
			}
			for _, c := range b.Cells {
				held, known := k.office[c.Seq]
				if known && held != c.Cell {
					return fmt.Errorf("number %d was %+v and is %+v", c.Seq, held, c.Cell)
				}
				if !known {
					k.office[c.Seq] = c.Cell
					k.sums[c.Key] += c.Count
					k.sent++
				}
			}
		default:
			return fmt.Errorf("the writer said %q", line)
		}
	}
	if !opened {
		k.inOpen++
	}
	k.opened = k.opened || opened
	return nil
}

// check opens a copy of what the dead writer left, so that the next writer has
// to recover the file itself, and is killed at that too.
func (k *killed) check(copied string) error {
	for _, suffix := range []string{"", "-wal", "-journal"} {
		data, err := os.ReadFile(k.path + suffix)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		if suffix == "-wal" && len(data) > 0 {
			k.toRecover++
			k.bytes = max(k.bytes, len(data))
		}
		if err := os.Remove(copied + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
		if data != nil {
			if err := os.WriteFile(copied+suffix, data, 0o600); err != nil {
				return err
			}
		}
	}
	l, sums, err := readSound(copied, k.epoch, stepClock(k.step))
	if err != nil {
		return err
	}
	defer l.Close()
	if k.opened { // until then the file may have no epoch yet, and the copy one of its own
		k.epoch = l.Epoch()
	}
	// What was sent and is still in the outbox, for its answer was killed, is
	// the same number: it is counted once.
	d, err := l.Dump(context.Background())
	if err != nil {
		return err
	}
	for _, c := range d.Outbox {
		if held, known := k.office[c.Seq]; known {
			if held != c.Cell {
				return fmt.Errorf("number %d was sent as %+v and is %+v", c.Seq, held, c.Cell)
			}
			if sums[c.Key] -= c.Count; sums[c.Key] == 0 {
				delete(sums, c.Key)
			}
		}
	}
	add(sums, k.sums)
	if maps.Equal(sums, k.counts) {
		k.absent++
		return nil
	}
	next := maps.Clone(k.counts)
	add(next, stepCounts(l, k.step))
	if !maps.Equal(sums, next) {
		return fmt.Errorf("after step %d there are %v, acknowledged were %v", k.step-1, sums, k.counts)
	}
	k.counts = next
	k.step++
	k.whole++
	return nil
}

// readSound opens a log that must be whole: of that epoch ("" for any), by
// SQLite's full check, with nothing set aside. It returns the log and its sums.
func readSound(path, epoch string, now time.Time) (*Log, map[kiosk.Key]uint64, error) {
	l, err := Open(path, Options{Clock: func() time.Time { return now }, ReserveBytes: -1})
	if err != nil {
		return nil, nil, err
	}
	bad := func(err error) (*Log, map[kiosk.Key]uint64, error) {
		l.Close()
		return nil, nil, err
	}
	if f := l.Health(); f.Level != kiosk.LevelOK {
		return bad(fmt.Errorf("health: %+v", f))
	}
	if epoch != "" && l.Epoch() != epoch {
		return bad(fmt.Errorf("epoch %s, was %s", l.Epoch(), epoch))
	}
	var finding string
	if err := l.db.QueryRow(`PRAGMA integrity_check`).Scan(&finding); err != nil || finding != "ok" {
		return bad(fmt.Errorf("integrity check: %s, %v", finding, err))
	}
	d, err := l.Dump(context.Background())
	if err != nil {
		return bad(err)
	}
	sums := map[kiosk.Key]uint64{}
	for _, c := range d.Open {
		sums[c.Key] += c.Count
	}
	for _, c := range d.Outbox {
		sums[c.Key] += c.Count
	}
	return l, sums, nil
}

func add(to, more map[kiosk.Key]uint64) {
	for k, n := range more {
		to[k] += n
	}
}

// lines keeps the whole lines that a process wrote.
type lines struct {
	mu   sync.Mutex
	said []string
	rest []byte
	seen chan struct{} // one token when there are more
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			break
		}
		l.said, l.rest = append(l.said, string(line)), rest
	}
	select {
	case l.seen <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (l *lines) whole() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.said)
}
