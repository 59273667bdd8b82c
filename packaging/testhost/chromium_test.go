package testhost

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"
)

// TestChromiumSandbox starts Chromium as a visit does (a dynamic user, a network namespace with nothing in it, its own
// tmpfs, no new privileges) and asks of it what the product stands on: that its own sandbox is up and a page is seen.
func TestChromiumSandbox(t *testing.T) {
	h := bootForTest(t, nil, Display{Name: ":9"})

	version := mustRun(t, h, "systemd-run", "--quiet", "--wait", "--pipe", "-p", "DynamicUser=yes", "chromium", "--version")
	if !strings.Contains(version, "Chromium ") {
		t.Errorf("version is %q", version)
	}
	t.Log(version)

	startXvfb(t, h, ":9")
	mustRun(t, h, "ip", "netns", "add", "visite")
	mustRun(t, h, "ip", "-n", "visite", "link", "set", "lo", "up")
	mustRun(t, h, "mkdir", "-p", "/var/lib/borne")
	unit := []string{"--quiet", "--unit=visite"}
	for _, property := range []string{
		"DynamicUser=yes", "NetworkNamespacePath=/run/netns/visite", "TemporaryFileSystem=/var/lib/borne:mode=1777,size=512M",
		"BindReadOnlyPaths=/tmp/.X11-unix", "PrivateTmp=yes", "PrivateDevices=yes", "ProtectSystem=strict", "NoNewPrivileges=yes",
		"RestrictSUIDSGID=yes", "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes",
		"ProtectControlGroups=yes", "LockPersonality=yes", "ProtectClock=yes", "ProtectHostname=yes", "ProtectProc=invisible",
		"CapabilityBoundingSet=", "SystemCallArchitectures=native", "UMask=0077", "InaccessiblePaths=/run/dbus",
		"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", "Environment=DISPLAY=:9 HOME=/var/lib/borne",
	} {
		unit = append(unit, "-p", property)
	}
	mustRun(t, h, "systemd-run", append(unit, "chromium", "--no-first-run", "--kiosk", "--user-data-dir=/var/lib/borne/profile",
		"data:text/html,<title>rouge</title><body style='background:rgb(200,20,20)'>")...)

	var last any
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("last seen in the middle of the screen: %v", last)
		}
	})
	eventually(t, "a page of the right colour is on the screen", func() bool {
		png, err := h.Screenshot(t.Context(), ":9", "")
		if last = err; err != nil {
			return false
		}
		img, _, err := image.Decode(bytes.NewReader(png))
		if last = err; err != nil {
			return false
		}
		last = color.RGBAModel.Convert(img.At(640, 500))
		return last == color.RGBA{200, 20, 20, 255}
	})

	pids := strings.Fields(mustRun(t, h, "pgrep", "-f", "--", "--type=renderer"))
	if len(pids) == 0 {
		t.Fatal("no renderer")
	}
	outside := mustRun(t, h, "readlink", "/proc/1/ns/user")
	for _, pid := range pids {
		if ns := mustRun(t, h, "readlink", fmt.Sprintf("/proc/%s/ns/user", pid)); ns == outside {
			t.Errorf("renderer %s is in the host's own user namespace", pid)
		}
		status := mustRun(t, h, "grep", "^Seccomp:", fmt.Sprintf("/proc/%s/status", pid))
		if strings.Fields(status)[1] != "2" {
			t.Errorf("renderer %s has no system call filter: %s", pid, status)
		}
	}
	if out := mustRun(t, h, "pgrep", "-fa", "chromium"); strings.Contains(out, "--no-sandbox") {
		t.Errorf("something turned the sandbox off:\n%s", out)
	}
}
