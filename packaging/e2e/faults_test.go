package e2e_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo"
)

// TestFaults breaks, in the middle of visits, what a borne stands on. Nobody helps: each time it serves on or says why it
// cannot, the visit ends with a proved wipe, and the counters add up.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("a stop while a browser starts", (*scene).stoppedStarting)
	s.sub("a browser that hangs", (*scene).hungBrowser)
	s.sub("a page that hangs", (*scene).hungPage)
	s.sub("a borned that hangs", (*scene).hungBorned)
	s.sub("the system bus", (*scene).lostBus)
	s.sub("a screen that nobody starts", (*scene).lostScreen)
	s.sub("a network that comes and goes", (*scene).flappingNetwork)
	s.sub("a disk that is read-only", (*scene).readOnlyDisk)
	s.sub("a usage log that is damaged", (*scene).damagedLog)
}

// stoppedStarting stops borned while a browser is being started: systemd does not have to kill it.
func (s *scene) stoppedStarting() {
	for _, wait := range []time.Duration{0, 100 * time.Millisecond, 250 * time.Millisecond} {
		s.state(kiosk.Ready) // the browser is then still on its way
		time.Sleep(wait)
		began := time.Now()
		s.run("systemctl", "stop", "borned.service")
		s.t.Logf("stopped in %s", time.Since(began).Round(10*time.Millisecond))
		if result := s.property("borned.service", "Result"); result != "success" {
			s.t.Errorf("the stop ended with %q", result)
		}
		s.run("systemctl", "start", "borned.service")
	}
	s.state(kiosk.Ready)
}

// hungBrowser stops the browser's own process: nothing that a visitor does reaches it, and it never ends by itself.
func (s *scene) hungBrowser() {
	before := s.counted()
	s.visit("caf", cafTitle)
	s.run("kill", "-STOP", s.property(sessionUnit, "MainPID"))
	began := time.Now()
	s.over()
	s.t.Logf("noticed, wiped and ready again after %s", time.Since(began).Round(100*time.Millisecond))
	want := oneVisit(kiosk.EndBrowser)
	want["device/"+kiosk.DeviceBrowserHung] = 1
	s.counts(before, want)
}

// over waits for the end of a visit that nobody ended, and for the next.
func (s *scene) over() {
	s.t.Helper()
	s.until("the end of the visit", func() (bool, error) {
		now, err := s.borne.State(s.wait())
		return err == nil && !now.InSession(), err
	})
	s.state(kiosk.Ready)
}

// hungPage stops the process of the page: the borne's own screen covers the page, and the visitor goes on elsewhere.
func (s *scene) hungPage() {
	before := s.counted()
	s.visit("caf", cafTitle)
	// Chromium keeps one more, empty and smaller, for the next page.
	stopped := s.run("sh", "-c", `set -e
		pid=$(ps -o pid=,args= --sort=-rss -U $(systemctl show -P UID `+sessionUnit+`) | awk '/--type=renderer/ { print $1; exit }')
		kill -STOP $pid; echo $pid`)
	if stopped == "" {
		s.t.Fatal("no page was stopped")
	}
	began := time.Now()
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.Unreachable)))
	s.t.Logf("covered after %s", time.Since(began).Round(100*time.Millisecond))
	s.must(s.call("Home"))
	s.state(kiosk.Choosing)
	s.must(s.call("OpenService", "string:caf"))
	s.page(cafTitle)
	s.must(s.borne.WaitProperty(s.wait(), "Notice", ""))
	s.end()
	want := oneVisit(kiosk.EndStaff)
	want["visit/caf"] = 2
	s.counts(before, want)
}

// hungBorned stops borned: systemd ends it, since nothing feeds the watchdog but the loop that every visit goes through.
func (s *scene) hungBorned() {
	if limit := s.property("borned.service", "WatchdogUSec"); limit != "30s" {
		s.t.Errorf("the watchdog's limit is %q", limit)
	}
	// The same, sooner.
	const folder = "/run/systemd/system/borned.service.d"
	s.run("sh", "-c", "mkdir -p "+folder+" && printf '[Service]\\nWatchdogSec=3\\n' > "+folder+"/sooner.conf && systemctl daemon-reload && systemctl restart borned.service")
	defer s.run("sh", "-c", "rm -r "+folder+" && systemctl daemon-reload && systemctl restart borned.service")
	s.state(kiosk.Ready)
	before := s.counted()
	s.visit("caf", cafTitle)
	pid := s.property("borned.service", "MainPID")
	s.run("kill", "-STOP", pid)
	began := time.Now()
	s.until("another borned", func() (bool, error) {
		now := s.property("borned.service", "MainPID")
		return now != "0" && now != pid, nil
	})
	s.state(kiosk.Ready)
	s.t.Logf("ready again after %s, of which the watchdog waits 3 s", time.Since(began).Round(100*time.Millisecond))
	s.counts(before, counters{"session/" + string(kiosk.EndPower): 1, "device/" + kiosk.DeviceWipeClean: 1})
}

// lostBus takes the system bus away, kindly and not.
func (s *scene) lostBus() {
	for _, how := range []string{"systemctl restart dbus.service", "kill -9 $(systemctl show -P MainPID dbus.service)"} {
		s.state(kiosk.Ready)
		before := s.kept()
		s.visit("caf", cafTitle)
		uid := s.property(sessionUnit, "UID")
		borned := s.property("borned.service", "MainPID")
		began := time.Now()
		s.run("sh", "-c", how)
		s.until("borned to start anew", func() (bool, error) {
			// systemctl speaks to systemd without the bus.
			now := s.property("borned.service", "MainPID")
			return now != "0" && now != borned, nil
		})
		s.state(kiosk.Ready)
		s.t.Logf("%s: ready again after %s", how, time.Since(began).Round(100*time.Millisecond))
		if left := s.leftovers(uid); left != "" {
			s.t.Errorf("%s: left of the session's user %s:\n%s", how, uid, left)
		}
		if f := s.facts()["wipe"]; f.Level != kiosk.LevelOK {
			s.t.Errorf("%s: %+v", how, f)
		}
		s.until("the visit to be counted", func() (bool, error) {
			got := s.kept().since(before)
			var sessions uint64
			for key, n := range got {
				if strings.HasPrefix(key, "session/") {
					sessions += n
				}
			}
			return sessions == 1, fmt.Errorf("counted %v", got)
		})
		s.visit("caf", cafTitle)
		s.end()
	}
}

// flappingNetwork takes every name away during a visit and gives it back, again and again: the visit goes on, a site that
// does not answer says so, and no counter is lost.
func (s *scene) flappingNetwork() {
	before := s.counted()
	names := demo.Resolver()
	defer func() { s.must(s.Host.SetHosts(s.wait(), names)) }()
	s.visit("caf", cafTitle)
	for range 4 {
		s.must(s.Host.SetHosts(s.wait(), nil))
		_, _ = s.Host.Run(s.wait(), "bornectl", "local", "sync") // it may get through or not
		s.must(s.Host.SetHosts(s.wait(), names))
	}
	s.must(s.Host.SetHosts(s.wait(), nil))
	s.must(s.call("Home"))
	s.must(s.call("OpenService", "string:ameli"))
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.Unreachable)))
	s.must(s.Host.SetHosts(s.wait(), names))
	s.must(s.call("OpenService", "string:caf"))
	s.page(cafTitle)
	s.must(s.borne.WaitProperty(s.wait(), "Notice", ""))
	s.end()
	s.until("the counters to arrive", func() (bool, error) {
		_, err := s.Host.Run(s.wait(), "bornectl", "local", "sync")
		return err == nil, err
	})
	want := oneVisit(kiosk.EndStaff)
	want["visit/caf"], want["visit/ameli"] = 2, 1
	s.counts(before, want)
}

// lostScreen leaves borned without a screen, as a start does that came a moment before borned's own and was skipped:
// systemd starts it, for borned upholds it.
func (s *scene) lostScreen() {
	before := s.property("borne-display.service", "InvocationID")
	s.run("systemctl", "stop", "borne-display.service")
	s.until("another screen", func() (bool, error) {
		unit := "borne-display.service"
		return s.property(unit, "ActiveState") == "active" && s.property(unit, "InvocationID") != before, nil
	})
	s.state(kiosk.Ready)
	s.visit("caf", cafTitle)
	s.end()
	// A technician who stops both has both stopped. Where the screen's stop ends first, systemd may try once more to
	// start it for a borned that is still there (Upholds=), and its ExecCondition= keeps it away.
	s.run("systemctl", "stop", "borne-display.service", "borned.service")
	s.until("both to be stopped", func() (bool, error) {
		borned, display := s.property("borned.service", "ActiveState"), s.property("borne-display.service", "ActiveState")
		return borned == "inactive" && display == "inactive", fmt.Errorf("borned is %s, its screen %s", borned, display)
	})
	s.run("sh", "-c", `! pgrep -x borne-shell && ! pgrep -x Xvnc && ! pgrep -x Xorg`)
	s.run("systemctl", "start", "borned.service", "borne-display.service")
	s.state(kiosk.Ready)
}

// readOnlyDisk starts the borne on a disk that takes nothing, as the kernel makes one that fails: it serves, says so, and
// writes its counters once the disk takes them.
func (s *scene) readOnlyDisk() {
	before := s.counted()
	const folder = "/var/lib/borne"
	s.run("sh", "-c", `set -e
		systemctl stop borned.service
		rm -rf /root/kept && mkdir /root/kept && cp -a /var/lib/borne/. /root/kept/
		mount -t tmpfs -o size=64M,mode=0700 tmpfs /var/lib/borne
		cp -a /root/kept/. /var/lib/borne/
		mount -o remount,ro=fs /var/lib/borne
		systemctl start borned.service`)
	s.state(kiosk.Ready)
	s.visit("caf", cafTitle)
	s.end()
	want := oneVisit(kiosk.EndStaff)
	s.until("the counters in memory", func() (bool, error) {
		got := s.kept() // what is on the disk is not read
		return maps.Equal(got, want), fmt.Errorf("counted %v", got)
	})
	if f := s.facts()["usage"]; f.Level != kiosk.LevelFail || !strings.Contains(f.Detail, "read-only") {
		s.t.Errorf("the borne's health says %+v", f)
	}
	s.run("mount", "-o", "remount,rw=fs", folder)
	s.visit("caf", cafTitle)
	s.end()
	s.counts(before, want.times(2))
	if f := s.facts()["usage"]; f.Level == kiosk.LevelFail {
		s.t.Errorf("the disk takes them again, and the borne's health says %+v", f)
	}
	s.run("sh", "-c", `set -e
		systemctl stop borned.service
		cp -a /var/lib/borne/. /root/kept/
		umount /var/lib/borne
		cp -a /root/kept/. /var/lib/borne/
		systemctl start borned.service`)
	s.state(kiosk.Ready)
	s.counts(before, want.times(2))
}

// damagedLog writes noise into the usage log: the borne sets it aside, counts that it did, and tells the central office.
func (s *scene) damagedLog() {
	s.run("bornectl", "local", "sync") // what is lost must not be what another test counted
	before := s.received()
	s.run("sh", "-c", `set -e
		systemctl stop borned.service
		yes dommage | head -c 20000 > /var/lib/borne/usage.db
		rm -f /var/lib/borne/usage.db-wal
		systemctl start borned.service`)
	s.visit("caf", cafTitle)
	s.end()
	if f := s.facts()["usage"]; f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, "corrupt") {
		s.t.Errorf("the borne's health says %+v", f)
	}
	want := oneVisit(kiosk.EndStaff)
	want["device/"+kiosk.DeviceLogLost] = 1
	// The last of them are written just after the wipe.
	s.until("the central office to count them", func() (bool, error) {
		s.run("bornectl", "local", "sync")
		got := s.received().since(before)
		return maps.Equal(got, want), fmt.Errorf("it counted %v, want %v", got, want)
	})
	s.told("the damaged log", func(k kioskStatus) bool {
		for _, f := range k.Status.Health {
			if f.Name == "usage" && f.Level == kiosk.LevelWarn && strings.Contains(f.Detail, "corrupt") {
				return true
			}
		}
		return false
	})
}
