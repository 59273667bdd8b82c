//go:build linux

package main

// #include <malloc.h>
import "C"

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"
)

// restAfter is how long after a visit memory is given back: no screen is being
// drawn then, and nobody waits for the next.
//
// It is longer than the graphics library keeps a text that it does not draw.
const restAfter = 11 * time.Second

// drawnWithin is how long a screen takes to be drawn, at most.
const drawnWithin = time.Second

// forget overwrites what the shell needs no more of a visit: what was copied and
// titles of windows, which pass through the browser's gate, and the host of a
// page that was refused. The collector overwrites what it frees
// (GODEBUG=clobberfree=1, in the unit), and frees what a pool holds at the
// second time only. The graphics library may wait.
func (b *borne) forget(ctx context.Context) {
	if err := b.client.Forget(ctx); err != nil {
		b.log.Debug("after a visit", "error", err) // a bus that is gone ends the shell
	}
	runtime.GC()
	debug.FreeOSMemory()
}

// rest has the graphics library drop the texts of screens that were left, which
// it does as it draws, and only those that it has not drawn for FYNE_CACHE=10s;
// then it forgets, and gives memory back. It does so twice: the screens of the
// end, which ask and then tell, may have been drawn in between.
func (b *borne) rest(ctx context.Context) {
	for again := range 2 {
		if again > 0 && !pause(ctx, restAfter) {
			return
		}
		fyne.Do(func() {
			w := b.shell.Window()
			w.Canvas().Refresh(w.Content())
		})
		if !pause(ctx, drawnWithin) {
			return
		}
		b.forget(ctx)
		giveBack()
	}
}

// pause reports whether d passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// giveBack returns to the system what neither Go nor the graphics library
// needs now. It takes some milliseconds.
func giveBack() {
	debug.FreeOSMemory()
	C.malloc_trim(0)
}
