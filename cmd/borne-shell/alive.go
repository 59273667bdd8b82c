//go:build linux

package main

import (
	"context"
	"fmt"
	"time"
)

// A shell that does not answer for hungAfter is killed by systemd; it is asked
// every beatEvery.
const (
	beatEvery = 4 * time.Second
	hungAfter = 30 * time.Second
)

// alive tells systemd that the shell is (sd_notify(3)), as long as its parts
// answer.
type alive struct {
	// onScreen runs f on the window's goroutine, whenever it gets to it.
	onScreen func(f func())
	// display asks the X server something.
	display func() error
	notify  func(state string) error
}

// beat returns when ctx ends (nil), or when the display or systemd cannot be
// asked. A part that hangs hangs this too, and nothing more is told.
func (a alive) beat(ctx context.Context) error {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	// The unit's own time is for the start of a slow machine.
	state := fmt.Sprintf("WATCHDOG_USEC=%d\nWATCHDOG=1", hungAfter.Microseconds())
	for {
		answered := make(chan struct{})
		a.onScreen(func() { close(answered) })
		select {
		case <-ctx.Done():
			return nil
		case <-answered:
		}
		if err := a.display(); err != nil || ctx.Err() != nil {
			return err
		}
		if err := a.notify(state); err != nil {
			return fmt.Errorf("tell systemd that the shell is alive: %w", err)
		}
		state = "WATCHDOG=1"
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
