//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"borne/kiosk"
)

// A shell takes some 180 MB after a day of visits where the processor draws,
// less with a graphics card. Above renewBytes something has been growing for
// weeks, and the memory is the visitors' browser's.
const renewBytes = 320 << 20

// It is looked at every renewLook, and a shell leaves only when nobody has
// touched anything for renewIdle, and not soon after its start: where a fresh
// one takes as much, leaving helps nobody.
const (
	renewLook  = time.Minute
	renewIdle  = 5 * time.Minute
	renewAfter = 6 * time.Hour
)

// errRenew is why a shell leaves that has grown too large.
var errRenew = errors.New("the shell leaves to be started anew, for its memory")

// renewal decides when a shell has grown too large.
type renewal struct {
	state func() kiosk.State
	idle  func() (time.Duration, error)
	used  func() (bytes int64, err error)
	// leaving tells borned, which counts it.
	leaving func(context.Context) error
}

// watch returns errRenew when it is time to leave, nil when ctx ends.
func (r renewal) watch(ctx context.Context) error {
	started := time.Now()
	tick := time.NewTicker(renewLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		due, err := r.due(time.Since(started))
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		if err := r.leaving(ctx); err != nil {
			continue // borned is busy, or leaves itself
		}
		return errRenew
	}
}

func (r renewal) due(up time.Duration) (bool, error) {
	if state := r.state(); up < renewAfter || state != kiosk.Ready && state != kiosk.Closed {
		return false, nil
	}
	used, err := r.used()
	if err != nil || used <= renewBytes {
		return false, err
	}
	idle, err := r.idle()
	return idle >= renewIdle, err
}

// resident is the memory that this process has in use.
func resident() (bytes int64, err error) {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("read the shell's own memory: %w", err)
	}
	var size, pages int64
	if _, err := fmt.Sscan(string(raw), &size, &pages); err != nil { // proc(5): the second is the resident set
		return 0, fmt.Errorf("read the shell's own memory: %w", err)
	}
	return pages * int64(os.Getpagesize()), nil
}
