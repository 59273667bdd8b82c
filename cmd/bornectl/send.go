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
	Kind     string        `arg:"" enum:"message,end-session,restart,close,open" help:"What it should do: message, end-session, restart, close or open."`
	Argument string        `arg:"" optional:"" help:"Text of a message; none takes the message away."`
	Urgent   bool          `help:"Do not wait for the end of a visit."`
	Expires  time.Duration `default:"1h" placeholder:"DURATION" help:"How long the order stays valid (${default})."`
	Wait     bool          `help:"Wait until the borne has done it; exit 1 unless it has."`
}

// pollEvery is how often --wait asks where a command stands.
const pollEvery = time.Second

func (c *commandSend) Run(a *app, g *global) error {
	limit := officeLimit
	if c.Wait {
		limit = c.Expires + answerLimit
	}
	order := admin.Command{Command: kiosk.Command{Kind: kiosk.CommandKind(c.Kind), Argument: c.Argument, Expires: time.Now().Add(c.Expires)}}
	if err := order.Validate(time.Now()); err != nil {
		return errWrongCall{err}
	}
	return a.withOffice(c.officeFlags, limit, func(ctx context.Context, o centralOffice) error {
		sent, err := o.CreateCommand(ctx, c.Kiosk, order.Kind, c.Argument, c.Urgent, c.Expires)
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
