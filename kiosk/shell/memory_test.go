package shell

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"borne/kiosk"
)

// A borne draws for months. A thousand changes of screen, through every story
// of the storybook, leave no more than a few do.
func TestAThousandScreensLeaveNothing(t *testing.T) {
	const variable, shortly = "FYNE_CACHE", "300ms" // what Fyne keeps of screens that were left; the unit says 10 s
	if os.Getenv(variable) != shortly {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAThousandScreensLeaveNothing$", "-test.v", "-test.count=1")
		cmd.Env = append(os.Environ(), variable+"="+shortly) // it is read before any test begins
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		t.Logf("%s", out)
		return
	}
	f := newFixture(t, 1280, 800)
	f.borne.calls = make(chan string, 1<<12)
	all := stories()
	turn := func(changes int) {
		for i := range changes {
			all[i%len(all)].tell(f, kiosk.DefaultSettings().Languages[i/len(all)%4])
			f.settings = kiosk.DefaultSettings() // a story changes them
			if i%25 == 0 {
				f.heard()
				f.window.Canvas().Capture() // what is painted is cached, and painting is slow
			}
		}
	}
	turn(4 * len(all))
	heapBefore, residentBefore := memoryOf(t)
	turn(1000)
	// Fyne lets go of what has been left for that long when it next paints.
	heap, resident := memoryOf(t)
	for deadline := time.Now().Add(20 * time.Second); ratio(heap, heapBefore) > 1.1 && time.Now().Before(deadline); heap, resident = memoryOf(t) {
		f.window.Canvas().Capture()
	}
	t.Logf("heap %.1f → %.1f MB, ratio %.2f; resident %.0f → %.0f MB, ratio %.2f", mega(heapBefore), mega(heap), ratio(heap, heapBefore),
		mega(residentBefore), mega(resident), ratio(resident, residentBefore))
	if r := ratio(heap, heapBefore); r > 1.1 {
		t.Errorf("the heap is %.2f times what it was", r)
	}
	if r := ratio(resident, residentBefore); r > 1.25 {
		t.Errorf("the resident memory is %.2f times what it was", r)
	}
}

func memoryOf(t *testing.T) (heap, resident uint64) {
	t.Helper()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, pages uint64
	if _, err := fmt.Sscan(string(raw), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return m.HeapAlloc, pages * uint64(os.Getpagesize())
}

func mega(n uint64) float64         { return float64(n) / 1e6 }
func ratio(now, was uint64) float64 { return float64(now) / float64(was) }
