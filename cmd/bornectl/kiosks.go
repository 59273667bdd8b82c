package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"borne/admin"
)

type kioskList struct {
	officeFlags
	Site  string `placeholder:"ID" help:"Only bornes of this site."`
	Group string `placeholder:"GROUP" help:"Only bornes of this group."`
	Text  string `placeholder:"WORD" help:"Only bornes with this in their name."`
}

// kioskPage is how many bornes are asked for at a time.
const kioskPage = 500

// allKiosks reads page after page.
func allKiosks(ctx context.Context, o kioskLister, f admin.KioskFilter) ([]admin.Kiosk, error) {
	var all []admin.Kiosk
	for f.Limit = kioskPage; ; f.After = all[len(all)-1].ID {
		page, err := o.Kiosks(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < f.Limit {
			return all, nil
		}
	}
}

func (c *kioskList) Run(a *app, g *global) error {
	return a.withOffice(c.officeFlags, answerLimit, func(ctx context.Context, o centralOffice) error {
		all, err := allKiosks(ctx, o, admin.KioskFilter{Site: c.Site, Group: c.Group, Text: c.Text})
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, append([]admin.Kiosk{}, all...))
		}
		now := time.Now()
		var rows [][]string
		for _, k := range all {
			rows = append(rows, []string{k.ID, k.Name, k.SiteName, kioskState(k, now), seen(k, now), orDash(k.Status.Versions.Borne),
				bundleVersion(k), string(k.Status.HealthLevel())})
		}
		return table(a.stdout, []string{"ID", "NAME", "SITE", "STATE", "SEEN", "VERSION", "BUNDLE", "HEALTH"}, rows)
	})
}

type kioskMaintenanceCode struct {
	officeFlags
	Kiosk string `arg:"" help:"Name or id of the borne."`
	Clock string `placeholder:"\"2026-01-31 14:05\"" help:"What the borne's screen says the time is, where it is wrong (this machine's time zone)."`
}

func (c *kioskMaintenanceCode) Run(a *app, g *global) error {
	var at time.Time
	if c.Clock != "" {
		var err error
		if at, err = time.ParseInLocation("2006-01-02 15:04", c.Clock, time.Local); err != nil {
			return errWrongCall{fmt.Errorf("clock %q: write it as 2026-01-31 14:05", c.Clock)}
		}
	}
	return a.withOffice(c.officeFlags, answerLimit, func(ctx context.Context, o centralOffice) error {
		code, err := o.MaintenanceCode(ctx, c.Kiosk, at)
		if errors.Is(err, admin.ErrNotFound) {
			return fmt.Errorf("no borne has the name or id %q: see bornectl kiosk list", c.Kiosk)
		}
		if err != nil {
			return err
		}
		return printMaintenanceCode(a, g, code.Code, code.Until)
	})
}

// kioskState is what a technician has to know first.
func kioskState(k admin.Kiosk, now time.Time) string {
	switch {
	case k.Standing != admin.Active:
		return string(k.Standing)
	case !k.Online(now):
		return "offline"
	default:
		return orDash(string(k.Status.State))
	}
}

func seen(k admin.Kiosk, now time.Time) string {
	if k.Status.Seen.IsZero() {
		return "never"
	}
	ago := now.Sub(k.Status.Seen)
	switch {
	case ago < time.Minute:
		return "now"
	case ago < 48*time.Hour:
		return strings.TrimSuffix(ago.Round(time.Minute).String(), "0s") + " ago"
	default:
		return fmt.Sprintf("%d days ago", int(ago.Hours()/24))
	}
}

func bundleVersion(k admin.Kiosk) string {
	s := fmt.Sprint(k.Status.BundleVersion)
	if k.Status.BundleVersion == 0 {
		s = "shipped"
	}
	if k.BundleLate() {
		s += fmt.Sprintf(" (wants %d)", k.BundleWanted)
	}
	return s
}
