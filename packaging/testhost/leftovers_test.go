package testhost

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// traces are what a host leaves its mark on; other hosts may come and go on the machine meanwhile.
type traces struct {
	Dir        string
	Cgroup     string
	Namespaces []string // such as "pid:[4026532180]"
}

func (h *Host) traces() (traces, error) {
	t := traces{Dir: h.dir, Cgroup: h.cgroup}
	for _, kind := range namespaceKinds {
		link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", h.PID(), kind))
		if err != nil {
			return t, err
		}
		t.Namespaces = append(t.Namespaces, link)
	}
	return t, nil
}

// remaining lists whatever on the machine still bears a trace of the host. The names of its folder and of its group
// are unique; the kernel gives the number of a namespace to the next one, so those are looked for in this process only.
func (tr traces) remaining() (found []string) {
	for _, path := range []string{tr.Dir, tr.Cgroup} {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			found = append(found, path)
		}
	}
	for pattern, name := range map[string]string{
		"/proc/[0-9]*/cgroup": filepath.Base(tr.Cgroup), "/proc/[0-9]*/mountinfo": tr.Dir,
	} {
		files, _ := filepath.Glob(pattern)
		for _, path := range files {
			if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), name) {
				found = append(found, path)
			}
		}
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, tr.Dir) {
			found = append(found, link+" "+target)
		}
	}
	own, _ := filepath.Glob("/proc/self/task/*/ns/*") // a thread may have stayed in the host's network
	ownFiles, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range append(own, ownFiles...) {
		if target, err := os.Readlink(link); err == nil && slices.Contains(tr.Namespaces, target) {
			found = append(found, link+" "+target)
		}
	}
	return found
}

func (tr traces) expectNone(t *testing.T) {
	t.Helper()
	var found []string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if found = tr.remaining(); len(found) == 0 {
			return
		}
	}
	t.Errorf("left behind after 30 s:\n%s", strings.Join(found, "\n"))
}

func TestCloseLeavesNothing(t *testing.T) {
	h := bootForTest(t, nil)
	mustRun(t, h, "systemd-run", "--quiet", "--unit=busy", "-p", "PrivateTmp=yes", "-p", "DynamicUser=yes", "sleep", "1000")
	mustRun(t, h, "ip", "netns", "add", "visite")
	mustRun(t, h, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
	stubborn := h.Command(context.Background(), "sh", "-c", "trap '' TERM INT HUP; sleep 1000")
	if err := stubborn.Start(); err != nil {
		t.Fatal(err)
	}
	tr, err := h.traces()
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.remaining()) < 5 {
		t.Fatalf("the search finds too little of a live host to prove anything: %v", tr.remaining())
	}
	started := time.Now()
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("closed in %s", time.Since(started).Round(time.Millisecond))
	stubborn.Wait()
	tr.expectNone(t)
	if err := h.Command(t.Context(), "true").Run(); err == nil {
		t.Error("a command ran in a closed host")
	}
}

func TestFailedBootLeavesNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not root: a test host needs namespaces, mounts and control groups")
	}
	if _, err := Root(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name      string
		ctx       context.Context
		addresses []netip.Prefix
		want      string
	}{
		{"given up while it starts", cancelled, nil, "context canceled"},
		{"its first process fails", t.Context(), []netip.Prefix{testAddress, testAddress}, "console of the host:\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const name = "borne-sans-suite"
			h, err := Boot(tt.ctx, Options{Hostname: name, Addresses: tt.addresses})
			if err == nil {
				h.Close()
				t.Fatal("it booted")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error does not say %q: %v", tt.want, err)
			}
			o, _ := Options{}.withDefaults()
			files, _ := filepath.Glob(filepath.Join(o.CacheDir, "hosts", "*", "layer/etc/hostname"))
			for _, f := range files {
				if text, _ := os.ReadFile(f); strings.TrimSpace(string(text)) == name {
					t.Errorf("its folder stays: %s", f)
				}
			}
			if out, _ := exec.Command("pgrep", "-fa", name).Output(); len(out) > 0 {
				t.Errorf("processes stay: %s", out)
			}
		})
	}
}

// TestOwnerDies starts this test binary again as the owner of a host and ends it in ways that run none of its code.
func TestOwnerDies(t *testing.T) {
	for _, tt := range []struct {
		name    string
		signal  unix.Signal
		janitor bool // false: it is killed first, and the next boot has to clean up
	}{
		{"interrupted", unix.SIGINT, true},
		{"killed", unix.SIGKILL, true},
		{"killed with its janitor", unix.SIGKILL, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			owner, tr, janitor := startOwner(t)
			if !tt.janitor {
				if err := unix.Kill(janitor, unix.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}
			if err := owner.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			owner.Wait()
			if !tt.janitor {
				if err := bootForTest(t, nil).Close(); err != nil {
					t.Error(err)
				}
			}
			tr.expectNone(t)
		})
	}
}

const ownerVariable = "BORNE_TESTHOST_OWNER"

func startOwner(t *testing.T) (owner *exec.Cmd, tr traces, janitor int) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not root: a test host needs namespaces, mounts and control groups")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestAsOwner$")
	cmd.Env = append(os.Environ(), ownerVariable+"=1")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	sc := bufio.NewScanner(out)
	for sc.Scan() {
		var namespaces string
		if n, _ := fmt.Sscanf(sc.Text(), "OWNER %s %s %d %s", &tr.Dir, &tr.Cgroup, &janitor, &namespaces); n == 4 {
			tr.Namespaces = strings.Split(namespaces, ",")
			return cmd, tr, janitor
		}
	}
	t.Fatal("the owner booted no host")
	return nil, tr, 0
}

// TestAsOwner is the other side of startOwner: it boots a host and waits for its end.
func TestAsOwner(t *testing.T) {
	if os.Getenv(ownerVariable) == "" {
		t.Skip("only of use to TestOwnerDies, which starts it in a process of its own")
	}
	h, err := Boot(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := h.traces()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("OWNER", tr.Dir, tr.Cgroup, h.janitor.cmd.Process.Pid, strings.Join(tr.Namespaces, ","))
	select {}
}
