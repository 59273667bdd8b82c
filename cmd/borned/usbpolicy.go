package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"

	"borne/kiosk/usb"
)

// usbRules is what packaging/usbguard/usbguard-daemon.conf names.
const usbRules = "/etc/borne/usbguard.rules"

// usbPolicyCommand makes USBGuard's rules.
type usbPolicyCommand struct {
	IfAbsent bool `help:"Do nothing when there are rules already (usbguard.service does, as it starts)."`
}

// Run lets in what is plugged in now, and sticks; nothing else from then on.
func (c usbPolicyCommand) Run(log *slog.Logger) error {
	if err := needRoot(); err != nil {
		return err
	}
	if _, err := os.Stat(usbRules); c.IfAbsent && err == nil {
		return nil
	}
	present, err := presentDevices()
	if err != nil {
		return err
	}
	rules, n, err := usb.Rules(present)
	if err != nil {
		return err
	}
	if err := writeRules(rules); err != nil {
		return err
	}
	log.Info("USB devices that are plugged in now stay allowed", "devices", n, "rules", usbRules)
	if c.IfAbsent {
		return nil
	}
	return run("systemctl", "try-restart", "usbguard.service")
}

// presentDevices asks usbguard for a rule of each device.
func presentDevices() (string, error) {
	if _, err := os.Stat("/sys/bus/usb/devices"); errors.Is(err, fs.ErrNotExist) {
		return "", nil // a machine without USB
	}
	// At boot, some are still on their way. A machine without udev has none.
	_ = exec.Command("udevadm", "settle", "--timeout=20").Run()
	generate := exec.Command("usbguard", "generate-policy")
	generate.Stderr = os.Stderr
	out, err := generate.Output()
	if err != nil {
		return "", fmt.Errorf("usbguard generate-policy: %w (is usbguard installed?)", err)
	}
	return string(out), nil
}

// writeRules replaces the file whole, once usbguard's own parser has read it:
// USBGuard does not start with rules that it cannot read.
func writeRules(rules string) error {
	if err := os.MkdirAll(filepath.Dir(usbRules), 0o755); err != nil {
		return fmt.Errorf("write USB rules: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(usbRules), ".usbguard.rules-*") // 0600
	if err != nil {
		return fmt.Errorf("write USB rules: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(rules)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write USB rules: %w", err)
	}
	if out, err := exec.Command("usbguard-rule-parser", "-f", f.Name()).CombinedOutput(); err != nil {
		return fmt.Errorf("usbguard cannot read the rules that were made; those before stay: %w: %s", err, out)
	}
	if err := os.Rename(f.Name(), usbRules); err != nil {
		return fmt.Errorf("write USB rules: %w", err)
	}
	return nil
}
