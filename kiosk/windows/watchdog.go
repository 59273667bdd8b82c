package windows

import (
	"context"
	"time"

	"github.com/jezek/xgb/xproto"
)

// The display is asked every askEvery whether it is there, and counts as stuck
// after stuckAfter without an answer. Of a screen that is held nothing is
// lost: what is typed waits in the server, which then ends.
const (
	askEvery   = 2 * time.Second
	stuckAfter = 6 * time.Second
)

// watchdog ends Run when the display does not answer: a client that holds the
// whole server (GrabServer) stops every other one, us included.
func (m *Manager) watchdog(ctx context.Context, fail context.CancelCauseFunc) {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		answered := make(chan struct{})
		go func() {
			_, _ = xproto.GetInputFocus(m.conn).Reply() // any answer will do
			m.freeKeyboard()
			close(answered)
		}()
		limit := time.NewTimer(stuckAfter)
		select {
		case <-ctx.Done():
		case <-answered:
		case <-limit.C:
			fail(ErrDisplayStuck)
		}
		limit.Stop()
	}
}
