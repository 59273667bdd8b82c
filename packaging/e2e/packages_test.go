package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/testhost"
)

// TestPackages installs, looks, removes and purges: nothing runs afterwards that ran because of us.
func TestPackages(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("the units are clean", func(s *scene) {
		for _, unit := range []string{"borned.service", "borne-display.service", "borne-admin.service"} {
			// It knows the pages of a manual that the host was installed without.
			out := s.run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/"+unit)
			if out != "" {
				s.t.Errorf("systemd-analyze verify %s: %s", unit, out)
			}
			if state := s.property(unit, "ActiveState"); state != "active" {
				s.t.Errorf("%s is %s", unit, state)
			}
			if enabled := s.run("systemctl", "is-enabled", unit); enabled != "enabled" {
				s.t.Errorf("%s is %s", unit, enabled)
			}
		}
		if failed := s.run("systemctl", "list-units", "--failed", "--plain", "--no-legend"); failed != "" {
			s.t.Errorf("failed units: %s", failed)
		}
	})
	// In the middle of a visit, which has to end too.
	s.visit("caf", cafTitle)
	uid := s.property(sessionUnit, "UID")
	s.sub("removal", func(s *scene) {
		s.run("apt-get", "remove", "--yes", "borne-kiosk", "borne-admin")
		s.nothingRuns(uid)
		// Removal keeps identity, counters and the office's data.
		for _, kept := range []string{"/var/lib/borne/usage.db", "/var/lib/borne-admin"} {
			s.run("test", "-e", kept)
		}
	})
	s.sub("installed again", func(s *scene) {
		if _, err := s.InstallCentral(s.wait(), deb(s.t, "borne-admin")); err == nil {
			s.installBorne()
			s.told("the same borne", func(k kioskStatus) bool { return k.Name == borneName && k.Status.State == kiosk.Ready })
		} else {
			s.t.Fatal(err)
		}
	})
	s.sub("purge", func(s *scene) {
		s.run("apt-get", "purge", "--yes", "borne-kiosk", "borne-admin")
		s.nothingRuns(uid)
		for _, gone := range []string{"/var/lib/borne", "/var/lib/borne-admin", "/etc/borne", "/etc/borne-admin", "/run/borne", "/run/borne-shell",
			"/var/cache/borne-shell",
			"/etc/chromium/policies/managed/borne.json", "/usr/sbin/borned", "/usr/bin/borne-shell", "/usr/bin/borne-admin", "/usr/bin/bornectl"} {
			s.fails([]string{"No such file"}, "ls", gone)
		}
	})
}

// nothingRuns looks for processes and units of ours.
func (s *scene) nothingRuns(session string) {
	s.t.Helper()
	// logind ends the shell's session in its own time, of the order of a second.
	s.until("the end of every process of ours", func() (bool, error) {
		running := s.run("sh", "-c", `ps -eo user:20,comm= | grep -E '^borne|borned|borne-|bornectl|chrom|Xvnc|Xorg|xinit' || true`)
		return running == "", fmt.Errorf("still running:\n%s", running)
	})
	if left := s.leftovers(session); left != "" {
		s.t.Errorf("left of the session's user:\n%s", left)
	}
	// The screen's description is the host's, as hardware would be: it is no unit that was loaded.
	s.until("the end of every unit of ours", func() (bool, error) {
		loaded := s.run("sh", "-c", `systemctl list-units --all --plain --no-legend 'borne*' | grep -v not-found || true`)
		return loaded == "", fmt.Errorf("still loaded:\n%s", loaded)
	})
	if files := s.run("sh", "-c", `find /usr/lib/systemd /etc/systemd -name 'borne*' ! -path '*/borne-display.service.d*'`); files != "" {
		s.t.Errorf("files of units stay:\n%s", files)
	}
}

// TestWithoutPackage has borned install itself, as people do who have no package, and compares.
func TestWithoutPackage(t *testing.T) {
	t.Parallel()
	s := boot(t, testhost.Options{})
	folder := filepath.Join(t.TempDir(), "unpacked")
	s.must(os.MkdirAll(folder, 0o755))
	inside := "/root/" + filepath.Base(deb(t, "borne-kiosk"))
	s.must(s.Host.CopyIn(deb(t, "borne-kiosk"), inside))
	s.run("sh", "-c", `set -e
		dpkg-deb -x "$1" /root/unpacked
		cp /root/unpacked/usr/sbin/borned /usr/sbin/borned
		cp /root/unpacked/usr/bin/borne-shell /root/unpacked/usr/bin/bornectl /usr/bin/`, "-", inside)
	s.fails([]string{"not installed"}, "borned", "status")
	s.run("borned", "install")
	for ours, packaged := range map[string]string{
		"/etc/systemd/system/borned.service":         "/usr/lib/systemd/system/borned.service",
		"/etc/systemd/system/borne-display.service":  "/usr/lib/systemd/system/borne-display.service",
		"/etc/dbus-1/system.d/org.borne.Kiosk1.conf": "/usr/share/dbus-1/system.d/org.borne.Kiosk1.conf",
		"/etc/sysusers.d/borne-kiosk.conf":           "/usr/lib/sysusers.d/borne-kiosk.conf",
		"/etc/X11/xorg.conf.d/90-borne.conf":         "/usr/share/X11/xorg.conf.d/90-borne.conf",
	} {
		s.run("cmp", ours, "/root/unpacked"+packaged)
	}
	s.run("diff", "--recursive", "/usr/lib/borne", "/root/unpacked/usr/lib/borne")
	s.fails([]string{"stopped"}, "borned", "status")
	s.run("borned", "start")
	if said := s.run("borned", "status"); said != "running" {
		t.Errorf("borned status says %q", said)
	}
	// It serves: everything but a screen, which nothing started.
	if said := s.run("bornectl", "local", "status"); !strings.Contains(said, string(kiosk.Starting)) {
		t.Errorf("bornectl local status says %q", said)
	}
	s.run("borned", "stop")
	s.fails([]string{"stopped"}, "borned", "status")
	s.run("borned", "uninstall")
	s.fails([]string{"not installed"}, "borned", "status")
	s.fails([]string{"No such file"}, "ls", "/etc/systemd/system/borned.service")

	// Where there is a package, it is the package's affair.
	s.installBorne()
	s.fails([]string{"package is installed"}, "borned", "install")
	s.fails([]string{"apt remove"}, "borned", "uninstall")
}

// TestCentralOfficeOnDebian12 installs the central office where it may run too.
func TestCentralOfficeOnDebian12(t *testing.T) {
	t.Parallel()
	s := boot(t, testhost.Options{Suite: "bookworm"})
	var err error
	if s.central, err = s.InstallCentral(s.wait(), deb(t, "borne-admin")); err != nil {
		t.Fatal(err)
	}
	if said := s.run("curl", "--silent", "--show-error", "--fail", demo.Central.URL("/healthz")); said != "ok" {
		t.Errorf("/healthz says %q", said)
	}
	if got := strings.TrimSpace(s.run("cat", "/etc/debian_version")); !strings.HasPrefix(got, "12") {
		t.Errorf("this is Debian %s", got)
	}
	if out := s.run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/borne-admin.service"); out != "" {
		t.Errorf("systemd-analyze verify: %s", out)
	}
}
