package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/demo/sites"
)

// forbiddenTitle is the title of the page that no allowlist holds, impotsTitle that of the first page of a service with a
// link to it.
const (
	forbiddenTitle = "INTERDIT"
	impotsTitle    = "Accueil des impôts"
)

// TestPermit opens a host that no list holds to one visitor, from the borne and from the central office, and to no other.
func TestPermit(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("for one visit", (*scene).permitOnce)
	s.sub("what is never opened", (*scene).neverPermitted)
	s.sub("from the central office", (*scene).permitFromOffice)
	s.sub("after a crash", (*scene).permitNotAfterCrash)
	s.sub("the host is written nowhere", (*scene).permittedNowhere)
}

// permitOnce: refused, then opened over the page with what belongs to it, and refused to the next visitor.
func (s *scene) permitOnce() {
	before, asked := s.counted(), s.Sites.Reached()[demo.Forbidden]
	s.meetForbidden()
	if n := s.Sites.Reached()[demo.Forbidden]; n != asked {
		s.t.Fatalf("the host answered %d times before anybody allowed it", n-asked)
	}
	s.permit()
	s.page(forbiddenTitle)
	s.noNotice()
	s.until("what the page consists of", func() (bool, error) {
		n := s.Sites.Reached()[demo.Forbidden] - asked
		return n >= 2, fmt.Errorf("the host answered %d times", n)
	})
	// Its window lies over the page that the visitor was on.
	s.must(s.call("Back"))
	s.until("the window to close", func() (bool, error) {
		windows, err := s.borne.Screen.Windows(s.wait())
		for _, w := range windows {
			if strings.Contains(w.Title, forbiddenTitle) {
				return false, nil
			}
		}
		return err == nil, err
	})
	s.end()

	asked = s.Sites.Reached()[demo.Forbidden]
	s.meetForbidden()
	if n := s.Sites.Reached()[demo.Forbidden]; n != asked {
		s.t.Errorf("the host answered the next visitor %d times", n-asked)
	}
	s.end()
	s.counts(before, counters{
		"session/" + string(kiosk.EndStaff): 2, "visit/impots": 2, "inclusion/fr": 2, "device/" + kiosk.DeviceWipeClean: 2,
		"device/" + kiosk.DeviceHostAdded: 1, "device/" + kiosk.DeviceRefusedHost: 2, "refusal/" + string(kiosk.ReasonHostNotListed): 2,
	})
}

// meetForbidden begins a visit, follows the link to the host and is refused.
func (s *scene) meetForbidden() {
	s.t.Helper()
	s.state(kiosk.Ready)
	s.settled()
	s.visit("impots", impotsTitle)
	s.touchRow(s.page(impotsTitle), 2)
	row, ok := sites.LinkRow("lien-interdit")
	if !ok {
		s.t.Fatal("the page of links has no forbidden one")
	}
	s.touchRow(s.page("Liens vers d'autres sites"), row)
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.Blocked)))
}

// settledAfter is when a standby browser has begun to watch its policies, and has looked at them once: what is written before
// is read late.
const settledAfter = 12 * time.Second

// settled waits until the standby browser is as old as one that waited for its visitor.
func (s *scene) settled() {
	s.t.Helper()
	s.until("the standby browser to be settled", func() (bool, error) {
		began, err := strconv.ParseInt(s.property(sessionUnit, "ActiveEnterTimestampMonotonic"), 10, 64)
		if err != nil {
			return false, err
		}
		var now unix.Timespec
		err = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
		return began > 0 && time.Duration(now.Nano())-time.Duration(began)*time.Microsecond > settledAfter, err
	})
}

func (s *scene) noNotice() {
	s.t.Helper()
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.NoNotice)))
}

func (s *scene) permit() {
	s.t.Helper()
	if said := s.run("bornectl", "local", "allow-host", demo.Forbidden.URL("/une/page?a=b")); !strings.Contains(said, "until the end of the visit") {
		s.t.Errorf("bornectl local allow-host says %q", said)
	}
}

// neverPermitted: what nobody may open, and an empty borne.
func (s *scene) neverPermitted() {
	s.state(kiosk.Ready)
	before := s.counted()
	s.fails([]string{"nobody is at the borne"}, "bornectl", "local", "allow-host", string(demo.Forbidden))
	s.visit("caf", cafTitle)
	for typed, words := range map[string]string{
		string(demo.Collector):            "follows visitors",
		demo.SitesAddress().String():      "made of numbers",
		"https://0x2e1ec80a/":             "made of numbers",
		"*." + demo.Domain:                "whole name",
		string(demo.Forbidden) + ":8443":  "port 443 only",
		"ftp://" + string(demo.Forbidden): "only https",
		"a@" + string(demo.Forbidden):     "the site's name alone",
		"interdit":                        "not the name of a site",
		"":                                "nothing was typed",
	} {
		s.fails([]string{words}, "bornectl", "local", "allow-host", typed)
	}
	// The shell may not: it shares its screen with the page.
	if _, err := s.Host.Run(s.wait(), "setpriv", append([]string{"--reuid=borne-shell", "--regid=borne-shell", "--clear-groups", "dbus-send"},
		callArguments("AllowHost", "string:"+string(demo.Forbidden))...)...); err == nil {
		s.t.Error("the shell's user may open a host")
	}
	s.end()
	s.counts(before, oneVisit(kiosk.EndStaff))
}

// permitFromOffice sends the order through the central office, and asks too late.
func (s *scene) permitFromOffice() {
	send := func(words string, succeeds bool) {
		s.t.Helper()
		said, err := s.central.Bornectl(s.wait(), "command", "send", "--wait", borneName, "allow-host", string(demo.Forbidden))
		if (err == nil) != succeeds || !strings.Contains(said+fmt.Sprint(err), words) {
			s.t.Errorf("the order is answered %q, %v; want %q", said, err, words)
		}
	}
	s.meetForbidden()
	send("done", true)
	s.page(forbiddenTitle)
	s.end()
	send("nobody is at the borne", false)
}

// permitNotAfterCrash kills borned while a host is open to a visitor.
func (s *scene) permitNotAfterCrash() {
	s.meetForbidden()
	s.permit()
	s.page(forbiddenTitle)
	s.run("sh", "-c", "kill -9 $(systemctl show -P MainPID borned.service)")
	s.until("the end of the session", func() (bool, error) {
		now, err := s.borne.State(s.wait())
		return err == nil && !now.InSession(), err
	})
	asked := s.Sites.Reached()[demo.Forbidden]
	s.meetForbidden()
	if n := s.Sites.Reached()[demo.Forbidden]; n != asked {
		s.t.Errorf("the host answered the next visitor %d times", n-asked)
	}
	s.end()
}

// permittedNowhere looks for the host that was opened in all that the borne and the central office keep.
func (s *scene) permittedNowhere() {
	journal, err := s.Host.Journal(s.wait())
	s.must(err)
	if bytes.Contains(journal, []byte(demo.Forbidden)) {
		s.t.Error("the journal names the host that was opened")
	}
	ctx, cancel := context.WithCancel(s.wait())
	defer cancel()
	found, err := s.Host.Command(ctx, "grep", "--recursive", "--files-with-matches", "--text", "--fixed-strings", string(demo.Forbidden),
		"/var/lib/borne", "/var/lib/borne-admin", "/run/borne", "/etc/chromium", "/tmp", "/var/tmp").CombinedOutput()
	if err == nil {
		s.t.Errorf("the host that was opened stands in\n%s", found)
	}
	if _, err := s.Host.Run(ctx, "test", "-s", "/run/borne/policies/borne.json"); err != nil {
		s.t.Errorf("the search looked at no policies: %v", err)
	}
}
