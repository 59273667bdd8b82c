//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
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

// BenchmarkScreenChanges counts what 1 000 changes of screen leave in memory.
func BenchmarkScreenChanges(b *testing.B) {
	w := newWorld(b)
	process, _ := w.startShell()
	w.want("Hello 1280 800 100")
	w.focusOn(process.Pid)
	round := func(changes int) {
		for i := range changes {
			w.publish(kiosk.Snapshot{State: []kiosk.State{kiosk.Choosing, kiosk.Visiting}[i%2], Language: kiosk.DefaultSettings().Languages[i/2%4]})
			time.Sleep(20 * time.Millisecond) // a frame each
		}
	}
	round(100)
	before := memory(b, process.Pid)
	b.ResetTimer()
	round(1000)
	b.ReportMetric(float64(memory(b, process.Pid)-before)/1e6, "MB-more")
	b.ReportMetric(0, "ns/op")
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
