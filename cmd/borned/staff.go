package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"borne/kiosk"
	"borne/kiosk/fleet"
	"borne/kiosk/session"
	"borne/kiosk/supervisor"
	"borne/kiosk/usage"
)

// shellPort is what the shell and the page controls reach, beside the
// supervisor's own methods.
type shellPort struct {
	*supervisor.Supervisor
	engine *engine
}

// Hello takes the screen's size; then the standby browser may start.
func (p shellPort) Hello(ctx context.Context, width, height, bar int) error {
	p.engine.setScreen(screen{width, height, bar})
	return p.Ask(ctx, session.ShellUp{})
}

// Zoom changes the size of the page; one that is larger than normal is an aid.
func (p shellPort) Zoom(ctx context.Context, step int) error {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return err
	}
	larger, err := p.engine.Zoom(ctx, step)
	if larger {
		p.Tell(session.Aided{Aid: kiosk.AidLargeText})
	}
	return err
}

// UseAid counts an aid of the shell's.
func (p shellPort) UseAid(ctx context.Context, a kiosk.Aid) error {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return err
	}
	p.Tell(session.Aided{Aid: a})
	return nil
}

// Prolong gives the present visitor more time.
func (p shellPort) Prolong(ctx context.Context, d time.Duration) error {
	err := p.Supervisor.Prolong(ctx, d)
	if errors.Is(err, kiosk.ErrNoSession) {
		return fmt.Errorf("%w: nobody is at the borne, and time is given to the person who is there", kiosk.ErrNoSession)
	}
	return err
}

// staff is what root asks for.
type staff struct {
	health        func() []kiosk.Fact
	agent         *fleet.Agent
	log           *usage.Log
	configuration *configuration
	slog          *slog.Logger
}

// Diagnostics returns the health facts.
func (s staff) Diagnostics(context.Context) ([]kiosk.Fact, error) { return s.health(), nil }

// Enrol joins a central office and trusts its bundles.
func (s staff) Enrol(ctx context.Context, server, code string) (string, error) {
	before, enrolled := s.agent.Identity()
	if enrolled {
		// What was counted belongs to the office that the borne leaves; one
		// that cannot be reached any more is not a reason to stay.
		if _, err := s.SyncUsage(ctx); err != nil {
			s.slog.Warn("send what was counted before enrolling again", "error", err)
		}
	}
	id, err := s.agent.Enrol(ctx, server, code)
	if err != nil {
		return "", err
	}
	if enrolled && before.KioskID != id.KioskID {
		// The central office ties an epoch to one borne.
		if err := s.log.NewEpoch(ctx); err != nil {
			return id.Name, err
		}
	}
	return id.Name, s.configuration.setTrust(trustOf(id))
}

// SyncUsage closes every counter, the running hour's too, and sends it: for a
// machine that is about to be reinstalled.
func (s staff) SyncUsage(ctx context.Context) (uint64, error) {
	if err := s.log.CloseAll(ctx); err != nil {
		return 0, err
	}
	if _, err := s.agent.Flush(ctx); err != nil {
		return 0, err
	}
	return s.log.Pending(ctx)
}

// Usage returns all counters kept.
func (s staff) Usage(ctx context.Context) (any, error) { return s.log.Dump(ctx) }
