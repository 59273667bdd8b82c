//go:build linux

package main

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"borne/kiosk"
)

// While borned hangs, the window manager never waits, and what comes after a
// full queue is dropped.
func TestRefusalsNeverWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRefusals()
		hang, counted := make(chan struct{}), map[kiosk.Reason]int{}
		ctx, cancel := context.WithCancel(t.Context())
		go r.tell(ctx, slog.New(slog.DiscardHandler), func(_ context.Context, reason kiosk.Reason) error {
			<-hang
			counted[reason]++
			return nil
		})
		for range 10 * refusalsWaiting {
			r.key()
		}
		synctest.Wait()
		close(hang)
		synctest.Wait()
		r.window()
		synctest.Wait()
		cancel()
		synctest.Wait()
		if n := counted[kiosk.ReasonKey]; n < refusalsWaiting || n > refusalsWaiting+1 {
			t.Errorf("%d keys counted, want what the queue holds", n)
		}
		if counted[kiosk.ReasonWindow] != 1 {
			t.Errorf("%d windows counted, want the one that came when there was room", counted[kiosk.ReasonWindow])
		}
	})
}
