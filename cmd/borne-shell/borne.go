//go:build linux

package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"
	"borne/kiosk/shell"
	"borne/kiosk/windows"
)

// activityEvery is how often the visitor's touches are told to borned, at most.
const activityEvery = time.Second

// borne carries what one part says to the others.
type borne struct {
	client  *bus.Client
	manager *windows.Manager
	shell   *shell.Shell
	log     *slog.Logger
	state   atomic.Value // kiosk.State
}

// present is the borne's state, "" before the first.
func (b *borne) present() kiosk.State {
	state, _ := b.state.Load().(kiosk.State)
	return state
}

// watch shows each state of the borne, and clears the selections when a visit
// ends. Selections that cannot be cleared end the shell: its X server starts
// anew, and they are gone with it.
func (b *borne) watch(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	rest := time.AfterFunc(restAfter, func() { b.rest(ctx) })
	defer rest.Stop()
	var last kiosk.State
	err := b.client.Watch(ctx, func(n kiosk.Snapshot) {
		b.state.Store(n.State)
		b.shell.Update(n)
		if n.State == kiosk.Ending && last != kiosk.Ending {
			if err := b.manager.ClearSelections(ctx); err != nil {
				stop(err)
			}
		}
		if n.State != last && n.State == kiosk.Ready {
			go b.forget(ctx)
			rest.Reset(restAfter)
		}
		last = n.State
	}, func(c kiosk.Configuration) { b.shell.SetCatalogue(c.Catalogue, c.Settings) })
	if err != nil {
		return fmt.Errorf("watch borned: %w", err)
	}
	return context.Cause(ctx)
}

// hello tells borned that the shell is up, and again whenever the screen has
// another size: the next browser starts with it. The present one is moved by
// the window manager, and the shell draws itself anew in the window it is given.
func (b *borne) hello(ctx context.Context, screens <-chan struct{}) error {
	for {
		width, height := b.manager.Screen()
		bar := shell.BarHeight(width, height)
		if err := b.client.Hello(ctx, width, height, bar); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-screens:
		}
	}
}

// reportActivity tells borned that somebody is there, while a visit is on. It
// says when, never what.
func (b *borne) reportActivity(ctx context.Context) error {
	tick := time.NewTicker(activityEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if state := b.present(); !state.InSession() && state != kiosk.MaintenanceCode && state != kiosk.Maintenance {
			continue
		}
		idle, err := b.manager.Idle()
		if err != nil {
			return err
		}
		if idle >= activityEvery {
			continue
		}
		if err := b.client.Activity(ctx); err != nil && ctx.Err() == nil {
			b.log.Debug("activity not told", "error", err)
		}
	}
}
