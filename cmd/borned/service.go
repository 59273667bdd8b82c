package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"borne/packaging"

	"github.com/kardianos/service"
)

// binaryPath is where the unit expects borned.
const binaryPath = "/usr/sbin/borned"

// companions are the files beside borned's own unit that a borne without the
// package needs, and where they go.
var companions = []struct {
	from, to string
	mode     fs.FileMode
}{
	{"systemd/borne-display.service", "/etc/systemd/system/borne-display.service", 0o644},
	{"systemd/borne-speech.socket", "/etc/systemd/system/borne-speech.socket", 0o644},
	{"systemd/borne-speech.service", "/etc/systemd/system/borne-speech.service", 0o644},
	{"speech/speechd.conf", "/usr/lib/borne/speech/speechd.conf", 0o644},
	{"speech/espeak-ng.conf", "/usr/lib/borne/speech/modules/espeak-ng.conf", 0o644},
	{"systemd/logind.conf", "/etc/systemd/logind.conf.d/50-borne.conf", 0o644},
	{"systemd/manager.conf", "/etc/systemd/system.conf.d/50-borne.conf", 0o644},
	{"systemd/getty.conf", "/etc/systemd/system/getty@.service.d/50-borne.conf", 0o644},
	{"systemd/sysctl.conf", "/etc/sysctl.d/90-borne.conf", 0o644},
	{"systemd/journald.conf", "/etc/systemd/journald.conf.d/50-borne.conf", 0o644},
	{"systemd/coredump.conf", "/etc/systemd/coredump.conf.d/50-borne.conf", 0o644},
	{"systemd/dbus.conf", "/etc/systemd/system/dbus.service.d/50-borne.conf", 0o644},
	{"systemd/cups.conf", "/etc/systemd/system/cups.service.d/50-borne.conf", 0o644},
	{"systemd/cups-socket.conf", "/etc/systemd/system/cups.socket.d/50-borne.conf", 0o644},
	{"cups/cupsd.conf", "/usr/lib/borne/cups/cupsd.conf", 0o644},
	{"cups/cups-files.conf", "/usr/lib/borne/cups/cups-files.conf", 0o644},
	{"sane/airscan.conf", "/usr/lib/borne/sane/airscan.conf", 0o644},
	{"sane/test.conf", "/usr/lib/borne/sane/test.conf", 0o644},
	{"systemd/sleep.conf", "/etc/systemd/sleep.conf.d/50-borne.conf", 0o644},
	{"systemd/resolved.conf", "/etc/systemd/resolved.conf.d/50-borne.conf", 0o644},
	{"grub/50-borne.cfg", "/etc/default/grub.d/50-borne.cfg", 0o644},
	{"systemd/modules-load.conf", "/etc/modules-load.d/borne.conf", 0o644},
	{"systemd/usbguard.conf", "/etc/systemd/system/usbguard.service.d/50-borne.conf", 0o644},
	{"usbguard/usbguard-daemon.conf", "/usr/lib/borne/usbguard-daemon.conf", 0o600},
	{"udev/59-borne.rules", "/etc/udev/rules.d/59-borne.rules", 0o644},
	{"systemd/masked", "/etc/systemd/system/ctrl-alt-del.target", 0o644},
	{"dbus/org.borne.Kiosk1.conf", "/etc/dbus-1/system.d/org.borne.Kiosk1.conf", 0o644},
	{"sysusers/borne-kiosk.conf", "/etc/sysusers.d/borne-kiosk.conf", 0o644},
	{"xorg/90-borne.conf", "/etc/X11/xorg.conf.d/90-borne.conf", 0o644},
	{"xorg/new-xauthority", "/usr/lib/borne/new-xauthority", 0o755},
	{"xorg/with-screen", "/usr/lib/borne/with-screen", 0o755},
	{"xorg/take-seat", "/usr/lib/borne/take-seat", 0o755},
}

// unitText is borned.service as the package installs it.
func unitText() (string, error) {
	b, err := packaging.Files.ReadFile("systemd/borned.service")
	return string(b), err
}

// newService describes borned to kardianos/service. The program is nil for
// the commands that only manage it.
func newService(p service.Interface) (service.Service, error) {
	unit, err := unitText()
	if err != nil {
		return nil, err
	}
	return service.New(p, &service.Config{
		Name: "borned", DisplayName: "Borne", Description: "Borne: the kiosk service", Executable: binaryPath,
		Arguments: []string{"run"}, Option: service.KeyValue{"SystemdScript": unit},
	})
}

// idle is a program for the commands that run none.
type idle struct{}

func (idle) Start(service.Service) error { return nil }
func (idle) Stop(service.Service) error  { return nil }

type installCommand struct{}

// Run installs for people without the package.
func (installCommand) Run() error {
	if err := needRoot(); err != nil {
		return err
	}
	if packaged() {
		return errors.New("the borne-kiosk package is installed: it manages the service already")
	}
	if self, err := os.Executable(); err != nil || self != binaryPath {
		return fmt.Errorf("the unit runs %s: copy this program there, then run %s install", binaryPath, binaryPath)
	}
	for _, c := range companions {
		b, err := packaging.Files.ReadFile(c.from)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(c.to), 0o755); err != nil {
			return fmt.Errorf("install %s: %w", c.to, err)
		}
		if err := os.WriteFile(c.to, b, c.mode); err != nil {
			return fmt.Errorf("install %s: %w", c.to, err)
		}
	}
	for _, command := range [][]string{{"systemd-sysusers", "borne-kiosk.conf"}, {"systemctl", "reload", "dbus.service"},
		{"systemctl", "reload", "systemd-logind.service"}} {
		if err := run(command...); err != nil {
			return err
		}
	}
	s, err := newService(idle{})
	if err != nil {
		return err
	}
	if err := s.Install(); err != nil {
		return fmt.Errorf("install borned.service: %w", err)
	}
	return nil
}

type uninstallCommand struct{}

// Run removes what install wrote, and stops it first. The borne's data stays.
func (uninstallCommand) Run() error {
	if err := needRoot(); err != nil {
		return err
	}
	if packaged() {
		return errors.New("the borne-kiosk package is installed: apt remove borne-kiosk")
	}
	s, err := newService(idle{})
	if err != nil {
		return err
	}
	if status, err := s.Status(); err == nil && status == service.StatusRunning {
		if err := s.Stop(); err != nil {
			return fmt.Errorf("stop borned.service: %w", err)
		}
	}
	// After borned, which would start it again.
	_ = run("systemctl", "disable", "--now", "borne-display.service")
	_ = run("systemctl", "stop", "borne-speech.socket", "borne-speech.service")
	if err := s.Uninstall(); err != nil {
		return fmt.Errorf("remove borned.service: %w", err)
	}
	for _, c := range companions {
		if err := os.Remove(c.to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", c.to, err)
		}
	}
	return run("systemctl", "daemon-reload")
}

type startCommand struct{}

// Run starts the service and, where there is one, the screen.
func (startCommand) Run() error {
	s, err := newService(idle{})
	if err != nil {
		return err
	}
	return s.Start()
}

type stopCommand struct{}

func (stopCommand) Run() error {
	s, err := newService(idle{})
	if err != nil {
		return err
	}
	return s.Stop()
}

type statusCommand struct{}

func (statusCommand) Run() error {
	s, err := newService(idle{})
	if err != nil {
		return err
	}
	status, err := s.Status()
	switch {
	case errors.Is(err, service.ErrNotInstalled):
		fmt.Println("not installed")
	case err == nil && status == service.StatusRunning:
		fmt.Println("running")
		return nil
	default:
		fmt.Println("stopped")
	}
	os.Exit(3) // as systemctl status does
	return nil
}

// packaged reports whether the package's own unit is there.
func packaged() bool {
	_, err := os.Stat("/usr/lib/systemd/system/borned.service")
	return err == nil
}

func needRoot() error {
	if os.Geteuid() != 0 {
		return errors.New("run as root")
	}
	return nil
}

func run(command ...string) error {
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", command[0], err, out)
	}
	return nil
}
