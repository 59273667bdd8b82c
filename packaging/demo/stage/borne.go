package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
)

// Borne is the borne on the stage, with hands and eyes at its screen.
type Borne struct {
	*drive.Borne
	Screen *drive.Screen
	Shell  *drive.Shell

	stage *Stage
}

// InstallBorne installs the borne's package on a host with a screen and waits until it is ready for a visitor.
func (s *Stage) InstallBorne(ctx context.Context, deb string) (*Borne, error) {
	if err := s.describeScreen(); err != nil {
		return nil, err
	}
	if err := s.Host.Install(ctx, deb); err != nil {
		return nil, fmt.Errorf("install the borne: %w", err)
	}
	screen := drive.NewScreen(s.Host, Display, XAuthority)
	b := &Borne{Borne: drive.NewBorne(s.Host), Screen: screen, Shell: drive.NewShell(screen), stage: s}
	if err := b.WaitState(ctx, kiosk.Ready); err != nil {
		return nil, fmt.Errorf("install the borne: %w", err)
	}
	return b, nil
}

// Enrol joins the borne to the central office under a name.
func (b *Borne) Enrol(ctx context.Context, c *Central, name string) error {
	code, err := c.NewCode(ctx, name)
	if err != nil {
		return err
	}
	if _, err := b.stage.Host.Run(ctx, "bornectl", "local", "enrol", demo.Central.URL(""), code); err != nil {
		return fmt.Errorf("enrol the borne: %w", err)
	}
	return nil
}

// Publish has the central office sign the demonstration's bundle, with the authority that this stage trusts, and waits
// until the borne offers it and is ready.
func (b *Borne) Publish(ctx context.Context, c *Central) error {
	return b.PublishWith(ctx, c, func(string) error { return nil }, "impots", demo.Impots.URL("/"))
}

// PublishWith is Publish of a bundle that change has changed, in its folder. It waits until the borne offers a service that
// starts there.
func (b *Borne) PublishWith(ctx context.Context, c *Central, change func(dir string) error, id kiosk.ServiceID, start string) error {
	dir, err := os.MkdirTemp("", "borne-demo-bundle-")
	if err != nil {
		return fmt.Errorf("publish the bundle: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := demo.WriteBundle(filepath.Join(dir, "bundle"), b.stage.Authority.CertificatePEM()); err != nil {
		return fmt.Errorf("publish the bundle: %w", err)
	}
	if err := change(filepath.Join(dir, "bundle")); err != nil {
		return fmt.Errorf("publish the bundle: %w", err)
	}
	const inside = "/root/bundle"
	if err := b.stage.copyDir(filepath.Join(dir, "bundle"), inside); err != nil {
		return fmt.Errorf("publish the bundle: %w", err)
	}
	if _, err := c.Bornectl(ctx, "bundle", "publish", "--comment=Démonstration", inside); err != nil {
		return fmt.Errorf("publish the bundle: %w", err)
	}
	if err := b.WaitService(ctx, id, start); err != nil {
		return fmt.Errorf("publish the bundle: %w", err)
	}
	return b.WaitState(ctx, kiosk.Ready)
}

// WaitService waits until the borne offers a service that starts there.
func (b *Borne) WaitService(ctx context.Context, id kiosk.ServiceID, start string) error {
	return drive.Until(ctx, fmt.Sprintf("service %s of the new bundle", id), func() (bool, error) {
		text, err := b.Property(ctx, "Catalogue")
		if err != nil {
			return false, err
		}
		var catalogue kiosk.Catalogue
		if err := json.Unmarshal([]byte(text), &catalogue); err != nil {
			return false, fmt.Errorf("read the catalogue: %w", err)
		}
		s, ok := catalogue.Service(id)
		return ok && s.Start == start, nil
	})
}

// copyDir copies a folder of the machine into the host.
func (s *Stage) copyDir(from, to string) error {
	return filepath.WalkDir(from, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		inside, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		return s.Host.CopyIn(name, filepath.Join(to, inside))
	})
}
