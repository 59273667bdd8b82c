package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"borne/admin"
	"borne/kiosk"
)

type commandSend struct {
	officeFlags
	Kiosk    string        `arg:"" help:"Name or id of the borne."`
	Kind     string        `arg:"" enum:"message,end-session,restart,close,open,allow-host,prolong" help:"What it should do: message, end-session, restart, close, open, allow-host or prolong."`
	Argument string        `arg:"" optional:"" help:"Text of a message, none to take it away; the site that allow-host opens to the visitor who is there; the minutes that prolong gives."`
	Urgent   bool          `help:"Do not wait for the end of a visit."`
	Expires  time.Duration `placeholder:"DURATION" help:"How long the order stays valid (1h, and 10m for allow-host and prolong)."`
	Wait     bool          `help:"Wait until the borne has done it; exit 1 unless it has."`
}

// pollEvery is how often --wait asks where a command stands.
const pollEvery = time.Second

func (c *commandSend) Run(a *app, g *global) error {
	now := time.Now()
	order := admin.Command{Command: kiosk.Command{Kind: kiosk.CommandKind(c.Kind), Argument: c.Argument, Urgent: c.Urgent}}
	if c.Expires != 0 {
		order.Expires = now.Add(c.Expires)
	}
	order = order.WithDefaults(now)
	life := order.Expires.Sub(now)
	limit := officeLimit
	if c.Wait {
		limit = life + answerLimit
	}
	if err := order.Validate(now); err != nil {
		return errWrongCall{err}
	}
	return a.withOffice(c.officeFlags, limit, func(ctx context.Context, o centralOffice) error {
		sent, err := o.CreateCommand(ctx, c.Kiosk, order.Kind, c.Argument, order.Urgent, life)
		if errors.Is(err, admin.ErrNotFound) {
			return fmt.Errorf("no borne has the name or id %q: see bornectl kiosk list", c.Kiosk)
		}
		if err != nil {
			return err
		}
		if c.Wait {
			if sent, err = wait(ctx, o, sent); err != nil {
				return err
			}
		}
		if g.JSON {
			err = printJSON(a.stdout, sent)
		} else {
			line := fmt.Sprintf("%s for %s: %s", sent.Kind, printable(c.Kiosk), sent.State)
			if sent.Detail != "" {
				line += " (" + printable(sent.Detail) + ")"
			}
			fmt.Fprintln(a.stdout, line)
		}
		if err == nil && c.Wait && sent.State != kiosk.CommandDone {
			return errFaults
		}
		return err
	})
}

// wait asks until the command's state is final.
func wait(ctx context.Context, o commander, c admin.Command) (admin.Command, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !c.State.Final() {
		select {
		case <-ctx.Done():
			return c, fmt.Errorf("the order is still %s: %w", c.State, ctx.Err())
		case <-tick.C:
		}
		var err error
		if c, err = o.Command(ctx, c.ID); err != nil {
			return c, err
		}
	}
	return c, nil
}
