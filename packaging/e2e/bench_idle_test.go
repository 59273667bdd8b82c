package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
)

// idleTime is how long an idle borne is watched.
const idleTime = 40 * time.Second

// borneGroups are the borne's control groups: borned; the X server and the
// shell, which log in and so live in their user's; the standby browser and its
// way out.
func (b *bench) borneGroups() []string {
	return []string{"system.slice/borned.service", fmt.Sprintf("user.slice/user-%d.slice", b.shellUID), standbyGroup, "system.slice/" + proxyUnit}
}

// standbyGroup is the visitor's browser, waiting.
const standbyGroup = "system.slice/borne-session.service"

// idle is what something costs while nobody is there.
type idle struct {
	core     float64 // share of one core
	rss, pss int64   // bytes; rss counts shared pages too
}

// idleFigures are those of one moment in a borne's day.
type idleFigures struct {
	borned, shell, screen, whole idle
}

// measureIdle watches a borne that shows its first screen since its start.
func measureIdle(ctx context.Context, t *testing.T, b *bench, kept *figures) {
	kept.fresh = b.idle(ctx, t)
}

// measureIdleAfterVisits watches the same borne after more than a hundred
// visits: what they leave behind in memory shows.
func measureIdleAfterVisits(ctx context.Context, t *testing.T, b *bench, kept *figures) {
	kept.used = b.idle(ctx, t)
	kept.addIdle()
}

func (b *bench) idle(ctx context.Context, t *testing.T) (f idleFigures) {
	t.Helper()
	if err := b.track.untilState(ctx, kiosk.Ready); err != nil {
		t.Fatal(err)
	}
	if err := b.settle(ctx); err != nil {
		t.Fatal(err)
	}
	time.Sleep(15 * time.Second) // caches that are dropped after a while, a last collection of garbage
	var pids [3]int
	for i, name := range []string{"borned", "borne-shell", "Xvnc"} {
		pid, err := b.process(name)
		if err != nil {
			t.Fatal(err)
		}
		pids[i] = pid
	}

	read := func() (cpu [4]time.Duration) {
		for i, pid := range pids {
			used, err := processCPU(pid)
			if err != nil {
				t.Fatal(err)
			}
			cpu[i] = used
		}
		for i, group := range b.borneGroups() {
			used, err := b.groupCPU(group)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 { // borned is alone in its group, where time is counted in microseconds
				cpu[0] = used
			}
			cpu[3] += used
		}
		return cpu
	}
	before, began := read(), time.Now()
	select {
	case <-time.After(idleTime):
	case <-ctx.Done():
		t.Fatal(ctx.Err())
	}
	after, lasted := read(), time.Since(began)

	for i, into := range []*idle{&f.borned, &f.shell, &f.screen, &f.whole} {
		into.core = (after[i] - before[i]).Seconds() / lasted.Seconds()
	}
	for i, into := range []*idle{&f.borned, &f.shell, &f.screen} {
		rss, pss, err := processMemory(pids[i])
		if err != nil {
			t.Fatal(err)
		}
		into.rss, into.pss = rss, pss
	}
	all, err := b.processes()
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range all {
		rss, pss, err := processMemory(pid)
		if err != nil {
			t.Fatal(err)
		}
		f.whole.rss += rss
		f.whole.pss += pss
	}
	t.Logf("%+v", f)
	return f
}

// processes lists the borne's processes, with the ids that this test sees: a
// control group lists them in the reader's numbers.
func (b *bench) processes() (pids []int, err error) {
	for _, group := range b.borneGroups() {
		err := filepath.WalkDir(b.stage.Host.Path(cgroupRoot+group), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() != "cgroup.procs" {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, field := range strings.Fields(string(raw)) {
				pid, err := strconv.Atoi(field)
				if err != nil {
					return err
				}
				pids = append(pids, pid)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return pids, nil
}

// process finds a process of the borne by its name.
func (b *bench) process(name string) (int, error) {
	pids, err := b.processes()
	if err != nil {
		return 0, err
	}
	for _, pid := range pids {
		comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err == nil && strings.TrimSpace(string(comm)) == name {
			return pid, nil
		}
	}
	return 0, fmt.Errorf("none of the borne's %d processes is called %s", len(pids), name)
}

// processCPU is the processor time that a process used (proc(5), fields 14 and
// 15 of stat; 100 ticks a second on Linux).
func processCPU(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("the stat of %d has %d fields", pid, len(fields))
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

// processMemory is what a process holds in memory: all of it, and with pages
// that several share divided among them.
func processMemory(pid int) (rss, pss int64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(raw)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "Rss:" && fields[0] != "Pss:" {
			continue
		}
		kib, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return 0, 0, err
		}
		if fields[0] == "Rss:" {
			rss = kib << 10
		} else {
			pss = kib << 10
		}
	}
	if rss == 0 || pss == 0 {
		return 0, 0, fmt.Errorf("process %d tells no memory", pid)
	}
	return rss, pss, nil
}
