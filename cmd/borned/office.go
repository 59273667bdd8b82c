package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/fleet"
	"borne/kiosk/session"
	"borne/kiosk/supervisor"
)

// office is what the central office reaches of this borne.
type office struct {
	*configuration
	supervisor *supervisor.Supervisor
	// allowHost lets the present visitor go to one more host; prolong gives more
	// time.
	allowHost func(ctx context.Context, typed string) error
	prolong   func(context.Context, time.Duration) error
	health    func() []kiosk.Fact
	versions  func() kiosk.Versions
}

// Report says how the borne is now.
func (o *office) Report() kiosk.CheckIn {
	n := o.supervisor.Snapshot()
	c := kiosk.CheckIn{State: n.State, Reason: n.Reason, Help: n.Help, Versions: o.versions(), Health: o.health(),
		BundleVersion: o.Current().Version}
	if err := o.lastFault(); err != nil {
		c.BundleFault = err.Error()
	}
	return c
}

// Execute carries out a technician's command.
func (o *office) Execute(ctx context.Context, c kiosk.Command) error {
	switch c.Kind {
	case kiosk.CommandMessage:
		return o.supervisor.Ask(ctx, session.Message{Text: c.Argument})
	case kiosk.CommandEndSession:
		if err := o.supervisor.EndSession(ctx, kiosk.EndStaff); !errors.Is(err, kiosk.ErrNoSession) {
			return err
		}
		return nil // nobody is there: what was wanted is so
	case kiosk.CommandClose:
		return o.supervisor.Ask(ctx, session.Close{Reason: c.Argument, Urgent: c.Urgent})
	case kiosk.CommandAllowHost:
		return o.allowHost(ctx, c.Argument)
	case kiosk.CommandProlong:
		minutes, err := strconv.Atoi(c.Argument)
		if err != nil || minutes < 1 || minutes > 120 {
			return fmt.Errorf("%w: %q: write how many minutes more, 1 to 120", kiosk.ErrBadArgument, c.Argument)
		}
		return o.prolong(ctx, time.Duration(minutes)*time.Minute)
	case kiosk.CommandOpen:
		return o.supervisor.Ask(ctx, session.Open{})
	case kiosk.CommandRestart:
		if err := o.supervisor.Ask(ctx, session.Exit{Urgent: c.Urgent}); err != nil {
			return err
		}
		// The next start reports it done.
		<-ctx.Done()
		return ctx.Err()
	}
	return fmt.Errorf("%w: command %q", kiosk.ErrBadArgument, c.Kind)
}

// trustOf is whose bundles a borne of that identity accepts.
func trustOf(id fleet.Identity) bundle.Trust {
	return bundle.Trust{Keys: id.BundleKeys, Organisation: id.Organisation, Groups: id.Groups}
}
