package e2e_test

import (
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/drive"
)

// TestUnprovedWipe plants what a visit could leave behind and holds the borne to its word: it is out of service, says
// why, takes nobody, and comes back by itself once the leftover is gone.
func TestUnprovedWipe(t *testing.T) {
	t.Parallel()
	s := raise(t)
	before := s.counted()
	s.visit("caf", cafTitle)
	uid := s.property(sessionUnit, "UID")
	// What only a fault of the sandbox could let happen: the session's user writes outside of it. Not into /dev/shm, where
	// systemd itself removes what a dynamic user leaves.
	const leftover = "/var/tmp/oubli"
	s.run("setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "sh", "-c", "echo secret > "+leftover)

	s.fails([]string{"out of service"}, "bornectl", "local", "end-session")
	s.state(kiosk.OutOfService)

	s.fails([]string{kiosk.ErrorName(kiosk.ErrOutOfService), "/var/tmp"}, "dbus-send", callArguments("StartSession", "string:fr")...)
	if shown := s.run("bornectl", "local", "status"); !strings.Contains(shown, "out-of-service") || !strings.Contains(shown, "/var/tmp") {
		t.Errorf("bornectl local status shows\n%s", shown)
	}
	s.fails([]string{"fail", "wipe", "/var/tmp"}, "bornectl", "local", "diagnostics")
	for _, name := range []string{"service", "wipe"} {
		if f := s.facts()[name]; f.Level != kiosk.LevelFail || !strings.Contains(f.Detail, "/var/tmp") {
			t.Errorf("the borne's health says %+v", f)
		}
	}
	said := s.run("journalctl", "--no-pager", "--output=cat", "--unit=borned.service")
	if !strings.Contains(said, "could not be proved gone") || !strings.Contains(said, "/var/tmp") {
		t.Error("the journal does not say why")
	}
	if strings.Contains(said, "oubli") {
		t.Error("the journal holds the name of a visitor's file")
	}
	s.told("a borne out of service", func(k kioskStatus) bool {
		return k.Status.State == kiosk.OutOfService && strings.Contains(k.Status.Reason, "/var/tmp")
	})
	// The visitor's browser is gone, and the screen offers nothing to begin with.
	picture, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	if buttons := s.borne.Shell.Buttons(picture, drive.Primary); len(buttons) != 0 {
		t.Errorf("a borne out of service shows buttons at %v", buttons)
	}
	if left := s.leftovers(uid); left != leftover {
		t.Errorf("beside the file that was planted:\n%s", left)
	}
	s.counts(before, counters{
		"session/" + string(kiosk.EndStaff): 1, "visit/caf": 1, "inclusion/fr": 1, "device/" + kiosk.DeviceWipeFault: 1,
	})

	// A restart is no way around it: the first search is made before anybody is let in.
	s.run("systemctl", "restart", "borned.service")
	s.state(kiosk.OutOfService)
	since := time.Now()
	s.run("rm", leftover)
	// It searches again a minute after a search that found something.
	s.must(s.borne.WaitState(s.waitFor(time.Minute+patience), kiosk.Ready))
	t.Logf("back %s after the last failed search", time.Since(since).Round(time.Second))
	s.told("a borne that is ready", func(k kioskStatus) bool { return k.Status.State == kiosk.Ready })
	s.visit("caf", cafTitle)
	s.end()
}

// TestFullDisk fills the disk of the usage log: the borne still serves, says what is wrong, and loses no count.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := raise(t)
	const folder = "/var/lib/borne"
	// A disk of its own, with plenty of room at first.
	s.run("sh", "-c", `set -e
		systemctl stop borned.service
		mkdir /root/kept && cp -a /var/lib/borne/. /root/kept/
		mount -t tmpfs -o size=64M,mode=0700 tmpfs /var/lib/borne
		cp -a /root/kept/. /var/lib/borne/
		systemctl start borned.service`)
	s.state(kiosk.Ready)
	before := s.counted()
	s.fails([]string{"No space left"}, "dd", "if=/dev/zero", "of="+folder+"/filler", "bs=4k")

	const visits = 3
	for range visits {
		s.visit("caf", cafTitle)
		s.end()
	}
	s.counts(before, oneVisit(kiosk.EndStaff).times(visits))
	// They are on the disk: room was reserved for them there.
	s.run("sh", "-c", "kill -9 $(systemctl show -P MainPID borned.service)")
	s.state(kiosk.Ready)
	s.counts(before, oneVisit(kiosk.EndStaff).times(visits))
	if f := s.facts()["usage"]; f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, "no room is reserved") {
		t.Errorf("the borne's health says %+v", f)
	}
	if f := s.facts()["disk"]; f.Level != kiosk.LevelFail {
		t.Errorf("the borne's health says %+v", f)
	}

	s.run("rm", folder+"/filler")
	s.visit("caf", cafTitle)
	s.end()
	s.counts(before, oneVisit(kiosk.EndStaff).times(visits+1))
	if f := s.facts()["usage"]; f.Level != kiosk.LevelOK {
		t.Errorf("with space again, the borne's health says %+v", f)
	}
	if said := s.run("bornectl", "local", "sync"); !strings.Contains(said, "holds every counter") {
		t.Errorf("bornectl local sync says %q", said)
	}
	s.counts(before, oneVisit(kiosk.EndStaff).times(visits+1))
}
