package sandbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newSandbox(t testing.TB) *Sandbox {
	t.Helper()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// startShell runs a shell script that reads its questions at descriptor 3 and
// answers at descriptor 4.
func startShell(t testing.TB, s *Sandbox, spec Spec, script string) *Unit {
	t.Helper()
	spec.Arguments = []string{"/bin/sh", "-c", script}
	u, err := s.Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.current == u {
			u.Wipe(context.Background())
		}
	})
	return u
}

// answers runs script in a unit and returns what it writes to descriptor 4.
func answers(t *testing.T, script string) string {
	t.Helper()
	s := newSandbox(t)
	u := startShell(t, s, Spec{XAuthority: []byte("cookie")}, "read go <&3; exec 1>&4 2>&4 4>&- 3>&-; "+script)
	fmt.Fprintln(u.Control) // not before: a program that ends at once is a start that failed
	u.Control.SetReadDeadline(time.Now().Add(10 * time.Second))
	b, err := io.ReadAll(u.Control)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestProgramSeesOnlyItsOwn(t *testing.T) {
	if err := os.WriteFile("/tmp/of-the-host", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove("/tmp/of-the-host") })
	for _, c := range []struct{ name, script, want string }{
		{"authority", `cat "$XAUTHORITY"`, "cookie"},
		{"own storage", `touch /var/lib/borne/profile && ls /var/lib/borne`, "downloads\nprofile\n"},
		{"downloads are its own", `touch /var/lib/borne/downloads/a && echo ok`, "ok\n"},
		{"private tmp", `ls /tmp; ls -A /var/tmp`, ""},
		{"private shm", `ls -A /dev/shm; touch /dev/shm/x && echo ok`, "ok\n"},
		{"read-only root", `touch /etc/x /run/x /var/lib/x 2>/dev/null || echo no`, "no\n"},
		{"no bus", `ls /run/dbus 2>/dev/null || echo no`, "no\n"},
		{"no program in storage", `cp /bin/true /var/lib/borne/x && /var/lib/borne/x 2>/dev/null || echo no`, "no\n"},
		{"no other process", `ls -d /proc/1 2>/dev/null || echo no`, "no\n"},
		{"no capability", `grep -h CapEff /proc/self/status`, "CapEff:\t0000000000000000\n"},
		{"no kernel key", `perl -e 'my ($t, $d, $p) = ("user", "x", "y"); print syscall(248, $t, $d, $p, 1, -3) < 0 ? "no\n" : "kept\n"'`, "no\n"}, // add_key, amd64
		{"no core dump", `grep -o 'core file size *1 *1 ' /proc/self/limits | tr -s ' '`, "core file size 1 1 \n"},
		{"only the loopback", `tail -n +3 /proc/net/dev | cut -d: -f1`, "    lo\n"},
		{"no route out", `timeout 5 bash -c '</dev/tcp/9.9.9.9/443' 2>&1 | grep -o -m1 'Network is unreachable' | head -1`, "Network is unreachable\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := answers(t, c.script); got != c.want {
				t.Errorf("%s: got %q, want %q", c.script, got, c.want)
			}
		})
	}
}

func TestListenerAnswersInsideAlone(t *testing.T) {
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, `exec bash -c 'exec 5<>/dev/tcp/127.0.0.1/3128; read -u5 line; echo "$line" >&4; sleep 60'`)
	conn, err := u.Listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintln(conn, "hello")
	line, err := bufio.NewReader(u.Control).ReadString('\n')
	if err != nil || line != "hello\n" {
		t.Errorf("inside read %q, %v", line, err)
	}
	if c, err := net.Dial("tcp", ProxyAddress); err == nil {
		c.Close()
		t.Error("the listener answers outside of the namespace too")
	}
}

func TestGoneWhenTheProgramEnds(t *testing.T) {
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, "read x <&3")
	select {
	case <-u.Gone():
		t.Fatal("gone before it ended")
	default:
	}
	u.Control.Close()
	select {
	case <-u.Gone():
	case <-time.After(5 * time.Second):
		t.Fatal("the program left and nobody was told")
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("after a program that left: %v", proof.Leftovers)
	}
}

func TestStartFails(t *testing.T) {
	s := newSandbox(t)
	if _, err := s.Start(t.Context(), Spec{Arguments: []string{"/nowhere/program"}}); err == nil {
		t.Fatal("a program that is not there was started")
	}
	if _, err := s.Start(t.Context(), Spec{Arguments: []string{"sh"}}); err == nil {
		t.Fatal("a relative path was accepted")
	}
	u := startShell(t, s, Spec{}, "sleep 60") // the name is free again
	if _, err := s.Start(t.Context(), Spec{Arguments: []string{"/bin/true"}}); !errors.Is(err, ErrBusy) {
		t.Errorf("a second start: %v, want ErrBusy", err)
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("%v", proof.Leftovers)
	}
}

func TestWipeKillsEverything(t *testing.T) {
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, `trap "" TERM; for i in 1 2 3 4 5; do setsid sh -c 'trap "" TERM; while :; do sleep 1; done' & done
		dd if=/dev/zero of=/var/lib/borne/big bs=1M count=100 2>/dev/null; echo >&4; wait`)
	if _, err := bufio.NewReader(u.Control).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("%v", proof.Leftovers)
	}
}

func TestTwoVisitsAreTwoUsers(t *testing.T) {
	s := newSandbox(t)
	seen := map[uint32]bool{}
	for range 5 {
		u := startShell(t, s, Spec{}, "sleep 60")
		seen[u.UID()] = true
		if proof := u.Wipe(t.Context()); !proof.Clean {
			t.Fatalf("%v", proof.Leftovers)
		}
	}
	if len(seen) < 4 {
		t.Errorf("five visits had %d users", len(seen))
	}
}

// The proof must be able to fail: every kind of leftover is planted once.
func TestProofFindsWhatIsLeft(t *testing.T) {
	asUser := func(t *testing.T, u *Unit, argv ...string) *exec.Cmd {
		ids := fmt.Sprint(u.UID())
		args := append([]string{"--reuid", ids, "--regid", ids, "--clear-groups"}, argv...)
		return exec.Command("setpriv", args...)
	}
	owned := func(path string) func(*testing.T, *Unit) {
		return func(t *testing.T, u *Unit) {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Remove(path) })
			if err := os.Chown(path, int(u.UID()), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	fresh := func(path string) func(*testing.T, *Unit) {
		return func(t *testing.T, u *Unit) {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Remove(path) })
		}
	}
	// systemd itself clears shared memory of a dynamic user when the unit ends
	// (RemoveIPC=): what is planted after that must still be found.
	afterEnd := func(plant func(*testing.T, *Unit)) func(*testing.T, *Unit) {
		return func(t *testing.T, u *Unit) {
			if proof := u.Wipe(t.Context()); !proof.Clean {
				t.Fatalf("%v", proof.Leftovers)
			}
			plant(t, u)
		}
	}
	for _, c := range []struct {
		name  string
		plant func(*testing.T, *Unit)
		want  string
	}{
		{"its file in shm", afterEnd(owned("/dev/shm/left")), "file of the session under /dev/shm"},
		{"its file in var tmp", owned("/var/tmp/deep/er/left"), "file of the session under /var/tmp"},
		{"its file where new files are known", owned("/run/systemd/left"), "file of the session under /run"},
		{"a core dump", owned("/var/lib/systemd/coredump/left"), "file of the session under /var/lib/systemd/coredump"},
		{"a new file in tmp", fresh("/tmp/left"), "new file under /tmp"},
		{"a new file in run", fresh("/run/left"), "new file under /run"},
		{"a process of the user", func(t *testing.T, u *Unit) {
			cmd := asUser(t, u, "sleep", "60")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
			waitFor(t, func() bool {
				b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", cmd.Process.Pid))
				return string(b) == "sleep\n"
			})
		}, "process of the session"},
		{"a process in its network", func(t *testing.T, u *Unit) {
			cmd := exec.Command("nsenter", fmt.Sprintf("--net=/proc/%d/ns/net", u.PID()), "sleep", "60")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
			waitFor(t, func() bool {
				b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", cmd.Process.Pid))
				return string(b) == "sleep\n"
			})
		}, "process in the session's network"},
		{"shared memory", afterEnd(func(t *testing.T, u *Unit) {
			if out, err := asUser(t, u, "ipcmk", "-M", "4096").CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			t.Cleanup(func() { asUser(t, u, "ipcrm", "--all=shm").Run() })
		}), "System V shm of the session"},
		{"a mount of the unit", func(t *testing.T, u *Unit) {
			dir := "/mnt/" + UnitName
			if out, err := exec.Command("sh", "-c", "mkdir -p "+dir+" && mount -t tmpfs tmpfs "+dir).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			t.Cleanup(func() { exec.Command("umount", dir).Run(); os.Remove(dir) })
		}, "mount of the session"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSandbox(t)
			u := startShell(t, s, Spec{}, "sleep 60")
			c.plant(t, u)
			s.settle = 100 * time.Millisecond
			proof := u.Wipe(t.Context())
			if proof.Clean || !strings.Contains(strings.Join(proof.Leftovers, "\n"), c.want) {
				t.Errorf("got %+v, want unclean with %q", proof, c.want)
			}
			if strings.Contains(fmt.Sprint(proof.Leftovers), "/left") {
				t.Errorf("the proof names a file: %v", proof.Leftovers)
			}
		})
	}
}

// TestWipeAgain holds that a leftover stays one until it is gone, also one that
// is nobody's of the session by its owner: time alone proves nothing.
func TestWipeAgain(t *testing.T) {
	s := newSandbox(t)
	u := startShell(t, s, Spec{}, "sleep 60")
	s.settle = 50 * time.Millisecond
	const path = "/var/tmp/again"
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(path) })
	for range 2 {
		if proof := u.Wipe(t.Context()); proof.Clean {
			t.Fatal("clean, with a new file in /var/tmp")
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if proof := u.Wipe(t.Context()); !proof.Clean {
		t.Errorf("not clean after the file was removed: %v", proof.Leftovers)
	}
}

func TestSweep(t *testing.T) {
	dead := newSandbox(t)
	u := startShell(t, dead, Spec{}, `trap "" TERM; sleep 600`)
	dead.Close() // as if borned had died, and Chromium stayed

	s := newSandbox(t)
	if proof := s.Sweep(t.Context()); !proof.Clean {
		t.Fatalf("%v", proof.Leftovers)
	}
	select {
	case <-u.Gone():
	case <-time.After(5 * time.Second):
		t.Fatal("the leftover unit runs on")
	}
	dead.current = nil

	if err := os.WriteFile("/var/tmp/left", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove("/var/tmp/left") })
	if err := os.Chown("/var/tmp/left", int(u.UID()), 0); err != nil {
		t.Fatal(err)
	}
	s.settle = 0
	if proof := s.Sweep(t.Context()); proof.Clean {
		t.Error("a file of a dynamic user was left, and nobody saw it")
	}
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen in 5 s")
		}
		time.Sleep(time.Millisecond)
	}
}
