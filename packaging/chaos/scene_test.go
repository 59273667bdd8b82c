package chaos_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/bus"
	"borne/packaging/chaos"
	"borne/packaging/demo"
	"borne/packaging/demo/stage"
	"borne/packaging/testhost"

	"github.com/godbus/dbus/v5"
)

// scene is a booted host with a central office and an enrolled borne, one of whose official sites is the witness.
type scene struct {
	*stage.Stage
	t       *testing.T
	borne   *stage.Borne
	central *stage.Central
	witness *witness
	hand    *hand
	printer *stage.Printer
	// owed are sessions that were not counted yet: some wait in memory for a disk.
	owed uint64
	// again are sessions that a visitor may have begun besides: a borne that fell just as a language was touched is touched
	// once more when it is back.
	again uint64

	mu  sync.Mutex
	bus *bus.Client
}

const (
	// patience bounds a wait for something that must come while nothing is broken.
	patience = 45 * time.Second
	// person is how long a borne may take to come back by itself. Longer, and somebody would have been called.
	person = 150 * time.Second

	sessionUnit = "borne-session.service"
	egressUnit  = "borne-egress.service"
	stateFolder = "/var/lib/borne"
)

// service is the witness, in the catalogue.
const service kiosk.ServiceID = "impots"

// witnessAddress is where the site that remembers every visit answers, under the tax office's name.
func witnessAddress() netip.Addr { return netip.MustParseAddr("46.30.200.40") }

// raise boots the host and installs all of it. The borne's state has a disk of its own, which can be filled and made
// read-only.
func raise(t *testing.T) *scene {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("not root: a test host needs namespaces, mounts and control groups")
	}
	s := &scene{t: t, witness: newWitness()}
	var err error
	s.Stage, err = stage.Raise(t.Context(), stage.Options{StateDir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Host: testhost.Options{
		Addresses: []netip.Prefix{netip.PrefixFrom(witnessAddress(), 32)},
		Hosts:     map[string]netip.Addr{string(demo.Impots): witnessAddress()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.bus != nil {
			_ = s.bus.Close() // the host goes next
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	testhost.Collect(t, s.Host, t.ArtifactDir(), testhost.Display{Name: stage.Display, Xauthority: stage.XAuthority})
	for _, err := range []error{s.listen(), s.servePAC(), s.install()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// listen serves the witness.
func (s *scene) listen() error {
	l, err := s.Host.Listen(s.t.Context(), "tcp", netip.AddrPortFrom(witnessAddress(), 443).String())
	if err != nil {
		return fmt.Errorf("serve the witness: %w", err)
	}
	l = tls.NewListener(l, &tls.Config{GetCertificate: s.Authority.GetCertificate, NextProtos: []string{"h2", "http/1.1"}})
	server := &http.Server{Handler: s.witness, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	s.t.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }() // ends with Close
	return nil
}

func (s *scene) install() error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	office, err := deb("borne-admin")
	if err != nil {
		return err
	}
	own, err := deb("borne-kiosk")
	if err != nil {
		return err
	}
	// In memory, since a disk of its own needs one.
	if _, err := s.shell(ctx, "mkdir -p -m 700 "+stateFolder+" && mount -t tmpfs -o size=64M,mode=0700 tmpfs "+stateFolder); err != nil {
		return err
	}
	if s.central, err = s.InstallCentral(ctx, office); err != nil {
		return err
	}
	if s.borne, err = s.InstallBorne(ctx, own); err != nil {
		return err
	}
	s.hand = newHand(s)
	env := "BORNE_PROXY=pac+http://" + pacAddress + "/proxy.pac\nBORNE_SITES_PROXY=direct\n"
	if err := s.Host.WriteFile("/etc/borne/borned.env", []byte(env), 0o600); err != nil {
		return err
	}
	if _, err := s.run(ctx, "systemctl", "restart", "borned.service"); err != nil {
		return err
	}
	if err := s.borne.WaitState(ctx, kiosk.Ready); err != nil {
		return err
	}
	if s.printer, err = s.InstallPrinter(ctx); err != nil {
		return err
	}
	if err := s.borne.Enrol(ctx, s.central, "Borne d'essai"); err != nil {
		return err
	}
	return s.borne.Publish(ctx, s.central)
}

// distVariable names the folder of the packages, where it is not the project's own.
const distVariable = "BORNE_DIST"

// deb is a package that `make deb` built.
func deb(name string) (string, error) {
	found, err := filepath.Glob(filepath.Join(cmp.Or(os.Getenv(distVariable), filepath.Join("..", "..", "dist")), name+"_*.deb"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("packages %s in dist: %v, %w (hint: make deb)", name, found, errors.Join(err, errors.New("there must be one")))
	}
	return found[0], nil
}

// now is what the borne says of itself. The bus is among the things that are broken: a connection that ended is made anew.
func (s *scene) now(ctx context.Context) (kiosk.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	client, err := s.client()
	if err != nil {
		return kiosk.Snapshot{}, err
	}
	return client.Snapshot(ctx)
}

func (s *scene) client() (*bus.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bus != nil {
		select {
		case <-s.bus.Done():
			_ = s.bus.Close() // it ended already
		default:
			return s.bus, nil
		}
	}
	conn, err := dbus.Connect("unix:path=" + dbus.EscapeBusAddressValue(s.Host.Path("/run/dbus/system_bus_socket")))
	if err != nil {
		s.bus = nil
		return nil, fmt.Errorf("reach the host's bus: %w", err)
	}
	s.bus = bus.NewClient(conn)
	return s.bus, nil
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

// soon asks again and again until done says yes or the context ends.
func soon(ctx context.Context, every time.Duration, what string, done func() (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var last error
	for {
		ok, err := done()
		if ok {
			return nil
		}
		if !errors.Is(err, context.DeadlineExceeded) || last == nil {
			last = err // what was asked as time ran out says nothing
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("wait for %s: %w", what, ctx.Err()), last)
		case <-tick.C:
		}
	}
}

// conditions are told with the figures.
func (s *scene) conditions(target string) chaos.Conditions {
	c := chaos.Conditions{Day: time.Now(), Target: target}
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for _, one := range []struct {
		into *string
		line string
	}{
		{&c.Borne, "dpkg-query -W -f '${Version}' borne-kiosk"},
		{&c.Chromium, "dpkg-query -W -f '${Version}' chromium"},
		{&c.Debian, "cat /etc/debian_version"},
		{&c.Machine, `echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), kernel $(uname -r)"`},
	} {
		said, err := s.shell(ctx, one.line)
		if err != nil {
			s.t.Fatal(err)
		}
		*one.into = said
	}
	return c
}
