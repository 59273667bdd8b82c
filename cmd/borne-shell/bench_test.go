//go:build linux

package main

import (
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

// BenchmarkIdle measures what the shell costs while nobody is there, and while
// a visitor reads a page with the time left shown: per cent of one core, and
// resident memory. The aims are 2 % and 170 MB (issue "One visit").
func BenchmarkIdle(b *testing.B) {
	for name, n := range map[string]kiosk.Snapshot{
		"first-screen": {State: kiosk.Ready},
		"page":         {State: kiosk.Visiting, Language: kiosk.French, Deadline: time.Now().Add(9 * time.Minute)},
	} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			process, _ := w.startShell()
			w.want("Hello 1280 800 100")
			w.focusOn(process.Pid)
			w.publish(n)
			time.Sleep(2 * time.Second) // the first frames are not the idle cost
			b.ResetTimer()
			start, before := time.Now(), cpuTime(b, process.Pid)
			for time.Since(start) < 8*time.Second {
				time.Sleep(100 * time.Millisecond)
			}
			b.ReportMetric(100*(cpuTime(b, process.Pid)-before).Seconds()/time.Since(start).Seconds(), "%core")
			b.ReportMetric(float64(memory(b, process.Pid))/1e6, "MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// aimPainted is within what a person takes for an answer at once (Nielsen, Usability Engineering, 1993, §5.5).
const aimPainted = 100 * time.Millisecond

// BenchmarkScreenChanges measures what passes from a new state on the bus to
// the last point of its screen, and counts what 1 000 changes of screen leave
// in memory. A screen that was not there for 10 s is drawn from nothing (FYNE_CACHE).
func BenchmarkScreenChanges(b *testing.B) {
	w := newWorld(b)
	process, _ := w.startShell()
	w.want("Hello 1280 800 100")
	w.focusOn(process.Pid)
	eye := w.look()
	change := func(i int) {
		w.publish(kiosk.Snapshot{State: []kiosk.State{kiosk.Choosing, kiosk.Visiting}[i%2], Language: kiosk.DefaultSettings().Languages[i/2%4]})
	}
	round := func(changes int) {
		for i := range changes {
			change(i)
			time.Sleep(20 * time.Millisecond) // a frame each
		}
	}
	round(100)
	eye.settled(time.Now(), time.Second)
	var painted []time.Duration
	for i := range 200 {
		began := time.Now()
		change(i)
		painted = append(painted, eye.settled(began, 200*time.Millisecond))
	}
	slices.Sort(painted)
	before := memory(b, process.Pid)
	b.ResetTimer()
	round(1000)
	p95 := painted[len(painted)*95/100]
	b.ReportMetric(float64(painted[len(painted)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(p95.Microseconds())/1000, "p95-ms")
	b.ReportMetric(p95.Seconds()/aimPainted.Seconds(), "p95/aim")
	b.ReportMetric(float64(memory(b, process.Pid)-before)/1e6, "MB-more")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkStart measures what passes from the start of the program to the last
// point of its first screen, against a window of the same library that has one
// word in it, in turns.
func BenchmarkStart(b *testing.B) {
	var shell, bare []time.Duration
	for range 5 {
		for _, as := range []string{underTest, bareWindow} {
			w := newWorld(b)
			eye := w.look()
			eye.settled(time.Now(), 0)
			began := time.Now()
			process, _ := w.start(as)
			took := eye.settled(began, time.Second)
			if process.Kill(); as == underTest {
				shell = append(shell, took)
			} else {
				bare = append(bare, took)
			}
		}
	}
	slices.Sort(shell)
	slices.Sort(bare)
	b.ReportMetric(float64(shell[2].Milliseconds()), "shell-ms")
	b.ReportMetric(float64(bare[2].Milliseconds()), "bare-ms")
	b.ReportMetric(shell[2].Seconds()/bare[2].Seconds(), "shell/bare")
	b.ReportMetric(0, "ns/op")
}

// eye looks at the X server's picture, which lies in a file that it shares:
// to look costs it nothing.
type eye struct {
	b       *testing.B
	picture []byte
	last    uint64
	seed    maphash.Seed
}

// look opens an eye.
func (w *world) look() *eye {
	w.t.Helper()
	f, err := os.Open(filepath.Join(w.frame, "Xvfb_screen0"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		w.t.Fatal(err)
	}
	picture, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = syscall.Munmap(picture) })
	return &eye{b: w.t.(*testing.B), picture: picture, seed: maphash.MakeSeed()}
}

// settled waits until the picture has changed, and then for as long not any
// more, and returns when it did the last time, after began. No time is none to
// wait for.
func (e *eye) settled(began time.Time, quiet time.Duration) (after time.Duration) {
	e.b.Helper()
	const line = 1280 * 4
	var h maphash.Hash
	h.SetSeed(e.seed)
	last := time.Time{}
	for deadline := began.Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		h.Reset()
		for at := len(e.picture) % line; at < len(e.picture); at += 8 * line { // each eighth line: letters are higher
			h.Write(e.picture[at : at+line])
		}
		now := time.Now()
		if sum := h.Sum64(); sum != e.last {
			e.last, last = sum, now
		}
		switch {
		case quiet == 0, !last.IsZero() && now.Sub(last) > quiet:
			return last.Sub(began)
		case now.After(deadline):
			e.b.Fatal("the screen never changes, or never stops changing")
		}
	}
}

// cpuTime is the processor time that a process used (proc(5), fields 14, 15;
// 100 ticks a second on Linux).
func cpuTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')'):]))
	user, _ := strconv.Atoi(fields[12])
	system, _ := strconv.Atoi(fields[13])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func memory(b *testing.B, pid int) (bytes int64) {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		b.Fatal(err)
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(raw))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
