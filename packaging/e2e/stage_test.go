package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/sites"
	"borne/packaging/demo/stage"
	"borne/packaging/demo/visit"
	"borne/packaging/testhost"
)

// scene is a booted host with the demonstration's sites and, after install, a central office and an enrolled borne.
type scene struct {
	*stage.Stage
	t       *testing.T
	central *stage.Central
	borne   *stage.Borne
}

// borneName is what the central office calls the borne.
const borneName = "Accueil, borne 1"

// patience bounds every wait: a borne answers in a second, a busy machine in many.
const patience = 2 * time.Minute

// boot boots a host with the sites. It ends with the test; a test that failed keeps its journal and its screen.
func boot(t *testing.T, o testhost.Options) *scene {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not root: a test host needs namespaces, mounts and control groups")
	}
	s, err := stage.Raise(t.Context(), stage.Options{StateDir: t.TempDir(), Host: o, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	testhost.Collect(t, s.Host, t.ArtifactDir(), testhost.Display{Name: stage.Display, Xauthority: stage.XAuthority})
	return &scene{Stage: s, t: t}
}

// raise boots a host and installs, enrols and configures all of it.
func raise(t *testing.T) *scene {
	t.Helper()
	s := boot(t, testhost.Options{})
	s.install()
	return s
}

// install installs the central office and the borne, enrols the borne and publishes the demonstration's services.
func (s *scene) install() {
	s.t.Helper()
	ctx := s.wait()
	var err error
	if s.central, err = s.InstallCentral(ctx, deb(s.t, "borne-admin")); err != nil {
		s.t.Fatal(err)
	}
	s.installBorne()
	if err := s.borne.Enrol(ctx, s.central, borneName); err != nil {
		s.t.Fatal(err)
	}
	if err := s.borne.Publish(ctx, s.central); err != nil {
		s.t.Fatal(err)
	}
}

// installBorne installs the borne alone.
func (s *scene) installBorne() {
	s.t.Helper()
	var err error
	if s.borne, err = s.InstallBorne(s.wait(), deb(s.t, "borne-kiosk")); err != nil {
		s.t.Fatal(err)
	}
}

// sub is the scene inside a subtest.
func (s *scene) sub(name string, f func(s *scene)) {
	s.t.Helper()
	s.t.Run(name, func(t *testing.T) {
		inner := *s
		inner.t = t
		testhost.Collect(t, s.Host, t.ArtifactDir(), testhost.Display{Name: stage.Display, Xauthority: stage.XAuthority})
		f(&inner)
	})
}

// deb is the package that `make deb` built.
func deb(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "..", "dist", name+"_*.deb"))
	if err != nil || len(found) != 1 {
		t.Fatalf("packages %s in dist: %v, %v (hint: make deb)", name, found, err)
	}
	return found[0]
}

// wait is a context for one wait.
func (s *scene) wait() context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	s.t.Cleanup(cancel)
	return ctx
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// run runs a command inside that must succeed, and returns what it printed.
func (s *scene) run(name string, args ...string) string {
	s.t.Helper()
	out, err := s.Host.Run(s.wait(), name, args...)
	s.must(err)
	return strings.TrimSpace(out)
}

// fails runs a command inside that must fail, and say each of words in all that it printed.
func (s *scene) fails(words []string, name string, args ...string) {
	s.t.Helper()
	out, err := s.Host.Command(s.wait(), name, args...).CombinedOutput()
	if err == nil {
		s.t.Errorf("%s %v succeeds: %s", name, args, out)
	}
	for _, w := range words {
		if !bytes.Contains(out, []byte(w)) {
			s.t.Errorf("%s %v says nothing of %q: %s", name, args, w, out)
		}
	}
}

// until waits for something.
func (s *scene) until(what string, done func() (bool, error)) {
	s.t.Helper()
	s.must(drive.Until(s.wait(), what, done))
}

func (s *scene) state(states ...kiosk.State) {
	s.t.Helper()
	s.must(s.borne.WaitState(s.wait(), states...))
}

// call calls a method of the borne as root, with arguments as dbus-send writes them.
func (s *scene) call(method string, args ...string) error {
	_, err := s.Host.Run(s.wait(), "dbus-send", callArguments(method, args...)...)
	return err
}

func callArguments(method string, args ...string) []string {
	return append([]string{"--system", "--print-reply", "--reply-timeout=40000", "--dest=" + kiosk.BusName, kiosk.BusPath,
		kiosk.BusInterface + "." + method}, args...)
}

// visit begins a session and opens a service by the bus, where the screen is not what is tested, and waits for its page.
func (s *scene) visit(id kiosk.ServiceID, title string) {
	s.t.Helper()
	s.state(kiosk.Ready)
	s.must(s.call("StartSession", "string:fr"))
	s.must(s.call("OpenService", "string:"+string(id)))
	s.page(title)
}

// page waits for a page in the browser's window.
func (s *scene) page(title string) drive.Window {
	s.t.Helper()
	w, err := s.borne.Screen.WaitTitle(s.wait(), title)
	s.must(err)
	return w
}

// end ends the session as a mediator would.
func (s *scene) end() {
	s.t.Helper()
	s.run("bornectl", "local", "end-session")
	s.state(kiosk.Ready)
}

// player is a finger that taps its way through the shell.
func (s *scene) player() *visit.Player { return visit.NewPlayer(s.borne, "", s.t.Output()) }

// openByHand begins a session and opens the Caf's first page with a finger.
func (s *scene) openByHand() {
	s.t.Helper()
	s.must(s.player().Open(s.t.Context(), "caf", cafTitle))
}

// cafTitle is the title of the Caf's first page.
const cafTitle = "Accueil de la Caf"

// touchRow touches a row of the page that is in front.
func (s *scene) touchRow(w drive.Window, n int) {
	s.t.Helper()
	x, y := sites.RowCentre(w.Place.Dx(), n)
	s.touchPage(w, x, y)
}

// touchPage touches a point of the page once it is seen: it has its title a moment before the shell gives way to it.
func (s *scene) touchPage(w drive.Window, x, y int) {
	s.t.Helper()
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.NoNotice)))
	_, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.must(s.borne.Screen.Tap(s.wait(), w.Place.Min.X+x, w.Place.Min.Y+y))
}

// property of a unit, as systemctl shows it.
func (s *scene) property(unit, name string) string {
	s.t.Helper()
	return s.run("systemctl", "show", "--property="+name, "--value", unit)
}

// sessionUnit is the visitor's sandbox.
const sessionUnit = "borne-session.service"

// inSession runs a command in some of the namespaces of the visitor's browser, as nsenter's options say.
func (s *scene) inSession(options []string, command ...string) (string, error) {
	s.t.Helper()
	args := append([]string{"--target", s.property(sessionUnit, "MainPID")}, options...)
	return s.Host.Run(s.wait(), "nsenter", append(append(args, "--"), command...)...)
}

// facts is the borne's health.
func (s *scene) facts() map[string]kiosk.Fact {
	s.t.Helper()
	// It exits 1 when something fails, which is an answer too.
	command := s.Host.Command(s.wait(), "bornectl", "--json", "local", "diagnostics")
	out, err := command.Output()
	var list []kiosk.Fact
	if jsonErr := json.Unmarshal(out, &list); jsonErr != nil {
		s.t.Fatalf("bornectl local diagnostics: %v, %v: %s", err, jsonErr, out)
	}
	facts := map[string]kiosk.Fact{}
	for _, f := range list {
		facts[f.Name] = f
	}
	return facts
}

// told waits until the central office shows something of the borne.
func (s *scene) told(what string, is func(kiosk kioskStatus) bool) {
	s.t.Helper()
	s.until("the central office to show "+what, func() (bool, error) {
		text, err := s.central.Bornectl(s.wait(), "--json", "kiosk", "list")
		if err != nil {
			return false, err
		}
		var list []kioskStatus
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return false, err
		}
		if len(list) != 1 {
			return false, fmt.Errorf("it knows %d bornes", len(list))
		}
		return is(list[0]), fmt.Errorf("it shows %+v", list[0])
	})
}

// kioskStatus is what `bornectl kiosk list` tells of a borne.
type kioskStatus struct {
	Name         string `json:"name"`
	BundleWanted uint64 `json:"bundle_wanted"`
	Status       struct {
		State         kiosk.State  `json:"state"`
		Reason        string       `json:"reason"`
		BundleVersion uint64       `json:"bundle_version"`
		BundleFault   string       `json:"bundle_fault"`
		Health        []kiosk.Fact `json:"health"`
	} `json:"status"`
}

// publish publishes the demonstration's bundle with a change to its settings, and returns its version.
func (s *scene) publish(change func(settings string) string) uint64 {
	s.t.Helper()
	dir := filepath.Join(s.t.TempDir(), "bundle")
	s.must(demo.WriteBundle(dir, s.Authority.CertificatePEM()))
	file := filepath.Join(dir, "settings.yaml")
	before, err := os.ReadFile(file)
	s.must(err)
	after := change(string(before))
	if after == string(before) {
		s.t.Fatal("the settings were not changed")
	}
	s.must(os.WriteFile(file, []byte(after), 0o644))
	const inside = "/root/changed"
	s.run("rm", "-rf", inside)
	s.must(filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		return s.Host.CopyIn(name, filepath.Join(inside, relative))
	}))
	text, err := s.central.Bornectl(s.wait(), "--json", "bundle", "publish", inside)
	s.must(err)
	var release struct {
		Version uint64 `json:"version"`
	}
	s.must(json.Unmarshal([]byte(text), &release))
	return release.Version
}
