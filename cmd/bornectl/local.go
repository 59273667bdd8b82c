package main

import (
	"context"
	"fmt"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"
)

// localBorne is the borne that this runs on.
type localBorne interface {
	visitor
	keeper
	counters
	Close() error
}

type visitor interface {
	Snapshot(context.Context) (kiosk.Snapshot, error)
	EndSession(context.Context, kiosk.EndReason) error
	AllowHost(ctx context.Context, host string) error
	Prolong(context.Context, time.Duration) error
}

type keeper interface {
	Diagnostics(context.Context) ([]kiosk.Fact, error)
	Enrol(ctx context.Context, server, code string) (name string, err error)
	MaintenanceCode(context.Context) (code string, until time.Time, err error)
}

type counters interface {
	SyncUsage(context.Context) (pending uint64, err error)
	Usage(ctx context.Context, into any) error
}

func dialLocal(ctx context.Context) (localBorne, error) { return bus.Dial(ctx) }

// withLocal runs use with the borne, within a time.
func (a *app) withLocal(limit time.Duration, use func(context.Context, localBorne) error) error {
	ctx, cancel := context.WithTimeout(a.ctx, limit)
	defer cancel()
	b, err := a.local(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = b.Close() }()
	return use(ctx, b)
}

// How long to wait for borned: for an answer, for the end of a session with
// its wipe, and for a central office behind a slow network.
const (
	answerLimit = 10 * time.Second
	wipeLimit   = 30 * time.Second
	officeLimit = 2 * time.Minute
)

type localStatus struct{}

func (localStatus) Run(a *app, g *global) error {
	return a.withLocal(answerLimit, func(ctx context.Context, b localBorne) error {
		s, err := b.Snapshot(ctx)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, s)
		}
		fmt.Fprintf(a.stdout, "state     %s\n", orDash(string(s.State)))
		for _, line := range []struct{ name, value string }{
			{"reason", s.Reason}, {"notice", string(s.Notice)}, {"help", string(s.Help)},
			{"language", string(s.Language)}, {"message", s.Message},
		} {
			if line.value != "" {
				fmt.Fprintf(a.stdout, "%-9s %s\n", line.name, printable(line.value))
			}
		}
		if !s.OpensAt.IsZero() {
			fmt.Fprintf(a.stdout, "%-9s %s\n", "opens", s.OpensAt.Local().Format("2006-01-02 15:04"))
		}
		if !s.Deadline.IsZero() {
			fmt.Fprintf(a.stdout, "%-9s in %s\n", "ends", time.Until(s.Deadline).Round(time.Second))
		}
		return nil
	})
}

type localEndSession struct{}

func (localEndSession) Run(a *app, g *global) error {
	return a.withLocal(wipeLimit, func(ctx context.Context, b localBorne) error {
		begin := time.Now()
		if err := b.EndSession(ctx, kiosk.EndStaff); err != nil {
			return err
		}
		took := time.Since(begin).Round(time.Millisecond)
		if g.JSON {
			return printJSON(a.stdout, map[string]int64{"took_ms": took.Milliseconds()})
		}
		fmt.Fprintf(a.stdout, "the session is ended and wiped (%s)\n", took)
		return nil
	})
}

type localAllowHost struct {
	Host string `arg:"" help:"The site's name, such as www.caf.fr, or its address."`
}

func (c *localAllowHost) Run(a *app, g *global) error {
	return a.withLocal(answerLimit, func(ctx context.Context, b localBorne) error {
		if err := b.AllowHost(ctx, c.Host); err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, map[string]bool{"allowed": true})
		}
		fmt.Fprintln(a.stdout, "the site is open to this visitor, until the end of the visit")
		return nil
	})
}

type localProlong struct {
	Minutes int `arg:"" optional:"" default:"10" help:"How many minutes more, 1 to 120."`
}

func (c *localProlong) Run(a *app, g *global) error {
	if c.Minutes < 1 || c.Minutes > 120 {
		return errWrongCall{fmt.Errorf("%d minutes: write 1 to 120", c.Minutes)}
	}
	return a.withLocal(answerLimit, func(ctx context.Context, b localBorne) error {
		if err := b.Prolong(ctx, time.Duration(c.Minutes)*time.Minute); err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, map[string]int{"minutes": c.Minutes})
		}
		fmt.Fprintf(a.stdout, "the visitor has %d minutes more\n", c.Minutes)
		return nil
	})
}

type localDiagnostics struct{}

func (localDiagnostics) Run(a *app, g *global) error {
	return a.withLocal(answerLimit, func(ctx context.Context, b localBorne) error {
		facts, err := b.Diagnostics(ctx)
		if err != nil {
			return err
		}
		failed := false
		var rows [][]string
		for _, f := range facts {
			failed = failed || f.Level == kiosk.LevelFail
			rows = append(rows, []string{string(f.Level), f.Name, f.Detail})
		}
		if g.JSON {
			err = printJSON(a.stdout, facts)
		} else {
			err = table(a.stdout, []string{"LEVEL", "WHAT", "DETAIL"}, rows)
		}
		if err == nil && failed {
			return errFaults
		}
		return err
	})
}

type localEnrol struct {
	Server string `arg:"" placeholder:"URL" help:"Address of the central office."`
	Code   string `arg:"" help:"Single-use code, from the console."`
}

func (c *localEnrol) Run(a *app, g *global) error {
	return a.withLocal(officeLimit, func(ctx context.Context, b localBorne) error {
		name, err := b.Enrol(ctx, c.Server, c.Code)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, map[string]string{"name": name})
		}
		fmt.Fprintf(a.stdout, "enrolled as %s\n", printable(name))
		return nil
	})
}

type localMaintenanceCode struct{}

func (localMaintenanceCode) Run(a *app, g *global) error {
	return a.withLocal(answerLimit, func(ctx context.Context, b localBorne) error {
		code, until, err := b.MaintenanceCode(ctx)
		if err != nil {
			return err
		}
		return printMaintenanceCode(a, g, code, until)
	})
}

// printMaintenanceCode shows a code in two halves, as people read it aloud.
func printMaintenanceCode(a *app, g *global, code string, until time.Time) error {
	if g.JSON {
		return printJSON(a.stdout, map[string]any{"code": code, "until": until.UTC()})
	}
	half := len(code) / 2
	fmt.Fprintf(a.stdout, "%s %s\n", code[:half], code[half:])
	fmt.Fprintf(a.stdout, "good once, until %s: touch the bottom right corner of the borne's screen seven times, and type it\n", until.Local().Format("15:04"))
	return nil
}

type localSync struct{}

func (localSync) Run(a *app, g *global) error {
	return a.withLocal(officeLimit, func(ctx context.Context, b localBorne) error {
		pending, err := b.SyncUsage(ctx)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, map[string]uint64{"pending": pending})
		}
		if pending == 0 {
			fmt.Fprintln(a.stdout, "the central office holds every counter")
		} else {
			fmt.Fprintf(a.stdout, "%d counters still wait: see bornectl local diagnostics\n", pending)
		}
		return nil
	})
}
