package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/drive"
	"borne/packaging/demo/sites"
	"borne/packaging/demo/visit"
)

// TestVisit is the main job: visits by touch through the real shell, wiped, counted, sent and shown; then each way in
// which a visit can end badly.
func TestVisit(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("a whole visit, and a second visitor", (*scene).wholeVisit)
	s.sub("documents and the way back are gone", (*scene).nothingLeft)
	s.sub("the network of a visit", (*scene).network)
	s.sub("the way out is confined", (*scene).proxyConfined)
	s.sub("requests without TLS", (*scene).plainHTTP)
	s.sub("kill the way out", (*scene).proxyKilled)
	s.sub("kill", (*scene).killEverything)
	s.sub("behind the house's proxy", (*scene).behindProxy)
	s.sub("stopped with the machine", (*scene).stopped)
	s.sub("who may call what", (*scene).callers)
	s.sub("the interface explains itself", (*scene).introspected)
}

// wholeVisit plays the demonstration's visit and follows its counters to the console.
func (s *scene) wholeVisit() {
	before := s.counted()
	player := visit.NewPlayer(s.borne, s.t.ArtifactDir(), s.t.Output())
	s.must(player.Play(s.t.Context(), s.Sites.Reached))
	s.counts(before, counters{
		"session/button": 2, "outcome/impots": 1, "satisfaction/impots": 1, "autonomy/impots": 1,
		"outcome/caf": 1, "satisfaction/caf": 1, "autonomy/caf": 1, "visit/caf": 2, "visit/impots": 1, "inclusion/fr": 2,
		"device/" + kiosk.DeviceRefusedHost: 1, "device/" + kiosk.DeviceDownload: 1, "device/" + kiosk.DeviceWipeClean: 2,
		"refusal/" + string(kiosk.ReasonHostNotListed): 1,
	})

	if said := s.run("bornectl", "local", "sync"); !strings.Contains(said, "holds every counter") {
		s.t.Errorf("bornectl local sync says %q", said)
	}
	visits := s.received().kinds(kiosk.CellVisit)
	if visits["visit/caf"] != 2 || visits["visit/impots"] != 1 || len(visits) != 2 {
		s.t.Errorf("the central office received %v", visits)
	}
	console := s.console()
	for path, words := range map[string][]string{
		"/bornes": {borneName, "Ville-Exemple"},
		"/usages": {"<h3>Visites de sites</h3>\n          <p class=\"big\">3</p>", "<h3>Sessions</h3>\n          <p class=\"big\">2</p>"},
	} {
		shown := console(path)
		for _, w := range words {
			if !strings.Contains(shown, w) {
				s.t.Errorf("the console's page %s does not show %q", path, w)
			}
		}
	}

	journal, err := s.Host.Journal(s.wait())
	s.must(err)
	for _, seen := range []string{string(demo.Caf), string(demo.CafConnect), string(demo.Impots), string(demo.Forbidden), cafTitle, sites.CafNumber} {
		if bytes.Contains(journal, []byte(seen)) {
			s.t.Errorf("the journal holds %q, which a visitor saw", seen)
		}
	}
}

// console signs in with the link that borne-admin printed, and reads pages.
func (s *scene) console() func(path string) string {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	s.must(err)
	transport := s.central.Transport()
	s.t.Cleanup(transport.CloseIdleConnections)
	browser := &http.Client{Transport: transport, Jar: jar}
	read := func(answer *http.Response, err error) string {
		s.t.Helper()
		s.must(err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		s.must(err)
		if answer.StatusCode != http.StatusOK {
			s.t.Fatalf("the console answers %s: %s", answer.Status, body)
		}
		return string(body)
	}
	const password = "une phrase pour les essais"
	read(browser.PostForm(demo.Central.URL(s.central.Login), url.Values{"mot_de_passe": {password}, "confirmation": {password}}))
	return func(path string) string {
		s.t.Helper()
		return read(browser.Get(demo.Central.URL(path)))
	}
}

// downloads lists the folder of the visitor's documents, from inside the sandbox.
func (s *scene) downloads() []string {
	s.t.Helper()
	out, err := s.inSession([]string{"--mount"}, "find", "/var/lib/borne/downloads", "-type", "f")
	s.must(err)
	return strings.Fields(out)
}

// nothingLeft fetches a document and walks through pages; the next visitor has no document and no page to go back to.
func (s *scene) nothingLeft() {
	const first = "Accueil des impôts"
	s.visit("impots", first)
	w := s.page(first)
	s.touchRow(w, 0)
	s.until("the document", func() (bool, error) { return len(s.downloads()) == 1, nil })
	s.touchRow(w, 2)
	s.page("Liens vers d'autres sites")
	s.must(s.borne.Shell.PressBar(s.wait(), drive.BarBack))
	s.page(first) // the way back works while there is one
	s.end()

	s.visit("impots", first)
	if left := s.downloads(); len(left) != 0 {
		s.t.Errorf("documents of the visitor before: %v", left)
	}
	for range 3 {
		s.must(s.borne.Shell.PressBar(s.wait(), drive.BarBack))
		if _, err := s.borne.Screen.Settled(s.wait()); err != nil {
			s.t.Fatal(err)
		}
		s.page(first)
	}
	s.end()
}

// leaveTraces opens the Caf with a finger, finds nothing of the visitor before, and leaves all that a browser can keep.
func (s *scene) leaveTraces() {
	s.t.Helper()
	s.openByHand()
	w := s.page(cafTitle)
	s.touchRow(w, 2)
	w = s.page("traces: aucune")
	x, y := sites.PrimaryCentre(w.Place.Dx(), w.Place.Dy())
	s.touchPage(w, x, y)
	s.page("traces: cookie,localStorage,sessionStorage,indexedDB,cache,serviceWorker,httpCache")
}

// leftovers are processes and files of a user, as a technician would look for them.
func (s *scene) leftovers(uid string) string {
	s.t.Helper()
	return s.run("sh", "-c", fmt.Sprintf(`ps -U %[1]s -u %[1]s -o pid=,comm=
		find / -path /proc -prune -o '(' -uid %[1]s -o -gid %[1]s ')' -print 2>/dev/null
		true`, uid))
}

// killEverything kills each program in the middle of a visit. Nobody helps: the borne has to come back by itself.
func (s *scene) killEverything() {
	for _, k := range []struct {
		name, kill string
		want       []counters
	}{
		{"chromium", "kill -9 $(systemctl show -P MainPID " + sessionUnit + ")", []counters{oneVisit(kiosk.EndBrowser)}},
		{"the shell", "pkill -9 -x borne-shell", []counters{oneVisit(kiosk.EndShell)}},
		// Both lose their screen at once: either may be noticed first.
		{"the X server", "pkill -9 -x Xvnc", []counters{oneVisit(kiosk.EndShell), oneVisit(kiosk.EndBrowser)}},
		// What the visit was is lost with borned's memory: it is counted as a power cut, no more.
		{"borned", "kill -9 $(systemctl show -P MainPID borned.service)", []counters{
			{"session/" + string(kiosk.EndPower): 1, "device/" + kiosk.DeviceWipeClean: 1},
		}},
	} {
		s.sub(k.name, func(s *scene) {
			before := s.counted()
			s.leaveTraces()
			uid := s.property(sessionUnit, "UID")
			if s.leftovers(uid) == "" {
				s.t.Fatalf("user %s has nothing in the middle of its visit: a search would prove nothing", uid)
			}
			s.run("sh", "-c", k.kill)
			s.until("the end of the session", func() (bool, error) {
				now, err := s.borne.State(s.wait())
				return err == nil && !now.InSession(), err
			})
			s.state(kiosk.Ready)
			if left := s.leftovers(uid); left != "" {
				s.t.Errorf("left of the session's user %s:\n%s", uid, left)
			}
			s.until(fmt.Sprintf("one of the counters %v", k.want), func() (bool, error) {
				got := s.counted().since(before)
				for _, want := range k.want {
					if fmt.Sprint(got) == fmt.Sprint(want) {
						return true, nil
					}
				}
				return false, fmt.Errorf("counted %v", got)
			})
		})
	}
	// The last one's traces.
	s.leaveTraces()
	s.end()
}

// stopped stops borned in the middle of a visit, as a shutdown does: it ends only once the wipe is proved. A restart is a
// stop too.
func (s *scene) stopped() {
	before := s.counted()
	s.visit("caf", cafTitle)
	uid := s.property(sessionUnit, "UID")
	s.run("systemctl", "stop", "borned.service")
	if left := s.leftovers(uid); left != "" {
		s.t.Errorf("left of the session's user %s:\n%s", uid, left)
	}
	if unit := s.property(sessionUnit, "LoadState"); unit != "not-found" {
		s.t.Errorf("the session's unit is %s", unit)
	}
	// The mark of an open session is taken away by a proved wipe alone.
	s.fails([]string{"No such file"}, "ls", "/var/lib/borne/in-session")
	// The screen leaves with borned; neither brings the other back.
	s.until("the screen to stay away", func() (bool, error) {
		return s.property("borne-display.service", "ActiveState") == "inactive", nil
	})
	if state := s.property("borned.service", "ActiveState"); state != "inactive" {
		s.t.Errorf("borned was stopped, and is %s", state)
	}
	s.run("systemctl", "start", "borned.service")
	s.state(kiosk.Ready)
	s.counts(before, oneVisit(kiosk.EndStop))

	s.visit("caf", cafTitle)
	s.run("systemctl", "restart", "borned.service")
	s.state(kiosk.Ready)
	s.counts(before, oneVisit(kiosk.EndStop).times(2))
}
