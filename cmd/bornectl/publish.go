package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"borne/admin/client"
	"borne/kiosk/bundle"
)

type bundlePublish struct {
	officeFlags
	Dir     string   `arg:"" type:"directory" help:"Directory of the bundle."`
	Groups  []string `placeholder:"GROUP" help:"Only for bornes of these groups."`
	Days    int      `default:"365" help:"Days after which an alarm is raised (${default}); the bundle stays in use."`
	Comment string   `help:"What changed, in a few words."`
}

// Run checks the directory here first, so that faults carry paths of this
// machine; the central office, which may be of another version, checks again
// before it signs.
func (c *bundlePublish) Run(a *app, g *global) error {
	if c.Days < 1 {
		return errWrongCall{fmt.Errorf("--days %d: write 1 or more", c.Days)}
	}
	_, faults := bundleFlag{c.Dir}.load()
	errs, _ := faults.Split()
	if len(errs) > 0 {
		return a.refuse(errs)
	}
	packed, err := bundle.PackFiles(os.DirFS(c.Dir))
	if err != nil {
		return err
	}
	return a.withOffice(c.officeFlags, officeLimit, func(ctx context.Context, o centralOffice) error {
		published, err := o.Publish(ctx, packed, c.Groups, c.Comment, c.Days)
		if theirs, ok := client.IsFaults(err); ok {
			var faults bundle.Faults
			for _, f := range theirs {
				faults = append(faults, bundle.Fault{File: filepath.Join(c.Dir, f.File), Line: f.Line, Column: f.Column, Message: f.Message, Warning: f.Warning})
			}
			return a.refuse(faults)
		}
		if err != nil {
			return err
		}
		if g.JSON {
			return printJSON(a.stdout, published)
		}
		fmt.Fprintf(a.stdout, "published as version %d; bornectl kiosk list shows which bornes run it\n", published.Version)
		return nil
	})
}

// refuse prints faults and says that nothing was published.
func (a *app) refuse(faults bundle.Faults) error {
	for _, f := range faults {
		fmt.Fprintln(a.stderr, f)
	}
	return fmt.Errorf("nothing was published: %s to mend", count(len(faults), "fault"))
}
