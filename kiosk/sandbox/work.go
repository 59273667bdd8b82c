package sandbox

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// worker tells how much work was done, over control groups that come and go.
type worker struct {
	mu   sync.Mutex
	seen map[string]time.Duration
	sum  time.Duration
}

// workPlaces are where a start and a wipe are worked at: in the session's own
// units, and by the init system, which makes and ends them.
var workPlaces = []string{
	"/init.scope", "/system.slice/" + UnitName, "/system.slice/" + ProxyUnitName, "/system.slice/" + ReaderUnitName,
	"/system.slice/" + WriterUnitName, "/system.slice/" + ConverterUnitName, "/system.slice/" + ScannerUnitName,
}

// Work is the processor time that starts and wipes have taken so far: it grows
// while one goes on, however slow the machine, and stands still when it hangs.
// It never goes back.
func (s *Sandbox) Work() time.Duration { return s.worker.add(cgroupRoot, workPlaces) }

func (w *worker) add(root string, places []string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[string]time.Duration{}
	}
	for _, place := range places {
		now, ok := usage(root + place + "/cpu.stat")
		before := w.seen[place]
		switch {
		case !ok:
			delete(w.seen, place)
			continue
		case now < before: // another group of the same name
			before = 0
		}
		w.sum += now - before
		w.seen[place] = now
	}
	return w.sum
}

// usage reads usage_usec, which is there without the cpu controller too
// (Documentation/admin-guide/cgroup-v2.rst).
func usage(path string) (time.Duration, bool) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		if value, is := strings.CutPrefix(lines.Text(), "usage_usec "); is {
			n, err := strconv.ParseInt(value, 10, 64)
			return time.Duration(n) * time.Microsecond, err == nil && n >= 0
		}
	}
	return 0, false
}

// Work is the processor time that the program's first process has taken: a
// browser that is busy takes some, one that hangs takes none. ok is false once
// it is gone.
func (u *Unit) Work() (taken time.Duration, ok bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(u.browser.pid) + "/schedstat")
	if err != nil {
		return 0, false
	}
	return schedstat(b)
}

// schedstat reads the first figure, nanoseconds on a processor
// (Documentation/scheduler/sched-stats.rst).
func schedstat(b []byte) (time.Duration, bool) {
	first, _, ok := strings.Cut(string(b), " ")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(first, 10, 64)
	return time.Duration(n), err == nil && n >= 0
}
