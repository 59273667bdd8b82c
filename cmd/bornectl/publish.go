package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"borne/admin"
	"borne/kiosk/bundle"
)

type bundlePublish struct {
	officeFlags
	Dir       string   `arg:"" type:"existingdir" help:"Directory of the bundle."`
	Groups    []string `placeholder:"GROUP" help:"Only for bornes of these groups."`
	NotBefore string   `placeholder:"DAY" help:"First day of use, as 2026-09-01; without it, now."`
	Expires   string   `placeholder:"DAY" help:"Day after which an alarm is raised; without it, in a year."`
	Comment   string   `help:"What changed, in a few words."`
}

// Run checks the directory here first, so that faults carry paths of this
// machine; the central office checks again before it signs.
func (c *bundlePublish) Run(a *app, g *global) error {
	r := admin.Release{Groups: c.Groups, Comment: c.Comment}
	for _, d := range []struct {
		name, day string
		into      *time.Time
	}{{"--not-before", c.NotBefore, &r.NotBefore}, {"--expires", c.Expires, &r.Expires}} {
		if d.day == "" {
			continue
		}
		t, err := time.Parse(dayLayout, d.day)
		if err != nil {
			return errWrongCall{fmt.Errorf("%s %q: write the day as 2026-09-01", d.name, d.day)}
		}
		*d.into = t
	}
	_, faults := bundleFlag{c.Dir}.load()
	errs, _ := faults.Split()
	for _, f := range errs {
		fmt.Fprintln(a.stderr, f)
	}
	if len(errs) > 0 {
		return fmt.Errorf("nothing was published: %s to mend", count(len(errs), "fault"))
	}
	if _, err := bundle.PackFiles(os.DirFS(c.Dir)); err != nil {
		return err
	}
	return a.withOffice(c.officeFlags, officeLimit, func(ctx context.Context, o centralOffice) error {
		published, err := o.Publish(ctx, os.DirFS(c.Dir), r)
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, published)
		}
		fmt.Fprintf(a.stdout, "published as version %d, for %s; see bornectl kiosk list\n", published.Version, count(published.Wanted, "borne"))
		return nil
	})
}
