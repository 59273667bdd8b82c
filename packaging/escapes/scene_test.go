package escapes_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"
	"borne/packaging/demo/stage"
	"borne/packaging/testhost"
)

// scene is a booted host with an enrolled borne, one of whose official sites is the trap.
type scene struct {
	*stage.Stage
	t     *testing.T
	borne *stage.Borne
	bus   *bus.Client
	trap  *trap

	// planted is the user of a visit that left all it could, ended is when it did.
	planted string
	ended   time.Time
}

const (
	trapService kiosk.ServiceID = "piege"
	sessionUnit string          = "borne-session.service"
	// patience bounds every wait for something that must come.
	patience time.Duration = 45 * time.Second
)

// trapBundle is the trap as a service of the catalogue.
const trapBundle = `id: piege
theme: impots
order: 90
name:
  fr: Site piégé
operator: Essais
start: https://www.piege.borne.test/
tasks:
  - fr: Essayer de sortir
needs:
  - fr: Rien
minutes: 1
navigable:
  - {host: autre.piege.borne.test, verified: no}
  - {host: perime.piege.borne.test, verified: no}
  - {host: interne.piege.borne.test, verified: no}
  - {host: chemin.piege.borne.test, paths: [/permis], verified: no}
supporting:
  - {host: fichiers.piege.borne.test, verified: no}
`

// raise boots the host and installs all of it. The central office leaves the stage once the borne is configured, so that
// every counter stays where it can be read.
func raise(t *testing.T) *scene {
	t.Helper()
	traps, err := newTrap()
	if err != nil {
		t.Fatal(err)
	}
	set, err := stage.Raise(t.Context(), stage.Options{StateDir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Host: testhost.Options{
		Addresses: []netip.Prefix{netip.PrefixFrom(trapAddress(), 32)}, Hosts: trapNames(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	})
	testhost.Collect(t, set.Host, t.ArtifactDir(), testhost.Display{Name: stage.Display, Xauthority: stage.XAuthority})
	s := &scene{Stage: set, t: t, trap: traps}
	secure := s.TLS()
	secure.GetCertificate = s.trap.certificate(secure.GetCertificate)
	at := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(trapAddress(), port) }
	for _, err := range []error{s.Serve(t.Context(), at(443), secure, s.trap), s.Serve(t.Context(), at(80), nil, s.trap), s.install()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *scene) install() error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	office, err := stage.Deb("borne-admin")
	if err != nil {
		return err
	}
	own, err := stage.Deb("borne-kiosk")
	if err != nil {
		return err
	}
	central, err := s.InstallCentral(ctx, office)
	if err != nil {
		return err
	}
	if s.borne, err = s.InstallBorne(ctx, own); err != nil {
		return err
	}
	if err := s.borne.Enrol(ctx, central, "Borne d'essai"); err != nil {
		return err
	}
	add := func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "services", string(trapService)+".yaml"), []byte(trapBundle), 0o644)
	}
	if err := s.borne.PublishWith(ctx, central, add, trapService, trapHost.URL("/")); err != nil {
		return err
	}
	if _, err := s.Host.Run(ctx, "systemctl", "stop", "borne-admin.service"); err != nil {
		return err
	}
	conn, err := s.Bus()
	if err != nil {
		return err
	}
	s.bus = bus.NewClient(conn)
	s.t.Cleanup(func() { _ = s.bus.Close() })
	return nil
}

// open begins a session on the trap's page.
func (s *scene) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.borne.WaitState(ctx, kiosk.Ready); err != nil {
		return err
	}
	if err := s.bus.StartSession(ctx, "fr"); err != nil {
		return err
	}
	return s.fresh(ctx)
}

// fresh loads the trap's page anew.
func (s *scene) fresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience/2)
	defer cancel()
	before := s.trap.state().loads
	if err := s.bus.OpenService(ctx, trapService); err != nil {
		return fmt.Errorf("open the page: %w", err)
	}
	err := quickly(ctx, "the page to load", func() (bool, error) { return s.trap.state().loads > before, nil })
	if err != nil {
		return err
	}
	// What was loaded is not yet in front.
	return quickly(ctx, "the page to show", func() (bool, error) {
		now, err := s.bus.Snapshot(ctx)
		return err == nil && now.State == kiosk.Visiting && now.Notice == kiosk.NoNotice, errors.Join(err, fmt.Errorf("the borne says %+v", now))
	})
}

// end ends the session and waits until its counters are written.
func (s *scene) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.bus.EndSession(ctx, kiosk.EndStaff); err != nil && !errors.Is(err, kiosk.ErrNoSession) {
		return err
	}
	return s.borne.WaitState(ctx, kiosk.Ready)
}

// quickly asks again more often than drive.Until: what is waited for is in this process, or a word on the bus away.
func quickly(ctx context.Context, what string, done func() (bool, error)) error {
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("wait for %s: %w", what, ctx.Err()), err)
		case <-tick.C:
		}
	}
}

// run runs a command of the host.
func (s *scene) run(ctx context.Context, name string, args ...string) (string, error) {
	out, err := s.Host.Run(ctx, name, args...)
	return strings.TrimSpace(out), err
}

// shell runs a line of the host's shell.
func (s *scene) shell(ctx context.Context, line string) (string, error) {
	return s.run(ctx, "sh", "-c", line)
}
