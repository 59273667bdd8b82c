package forensics_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"
	"borne/packaging/demo"
	"borne/packaging/demo/stage"
	"borne/packaging/forensics"
	"borne/packaging/testhost"

	"github.com/godbus/dbus/v5"
)

const (
	siteHost    demo.Host       = "www.releve.borne.test"
	siteService kiosk.ServiceID = "releve"
	sessionUnit                 = "borne-session.service"
	// patience bounds every wait for something that must come.
	patience = 45 * time.Second
)

// siteBundle is the site as a service of the catalogue. A host below it is a marker.
const siteBundle = `id: releve
theme: impots
order: 90
name:
  fr: Site de relevé
operator: Essais
start: https://www.releve.borne.test/
tasks:
  - fr: Laisser des traces
needs:
  - fr: Rien
minutes: 1
supporting:
  - {host: "*.releve.borne.test", verified: no}
`

func siteAddress() netip.Addr { return netip.MustParseAddr("46.30.200.40") }

func scannerAddress() netip.Addr { return netip.MustParseAddr("192.168.71.9") }

// scene is a booted host with an enrolled borne, one of whose official sites is the one that plants.
type scene struct {
	*stage.Stage
	t     *testing.T
	borne *stage.Borne
	bus   *bus.Client
	conn  *dbus.Conn
	site  *forensics.Site
	words *forensics.Words
	seed  uint64
	// scene is what is searched; seen reports whether a word of the visit is met as its kind says, and notes it.
	scene forensics.Scene
	seen  func(places []forensics.Place, code string) bool

	printer *stage.Printer
	scanner *stage.Scanner
	glass   string // the setting that names it
	// stick is the visitor's key, while one is plugged in.
	stick *stage.Stick
}

// raise boots the host, installs all of it and enrols the borne; the central office then leaves the stage.
func raise(t *testing.T, seed uint64, visits int) *scene {
	t.Helper()
	words := forensics.NewWords(seed)
	// The names of the markers are known to the network before anything begins.
	names := map[string]netip.Addr{string(siteHost): siteAddress()}
	for v := range visits {
		names[words.Word(v, "sh")+".releve.borne.test"] = siteAddress()
		names[words.Word(v, "mh")+forensics.MediatorDomain] = siteAddress()
	}
	set, err := stage.Raise(t.Context(), stage.Options{StateDir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Host: testhost.Options{
		Addresses: []netip.Prefix{netip.PrefixFrom(siteAddress(), 32), netip.PrefixFrom(scannerAddress(), 32)}, Hosts: names,
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
	s := &scene{Stage: set, t: t, site: &forensics.Site{Words: words}, words: words, seed: seed}
	at := func(port uint16) netip.AddrPort { return netip.AddrPortFrom(siteAddress(), port) }
	if s.scanner, s.glass, err = s.InstallScanner(t.Context(), scannerAddress()); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{s.Serve(t.Context(), at(443), s.site.Ticket(s.TLS()), s.site), s.Serve(t.Context(), at(80), nil, s.site), s.install()} {
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
	// As at the next start of the machine: the bus has the package's settings.
	if _, err := s.Host.Run(ctx, "systemctl", "restart", "dbus.service"); err != nil {
		return err
	}
	if err := errors.Join(s.InstallMutedSound(), s.InstallUSB(ctx)); err != nil {
		return err
	}
	if err := s.borne.WaitState(ctx, kiosk.Ready); err != nil {
		return err
	}
	if err := s.borne.Enrol(ctx, central, "Borne d'essai"); err != nil {
		return err
	}
	if err := s.borne.PublishWith(ctx, central, s.configure, siteService, siteHost.URL("/")); err != nil {
		return err
	}
	if _, err := s.Host.Run(ctx, "systemctl", "stop", "borne-admin.service"); err != nil {
		return err
	}
	if s.printer, err = s.InstallPrinter(ctx); err != nil {
		return err
	}
	if s.conn, err = s.Bus(); err != nil {
		return err
	}
	s.bus = bus.NewClient(s.conn)
	s.t.Cleanup(func() { _ = s.bus.Close() })
	return nil
}

// configure adds the site and the scanner to the demonstration's bundle, with the least idle time there is.
func (s *scene) configure(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "services", string(siteService)+".yaml"), []byte(siteBundle), 0o644); err != nil {
		return err
	}
	settings := filepath.Join(dir, "settings.yaml")
	text, err := os.ReadFile(settings)
	if err != nil {
		return err
	}
	short := strings.NewReplacer("idle_timeout: 5m", "idle_timeout: 1m", "idle_warning: 45s", "idle_warning: 20s").Replace(string(text))
	if short == string(text) {
		return errors.New("the demonstration's settings have another idle time")
	}
	lines := slices.DeleteFunc(strings.Split(short, "\n"), func(line string) bool { return strings.HasPrefix(line, "scanning:") })
	lines = append(lines, "scanning: {scanner: '"+s.glass+"'}", "")
	return os.WriteFile(settings, []byte(strings.Join(lines, "\n")), 0o644)
}

// quickly asks again often: what is waited for is in this process, or a word on the bus away.
func quickly(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
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

// brieflyUntil is for what may not come.
func (s *scene) brieflyUntil(ctx context.Context, what string, is func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience/4)
	defer cancel()
	return quickly(ctx, what, func() (bool, error) { return is(), nil })
}

// until waits for what the borne says of itself. One that is being started again says nothing.
func (s *scene) until(ctx context.Context, what string, is func(kiosk.Snapshot) bool) error {
	return quickly(ctx, what, func() (bool, error) {
		now, err := s.now(ctx)
		if err == nil && !is(now) {
			err = fmt.Errorf("the borne says %s %s, notice %q", now.State, now.Reason, now.Notice)
		}
		return err == nil, err
	})
}

// now asks for single properties, as the shell hears of them: whoever asks for all of them has the host of a refused page
// copied into the bus daemon's memory, for a while.
func (s *scene) now(ctx context.Context) (n kiosk.Snapshot, err error) {
	for name, into := range map[string]any{"State": &n.State, "Notice": &n.Notice, "Reason": &n.Reason} {
		var v dbus.Variant
		call := s.conn.Object(kiosk.BusName, kiosk.BusPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, kiosk.BusInterface, name)
		if err := call.Store(&v); err != nil {
			return n, err
		}
		if err := v.Store(into); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *scene) ready(ctx context.Context) error {
	return s.until(ctx, "a borne that waits for a visitor", func(n kiosk.Snapshot) bool { return n.State == kiosk.Ready })
}

// run runs a command of the host.
func (s *scene) run(ctx context.Context, name string, args ...string) (string, error) {
	out, err := s.Host.Run(ctx, name, args...)
	return strings.TrimSpace(out), err
}

// keep keeps a picture of what a hand could not go on with.
func (s *scene) keep(ctx context.Context, name string) {
	dir := cmp.Or(os.Getenv("BORNE_ARTIFACTS"), s.t.ArtifactDir())
	p, err := s.borne.Screen.Picture(ctx)
	if err == nil {
		err = errors.Join(os.MkdirAll(dir, 0o755), p.Save(filepath.Join(dir, name+".png")))
	}
	s.t.Logf("kept %s in %s: %v", name, dir, err)
}
