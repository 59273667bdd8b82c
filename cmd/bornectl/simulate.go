package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"borne/admin"
	"borne/admin/client"
	"borne/admin/simulate"
	"borne/kiosk/fleet"
)

type simulateCommand struct {
	officeFlags
	CAFile            string        `name:"ca-file" type:"existingfile" env:"BORNE_CA_FILE" placeholder:"FILE" help:"Authorities (PEM) to trust beside the system's."`
	Kiosks            int           `short:"n" default:"100" placeholder:"N" help:"How many bornes; some 20 000 at most from one machine to one address (${default})."`
	For               time.Duration `default:"2m" placeholder:"TIME" help:"How long they check in and count (${default})."`
	LongPolls         int           `default:"-1" placeholder:"N" help:"How many of them hold a long poll; the others check in at intervals. All of them, unless a rhythm is given."`
	Every             time.Duration `placeholder:"TIME" xor:"rhythm" help:"How often a borne without long poll checks in, a second at least."`
	CheckInsPerSecond float64       `placeholder:"RATE" xor:"rhythm" help:"The same for all of them together; needs as many bornes as check-ins a second, or more."`
	CellsPerDay       int           `default:"60" placeholder:"N" help:"How many cells a borne closes in a day, hour by hour (${default})."`
	Day               time.Duration `placeholder:"TIME" help:"In what time a day passes; without it, in that of --for."`
	OutageAt          time.Duration `placeholder:"TIME" help:"Cut every line so long after the start."`
	OutageFor         time.Duration `placeholder:"TIME" help:"For how long every line is cut; then all come back."`
	Drain             time.Duration `default:"2m" placeholder:"TIME" help:"How long what is left may take to be sent at the end (${default})."`
	CheckKiosks       int           `default:"20" placeholder:"N" help:"How many bornes are checked one by one, beside the whole (${default})."`
	AmongRealBornes   bool          `help:"Do it although the central office has other bornes: the figures of the simulation then stand beside theirs for good."`
	Keep              bool          `help:"Leave the simulated bornes enrolled; they are revoked otherwise."`
}

// Help is told beside the flags.
func (simulateCommand) Help() string {
	return `Every borne runs the agent that real ones run, with a key, signatures and a TLS connection of its own. At the end what the central office
acknowledged is compared with what it holds, and the exit status is 1 when they differ.

The counters of a simulation are drawn at random and stay in the central office, at a site of their own whose name begins with "Simulation".
Use one that is not in use.

  bornectl simulate --kiosks 1000 --for 5m --cells-per-day 60
  bornectl simulate --kiosks 4000 --check-ins-per-second 2000
  bornectl simulate --kiosks 2000 --outage-at 1m --outage-for 2m --for 10m`
}

// options turns flags into what is simulated.
func (c *simulateCommand) options() (simulate.Options, error) {
	o := simulate.Options{Server: c.Server, CAFile: c.CAFile, Kiosks: c.Kiosks, For: c.For, LongPolls: c.LongPolls, Every: c.Every,
		CellsPerDay: c.CellsPerDay, Day: c.Day, OutageAt: c.OutageAt, OutageFor: c.OutageFor, Drain: c.Drain, CheckKiosks: c.CheckKiosks,
		ProgressEvery: 5 * time.Second}
	if o.Day == 0 {
		o.Day = o.For
	}
	rhythm := c.Every > 0 || c.CheckInsPerSecond > 0
	if o.LongPolls < 0 {
		if o.LongPolls = o.Kiosks; rhythm {
			o.LongPolls = 0
		}
	}
	if c.CheckInsPerSecond > 0 {
		o.Every = time.Duration(float64(o.Kiosks-o.LongPolls) / c.CheckInsPerSecond * float64(time.Second))
	}
	return o, o.Validate()
}

// Run simulates, tells progress on the error stream, and the report.
func (c *simulateCommand) Run(a *app, g *global) error {
	o, err := c.options()
	if err != nil {
		return errWrongCall{err}
	}
	if !strings.HasPrefix(c.Server, "https://") {
		return errWrongCall{errors.New("bornes speak to https addresses only: serve with --tls-cert, or give the address of the proxy before it")}
	}
	roots, err := fleet.RootCAs(c.CAFile)
	if err != nil {
		return errWrongCall{err}
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	office, err := client.New(c.Server, c.Token, &http.Client{Transport: transport})
	if err != nil {
		return errWrongCall{err}
	}
	if !c.AmongRealBornes {
		if err := refuseRealBornes(a.ctx, office); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stderr, "%d bornes enrol at %s\n", o.Kiosks, c.Server)
	o.Progress = func(p simulate.Progress) { fmt.Fprintln(a.stderr, progressLine(p)) }
	r, err := simulate.Run(a.ctx, o, office)
	if err != nil {
		return err
	}
	if !c.Keep {
		if err := revoke(context.WithoutCancel(a.ctx), office, r.IDs); err != nil {
			return fmt.Errorf("%w: some of the bornes of %s are still enrolled", err, r.Site.Name)
		}
	}
	if g.JSON {
		err = printJSON(a.stdout, r)
	} else {
		r.Write(a.stdout)
	}
	if err == nil && (!r.Check.OK() || r.Acknowledged < r.Closed) {
		return errFaults
	}
	return err
}

// refuseRealBornes keeps a simulation off a central office that is in use.
func refuseRealBornes(ctx context.Context, office kioskLister) error {
	all, err := allKiosks(ctx, office, admin.KioskFilter{})
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.Standing != admin.Revoked && !strings.HasPrefix(k.SiteName, simulate.SitePrefix) {
			return fmt.Errorf("this central office has real bornes, such as %s at %s: take another, or give --among-real-bornes", printable(k.Name), printable(k.SiteName))
		}
	}
	return nil
}

// revoke takes the simulated bornes away again.
func revoke(ctx context.Context, office *client.Client, ids []string) error {
	for _, id := range ids {
		if _, err := office.SetStanding(ctx, id, admin.Revoked, "simulation"); err != nil {
			return fmt.Errorf("revoke a simulated borne: %w", err)
		}
	}
	return nil
}

func progressLine(p simulate.Progress) string {
	line := fmt.Sprintf("%5s  %7.1f check-ins/s  %6d held  %d of %d cells acknowledged  %d errors", p.Elapsed.Round(time.Second), p.CheckInsPerSecond,
		p.Holding, p.Acknowledged, p.Closed, p.Errors)
	if p.LineDown {
		line += "  every line is down"
	}
	return line
}
