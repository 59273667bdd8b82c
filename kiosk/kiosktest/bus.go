package kiosktest

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"
)

// Bus runs a private dbus-daemon until the test ends and returns its address.
func Bus(t testing.TB) (address string) {
	t.Helper()
	daemon := exec.Command("dbus-daemon", "--session", "--address=unix:dir="+t.TempDir(), "--print-address=1", "--nofork", "--nopidfile")
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatalf("dbus-daemon: %v (hint: apt install dbus)", err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Kill() // it may have ended
		_ = daemon.Wait()         // it was killed
	})
	address, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}
