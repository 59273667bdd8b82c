package testhost

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Host is a running Debian. Its methods may be called from several goroutines. Close it.
type Host struct {
	id       string
	hostname string
	dir      string // upper layer, console and lock of this host
	cgroup   string
	state    string
	log      *slog.Logger

	init     *child // its PID 1, seen from outside
	janitor  *janitor
	lock     *fileLock // held while the owner lives
	rootLock *fileLock // keeps the cached root from being pruned
	inside   *handles

	closing   sync.Once
	closeErr  error
	forwards  sync.WaitGroup
	closed    chan struct{} // closed when Close begins
	listeners listenerSet
}

// PID is the host's PID 1 as the machine sees it.
func (h *Host) PID() int { return h.init.pid }

// Hostname is the name the host gives itself.
func (h *Host) Hostname() string { return h.hostname }

// State is what systemctl is-system-running said at the end of the boot: "running", or "degraded" if a unit failed.
func (h *Host) State() string { return h.state }

// Path is where this process, and those it starts, see a file of the host while it runs. An absolute symbolic link on
// the way leads out: [Host.ReadFile] and [Host.WriteFile] follow links as the host would.
func (h *Host) Path(path string) string {
	return h.inside.path(h.inside.root) + filepath.Clean("/"+path)
}

// Command is exec.CommandContext inside the host: root in all its namespaces, in /, with a clean environment (append
// to Env to add to it). The command dies when its context ends or when this process does; what it started in the
// background does not. After Close it fails to start.
func (h *Host) Command(ctx context.Context, name string, arg ...string) *exec.Cmd {
	args := append(h.inside.nsenterArguments(),
		// nsenter has to fork to enter a pid namespace: without this, ending nsenter would leave the command behind.
		"setpriv", "--pdeathsig", "KILL", "--", name)
	cmd := exec.CommandContext(ctx, nsenterPath(), append(args, arg...)...)
	cmd.Env = []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root", "LANG=C.UTF-8", "TERM=" + terminal(), "DEBIAN_FRONTEND=noninteractive", "SYSTEMD_PAGER=", "SYSTEMD_COLORS=0",
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: h.inside.fd(h.inside.scope)}
	cmd.Cancel = func() error { return endEntrant(cmd.Process.Pid) }
	cmd.WaitDelay = 5 * time.Second // for a command that leaves a background process holding its output
	return cmd
}

// nsenterPath is absolute: the clean environment of the command has no say in what runs outside.
func nsenterPath() string {
	if p, err := exec.LookPath("nsenter"); err == nil {
		return p
	}
	return "/usr/bin/nsenter"
}

func terminal() string {
	if t := os.Getenv("TERM"); t != "" {
		return t
	}
	return "dumb"
}

// Run runs a command inside and returns what it wrote to standard output; the error carries standard error.
func (h *Host) Run(ctx context.Context, name string, arg ...string) (string, error) {
	return capture(h.Command(ctx, name, arg...), strings.Join(append([]string{name}, arg...), " "))
}

// capture runs cmd; label is how an error calls it.
func capture(cmd *exec.Cmd, label string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(stderr.String())
		if said == "" {
			said = strings.TrimSpace(stdout.String())
		}
		return stdout.String(), fmt.Errorf("%s: %w: %s", label, err, said)
	}
	return stdout.String(), nil
}
