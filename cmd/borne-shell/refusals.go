//go:build linux

package main

import (
	"context"
	"log/slog"

	"borne/kiosk"
)

// refusalsWaiting is how many refusals wait to be told. A keyboard that types
// by itself, or a flood of windows, is counted as far as borned keeps up.
const refusalsWaiting = 32

// refusals carries what the window manager refused to borned, without ever
// making the window manager wait.
type refusals struct {
	waiting chan kiosk.Reason
}

func newRefusals() *refusals { return &refusals{make(chan kiosk.Reason, refusalsWaiting)} }

func (r *refusals) key()    { r.note(kiosk.ReasonKey) }
func (r *refusals) window() { r.note(kiosk.ReasonWindow) }

func (r *refusals) note(reason kiosk.Reason) {
	select {
	case r.waiting <- reason:
	default: // one of many
	}
}

// tell counts them at borned, one after the other, until ctx ends.
func (r *refusals) tell(ctx context.Context, log *slog.Logger, count func(context.Context, kiosk.Reason) error) {
	for {
		select {
		case <-ctx.Done():
			return
		case reason := <-r.waiting:
			if err := count(ctx, reason); err != nil && ctx.Err() == nil {
				log.Debug("a refusal was not counted", "error", err)
			}
		}
	}
}
