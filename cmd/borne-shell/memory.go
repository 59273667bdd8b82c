//go:build linux

package main

// #include <malloc.h>
import "C"

import (
	"runtime/debug"
	"time"
)

// restAfter is how long after a visit memory is given back: no screen is being
// drawn then, and nobody waits for the next.
const restAfter = 5 * time.Second

// giveBack returns to the system what neither Go nor the graphics library
// needs now. It takes some milliseconds.
func giveBack() {
	debug.FreeOSMemory()
	C.malloc_trim(0)
}
