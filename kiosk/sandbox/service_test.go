package sandbox

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/packaging"
)

// installVoice installs the packaged units of the voice.
func installVoice(t *testing.T) {
	t.Helper()
	for from, to := range map[string]string{
		"systemd/borne-speech.socket":  "/run/systemd/system/borne-speech.socket",
		"systemd/borne-speech.service": "/run/systemd/system/borne-speech.service",
		"speech/speechd.conf":          "/usr/lib/borne/speech/speechd.conf",
		"speech/espeak-ng.conf":        "/usr/lib/borne/speech/modules/espeak-ng.conf",
		"sysusers/borne-kiosk.conf":    "/run/sysusers.d/borne-kiosk.conf",
	} {
		b, err := packaging.Files.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Remove(to) })
	}
	t.Cleanup(func() {
		systemctl(t, "stop", "borne-speech.socket", "borne-speech.service")
		systemctl(t, "daemon-reload")
	})
	if out, err := exec.Command("systemd-sysusers").CombinedOutput(); err != nil {
		t.Fatalf("systemd-sysusers: %v: %s", err, out)
	}
	systemctl(t, "daemon-reload")
	systemctl(t, "start", "borne-speech.socket")
}

func systemctl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("systemctl", args...).CombinedOutput()
	if err != nil {
		t.Errorf("systemctl %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestEndService ends the voice as a wipe does: under a client, at once, with nothing left, and the next one starts it anew.
func TestEndService(t *testing.T) {
	s := newSandbox(t)
	installVoice(t)
	const unit = "borne-speech.service"
	for range 2 {
		voice, err := net.Dial("unix", "/run/borne-speech.sock")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { voice.Close() })
		if _, err := io.WriteString(voice, "SET SELF CLIENT_NAME a:b:c\r\n"); err != nil {
			t.Fatal(err)
		}
		_ = voice.SetDeadline(time.Now().Add(30 * time.Second))
		in := bufio.NewReader(voice)
		if said, err := in.ReadString('\n'); err != nil || !strings.HasPrefix(said, "208 ") {
			t.Fatalf("the voice says %q, %v", said, err)
		}
		_, cgroup, err := s.running(t.Context(), unit)
		if err != nil || cgroup == "" {
			t.Fatalf("it runs in %q, %v", cgroup, err)
		}
		if left, err := s.EndService(t.Context(), unit); left != 0 || err != nil {
			t.Errorf("%d processes left, %v", left, err)
		}
		if _, err := in.ReadByte(); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("it answers on: %v", err)
		}
		if _, err := os.Stat(cgroupRoot + cgroup); !os.IsNotExist(err) {
			t.Errorf("its control group is there: %v", err)
		}
		if state := systemctl(t, "show", "--property=ActiveState", "--value", unit); state != "inactive" {
			t.Errorf("it is %s", state)
		}
	}
	for _, none := range []string{unit, "borne-that-is-not-there.service"} {
		if left, err := s.EndService(t.Context(), none); left != 0 || err != nil {
			t.Errorf("%s, which does not run: %d processes, %v", none, left, err)
		}
	}
}
