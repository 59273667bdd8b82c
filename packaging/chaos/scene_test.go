package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
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
	// stick is the visitor's key, while one is plugged in.
	stick *stage.Stick
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
	for _, err := range []error{s.Serve(t.Context(), netip.AddrPortFrom(witnessAddress(), 443), s.TLS(), s.witness), s.servePAC(), s.install()} {
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
	// Which starts borned anew.
	if err := errors.Join(s.InstallMutedSound(), s.InstallUSB(ctx)); err != nil {
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
	conn, err := s.Bus()
	if err != nil {
		s.bus = nil
		return nil, err
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
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	v, err := s.Versions(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return chaos.Conditions{Day: time.Now(), Versions: v, Target: target}
}
