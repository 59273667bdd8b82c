package e2e_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/client"
	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
)

// TestOffice is the borne and its central office, with something in between that can be told to misbehave.
func TestOffice(t *testing.T) {
	t.Parallel()
	s := boot(t, withBetween())
	b := s.putBetween()
	s.install()
	s.sub("enrolment codes", (*scene).enrolmentCodes)
	s.sub("sync", func(s *scene) { s.syncs(b) })
	s.sub("bundles", func(s *scene) { s.bundles(b) })
	s.sub("commands", (*scene).commands)
	s.sub("a portal in its place", func(s *scene) { s.portal(b) })
	s.sub("idle", (*scene).idle)
}

// centralTransport reaches the central office where it is, whatever its name leads to.
func (s *scene) centralTransport() *http.Transport {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.Authority.CertificatePEM())
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return s.Host.Dial(ctx, network, netip.AddrPortFrom(demo.CentralAddress(), 443).String())
		},
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}
}

// enrolmentCodes are good for one borne, once.
func (s *scene) enrolmentCodes() {
	office := demo.Central.URL("")
	s.fails([]string{"does not know this enrolment code", "console"}, "bornectl", "local", "enrol", office, "AAAA-AAAA-AAAA-AAAA")
	code, err := s.central.NewCode(s.wait(), "Une autre borne")
	s.must(err)
	used := s.run("runuser", "-u", "borne-admin", "--", "sqlite3", "/var/lib/borne-admin/borne-admin.db",
		"SELECT count(*) FROM enrolment_codes WHERE used > 0")
	if used != "1" {
		s.t.Fatalf("%s codes are used", used)
	}
	s.run("runuser", "-u", "borne-admin", "--", "sqlite3", "/var/lib/borne-admin/borne-admin.db", "-cmd", ".timeout 5000",
		"UPDATE enrolment_codes SET expires = 1000 WHERE used = 0")
	s.fails([]string{"used or expired", "console"}, "bornectl", "local", "enrol", office, code)
	s.fails([]string{"not the address of a central office"}, "bornectl", "local", "enrol", "http//nowhere", code)
	s.fails([]string{"cannot be reached"}, "bornectl", "local", "enrol", "https://nulle-part."+demo.Domain, code)
	s.fails([]string{"not a central office"}, "bornectl", "local", "enrol", demo.Caf.URL(""), code)
	// The identity that the borne had is still its own.
	s.told("the borne as it was", func(k kioskStatus) bool { return k.Name == borneName })
	if said := s.run("bornectl", "local", "sync"); !strings.Contains(said, "holds every counter") {
		s.t.Errorf("bornectl local sync says %q", said)
	}
}

// syncs counts visits while the central office is down, loses its answers, and kills it as it answers: each counter
// arrives, and arrives once.
func (s *scene) syncs(b *between) {
	s.run("bornectl", "local", "sync")
	before := s.received()
	const visits = 3
	s.run("systemctl", "stop", "borne-admin.service")
	for range visits {
		s.visit("caf", cafTitle)
		s.end()
	}
	s.fails([]string{"cannot be reached"}, "bornectl", "local", "sync")
	s.until("the borne to keep them with the office down", func() (bool, error) {
		kept := s.kept()
		for key, n := range oneVisit(kiosk.EndStaff).times(visits) {
			if kept[key] != n {
				return false, fmt.Errorf("it keeps %v", kept)
			}
		}
		return true, nil
	})
	s.until("the borne's health to say that the office is down", func() (bool, error) {
		f := s.facts()["central-office"]
		return f.Level == kiosk.LevelWarn, fmt.Errorf("it says %+v", f)
	})
	s.run("systemctl", "start", "borne-admin.service")

	// The office takes the cells and its word of it is lost, again and again.
	var lost counter
	b.set(lose(&lost))
	for range 3 {
		s.fails(nil, "bornectl", "local", "sync")
	}
	if n := lost.get(); n < 3 {
		s.t.Fatalf("%d batches reached the office", n)
	}
	b.set(nil)
	s.synced()
	want := oneVisit(kiosk.EndStaff).times(visits)
	s.arrived(before, want)

	// Killed while a batch is on its way: at another moment each time.
	for i := range 4 {
		s.visit("caf", cafTitle)
		s.end()
		want = oneVisit(kiosk.EndStaff).times(uint64(visits + i + 1))
		s.counts(before, want) // there is something to send
		killed := make(chan error, 1)
		b.set(func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			if r.URL.Path == kiosk.PathCells {
				go func() {
					time.Sleep(time.Duration(i) * 3 * time.Millisecond)
					killed <- s.Host.Command(context.WithoutCancel(r.Context()), "systemctl", "kill", "--signal=KILL", "borne-admin.service").Run()
				}()
			}
			office.ServeHTTP(w, r)
		})
		// Whether this one succeeds depends on the moment; that nothing is lost or doubled does not.
		_ = s.Host.Command(s.wait(), "bornectl", "local", "sync").Run()
		b.set(nil)
		s.must(<-killed)
		s.until("the office to come back by itself", func() (bool, error) {
			_, err := s.central.Usage(s.wait(), kiosk.CellSession)
			return err == nil, err
		})
		s.synced()
		s.arrived(before, want)
	}
}

// synced waits until the borne could send everything.
func (s *scene) synced() {
	s.t.Helper()
	s.until("a sync", func() (bool, error) {
		out, err := s.Host.Run(s.wait(), "bornectl", "local", "sync")
		return err == nil && strings.Contains(out, "holds every counter"), fmt.Errorf("%s, %w", out, err)
	})
}

// arrived compares what the central office received since.
func (s *scene) arrived(before, want counters) {
	s.t.Helper()
	if got := s.received().since(before); fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("the central office received %v, want %v", got, want)
	}
}

// site is the name of the place that the borne shows, from the bundle in use.
func (s *scene) site() string {
	s.t.Helper()
	text, err := s.borne.Property(s.wait(), "Settings")
	s.must(err)
	var settings kiosk.Settings
	s.must(json.Unmarshal([]byte(text), &settings))
	return settings.Site
}

func renamed(site string) func(string) string {
	return func(settings string) string {
		return strings.Replace(settings, "site: Ville-Exemple", "site: "+site, 1)
	}
}

// bundles publishes during a visit, then offers what must be refused.
func (s *scene) bundles(b *between) {
	s.visit("caf", cafTitle)
	version := s.publish(renamed("Bourg-Exemple"))
	s.until("the borne to fetch the bundle", func() (bool, error) {
		said, err := s.Host.Run(s.wait(), "journalctl", "--no-pager", "--unit=borned.service")
		return strings.Contains(said, fmt.Sprintf("bundle taken\" version=%d", version)), err
	})
	if site := s.site(); site != "Ville-Exemple" {
		s.t.Errorf("in the middle of a visit the bundle changed: %q", site)
	}
	s.state(kiosk.Visiting)
	s.end()
	s.until("the new bundle", func() (bool, error) { return s.site() == "Bourg-Exemple", nil })
	s.told("the new version", func(k kioskStatus) bool { return k.Status.BundleVersion == version && k.BundleWanted == version })

	for _, refused := range []struct {
		name    string
		archive []byte
		why     error
	}{
		{"ill-signed", s.forged(version + 5), bundle.ErrSignature},
		// The office's own, of yesterday, under a new number.
		{"older", s.release(1), bundle.ErrOlder},
		{"cut short", s.release(version)[:1000], bundle.ErrMalformed},
	} {
		s.sub(refused.name, func(s *scene) {
			b.set(offer(version+5, refused.archive))
			defer b.set(nil)
			// A visit is news, so that the borne asks at once.
			s.visit("caf", cafTitle)
			s.end()
			s.told("why the bundle was refused", func(k kioskStatus) bool {
				return k.Status.BundleVersion == version && strings.Contains(k.Status.BundleFault, refused.why.Error())
			})
			if f := s.facts()["bundle"]; f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, refused.why.Error()) {
				s.t.Errorf("the borne's health says %+v", f)
			}
			if site := s.site(); site != "Bourg-Exemple" {
				s.t.Errorf("the bundle in use is now that of %q", site)
			}
		})
	}
	// The last good one is also what a restart finds.
	s.run("systemctl", "restart", "borned.service")
	s.state(kiosk.Ready)
	if site := s.site(); site != "Bourg-Exemple" {
		s.t.Errorf("after a restart the bundle in use is that of %q", site)
	}
	s.told("no fault any more", func(k kioskStatus) bool {
		return k.Status.BundleFault == "" && k.Status.BundleVersion == version && k.Status.State == kiosk.Ready
	})
}

// forged is a bundle that is right in all but its signature's key.
func (s *scene) forged(version uint64) []byte {
	s.t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	s.must(err)
	dir := filepath.Join(s.t.TempDir(), "forged")
	s.must(demo.WriteBundle(dir, s.Authority.CertificatePEM()))
	organisation := s.run("sqlite3", "/var/lib/borne-admin/borne-admin.db", "SELECT id FROM organisation")
	archive, err := bundle.Pack(os.DirFS(dir), kiosk.Manifest{Version: version, Organisation: organisation,
		NotBefore: time.Now().Add(-time.Hour), Expires: time.Now().Add(time.Hour)}, key)
	s.must(err)
	return archive
}

// release is an archive as the central office keeps it.
func (s *scene) release(version uint64) []byte {
	s.t.Helper()
	const file = "/root/release"
	s.run("sqlite3", "/var/lib/borne-admin/borne-admin.db",
		fmt.Sprintf("SELECT writefile('%s', archive) FROM release_archives WHERE version = %d", file, version))
	archive, err := s.Host.ReadFile(file)
	s.must(err)
	return archive
}

// send gives an order through the central office.
func (s *scene) send(args ...string) admin.Command {
	s.t.Helper()
	text, err := s.central.Bornectl(s.wait(), append([]string{"--json", "command", "send", borneName}, args...)...)
	s.must(err)
	var sent admin.Command
	s.must(json.Unmarshal([]byte(text), &sent))
	return sent
}

// becomes waits for the state of an order, as the central office shows it.
func (s *scene) becomes(c admin.Command, want kiosk.CommandState) {
	s.t.Helper()
	transport := s.centralTransport()
	defer transport.CloseIdleConnections()
	office, err := client.New(demo.Central.URL(""), s.central.Token, &http.Client{Transport: transport})
	s.must(err)
	s.until(fmt.Sprintf("the order %s to be %s", c.Kind, want), func() (bool, error) {
		seen, err := office.Command(s.wait(), c.ID)
		if err != nil {
			return false, err
		}
		return seen.State == want, fmt.Errorf("it is %s, %s", seen.State, seen.Detail)
	})
}

// commands gives each order and looks for what it does.
func (s *scene) commands() {
	sent := s.send("message", "Fermeture à midi")
	s.must(s.borne.WaitProperty(s.wait(), "Message", "Fermeture à midi"))
	s.becomes(sent, kiosk.CommandDone)
	s.send("message")
	s.must(s.borne.WaitProperty(s.wait(), "Message", ""))

	before := s.counted()
	s.visit("caf", cafTitle)
	// A restart waits for the visitor; the order to end the visit does not.
	restart := s.send("restart")
	s.becomes(restart, kiosk.CommandAccepted)
	s.state(kiosk.Visiting)
	began := s.property("borned.service", "ExecMainStartTimestampMonotonic")
	sent = s.send("end-session")
	s.becomes(sent, kiosk.CommandDone)
	s.becomes(restart, kiosk.CommandDone)
	s.state(kiosk.Ready)
	if s.property("borned.service", "ExecMainStartTimestampMonotonic") == began {
		s.t.Error("borned was not restarted")
	}
	s.counts(before, oneVisit(kiosk.EndStaff))

	// Nobody there: what was wanted is so.
	s.becomes(s.send("end-session"), kiosk.CommandDone)

	s.send("close")
	s.state(kiosk.Closed)
	s.fails([]string{kiosk.ErrorName(kiosk.ErrClosed)}, "dbus-send", callArguments("StartSession", "string:fr")...)
	s.send("open")
	s.state(kiosk.Ready)

	// A borne that is switched off does not obey an order of long ago.
	s.run("systemctl", "stop", "borned.service")
	late := s.send("message", "Trop tard", "--expires=2s")
	s.becomes(late, kiosk.CommandExpired)
	s.run("systemctl", "start", "borned.service")
	s.state(kiosk.Ready)
	shown, err := s.central.Bornectl(s.wait(), "command", "send", borneName, "message", "À temps", "--wait")
	s.must(err)
	if !strings.Contains(shown, string(kiosk.CommandDone)) {
		s.t.Errorf("bornectl command send --wait says %q", shown)
	}
	s.must(s.borne.WaitProperty(s.wait(), "Message", "À temps"))
	said := s.run("journalctl", "--no-pager", "--unit=borned.service")
	if strings.Contains(said, late.ID) {
		s.t.Error("the expired order reached the borne")
	}
	s.send("message")
}

// portal puts something else in the place of the central office.
func (s *scene) portal(b *between) {
	before := s.counted()
	b.set(portal)
	s.fails([]string{"not a central office's"}, "bornectl", "local", "sync")
	s.visit("caf", cafTitle)
	s.end()
	s.until("the borne's health to say so", func() (bool, error) {
		f := s.facts()["central-office"]
		return f.Level == kiosk.LevelWarn && strings.Contains(f.Detail, "not a central office's"), fmt.Errorf("it says %+v", f)
	})
	s.state(kiosk.Ready)
	b.set(nil)
	s.synced()
	s.counts(before, oneVisit(kiosk.EndStaff))
	s.until("the borne's health to be well again", func() (bool, error) {
		f := s.facts()["central-office"]
		return f.Level == kiosk.LevelOK, fmt.Errorf("it says %+v", f)
	})
}

// idle leaves the screen alone: the borne asks, and ends the visit when nobody answers.
func (s *scene) idle() {
	s.publish(func(settings string) string {
		settings = strings.Replace(settings, "idle_timeout: 5m", "idle_timeout: 1m", 1)
		return strings.Replace(settings, "idle_warning: 45s", "idle_warning: 50s", 1)
	})
	s.until("the shorter patience", func() (bool, error) {
		text, err := s.borne.Property(s.wait(), "Settings")
		var settings kiosk.Settings
		if err == nil {
			err = json.Unmarshal([]byte(text), &settings)
		}
		return settings.IdleTimeout == time.Minute, err
	})
	before := s.counted()
	s.visit("caf", cafTitle)
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.IdleWarning)))
	// A big button brings the visit back.
	s.must(s.borne.Shell.Press(s.wait(), drive.Primary, 0))
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.NoNotice)))
	s.page(cafTitle)
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.IdleWarning)))
	s.state(kiosk.Ready)
	s.counts(before, oneVisit(kiosk.EndIdle))
}
