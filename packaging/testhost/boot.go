package testhost

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

//go:embed init.sh
var initScript string

// bootTimeout bounds a boot that hangs; a good one takes two seconds.
const bootTimeout = 90 * time.Second

// Boot starts a host and returns once systemd has started all it had to start. A unit that failed makes the state
// "degraded" and is named in the log: see [Host.State]. The context bounds the boot, not the host's life.
func Boot(ctx context.Context, o Options) (*Host, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	root, rootLock, err := lockedRoot(ctx, o)
	if err != nil {
		return nil, err
	}
	h := &Host{log: o.Log, rootLock: rootLock, closed: make(chan struct{})}
	if err := h.boot(ctx, o, root); err != nil {
		err = fmt.Errorf("boot test host: %w%s", err, h.console())
		return nil, errors.Join(err, h.kill())
	}
	return h, nil
}

func (h *Host) boot(ctx context.Context, o Options, root string) error {
	started := time.Now()
	if err := h.claim(ctx, o); err != nil {
		return err
	}
	if err := writeLayer(filepath.Join(h.dir, "layer"), h.hostname, o.Hosts); err != nil {
		return err
	}
	if err := h.startInit(o, root); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, bootTimeout)
	defer cancel()
	err := h.waitForInit(ctx)
	if err != nil {
		return err
	}
	if h.inside, err = openHandles(h.init, h.cgroup); err != nil {
		return err
	}
	if err := h.waitUntilStarted(ctx); err != nil {
		return err
	}
	if said := h.console(); said != "" {
		h.log.Debug("while it started" + said) // a fallback: a disk in memory
	}
	h.log.Info("host started", "name", h.hostname, "pid", h.PID(), "state", h.state,
		"took", time.Since(started).Round(time.Millisecond))
	return nil
}

// claim takes a name, a folder and a control group, and removes what dead owners left behind.
func (h *Host) claim(ctx context.Context, o Options) error {
	hosts := filepath.Join(o.CacheDir, "hosts")
	registry, err := waitLock(ctx, hosts+".lock", unix.LOCK_EX, nil)
	if err != nil {
		return err
	}
	defer registry.release()
	reap(o, hosts)

	var random [4]byte
	rand.Read(random[:])
	h.id = hex.EncodeToString(random[:])
	h.hostname = o.Hostname
	if h.hostname == "" {
		h.hostname = "borne-" + h.id
	}
	dir := filepath.Join(hosts, h.id)
	if h.lock, err = tryLock(filepath.Join(dir, "lock"), unix.LOCK_EX); err != nil {
		return err
	}
	h.dir = dir
	cgroupRoot, err := cgroup2Root()
	if err != nil {
		return err
	}
	if h.janitor, err = startJanitor(filepath.Join(cgroupRoot, cgroupPrefix+h.id), dir); err != nil {
		return err
	}
	for _, sub := range []string{"upper", "work", "merged", "memory", "layer"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	h.cgroup, err = newCgroup(h.id)
	return err
}

// reap removes hosts whose owner and janitor both died; the caller holds the registry's lock.
func reap(o Options, hosts string) {
	entries, err := os.ReadDir(hosts)
	if err != nil {
		return
	}
	cgroupRoot, err := cgroup2Root()
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(hosts, e.Name())
		lock, err := tryLock(filepath.Join(dir, "lock"), unix.LOCK_EX)
		if err != nil {
			continue // alive
		}
		o.Log.Info("removing what a killed host left", "path", dir)
		err = errors.Join(removeCgroup(filepath.Join(cgroupRoot, cgroupPrefix+e.Name())), os.RemoveAll(dir))
		if err != nil {
			o.Log.Warn("leftovers of a killed host stay", "error", err)
		}
		lock.release()
	}
}

func (h *Host) startInit(o Options, root string) error {
	console, err := os.Create(filepath.Join(h.dir, "console"))
	if err != nil {
		return err
	}
	defer console.Close()
	cgroup, err := os.Open(h.cgroup)
	if err != nil {
		return err
	}
	defer cgroup.Close()

	disk := "disk"
	if o.MemoryDisk {
		disk = "memory"
	}
	args := []string{"-c", initScript, "testhost-init", filepath.Join(h.dir, "layer") + ":" + root, h.dir, disk, h.hostname}
	for _, a := range o.Addresses {
		args = append(args, a.String())
	}
	cmd := exec.Command("/bin/sh", args...)
	cmd.Stdout, cmd.Stderr = console, console
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS | syscall.CLONE_NEWNET,
		// A cgroup namespace is rooted where its maker stands: it has to be made after the move into the group.
		UseCgroupFD: true, CgroupFD: int(cgroup.Fd()), Unshareflags: syscall.CLONE_NEWCGROUP,
		Pdeathsig: syscall.SIGKILL,
		Setsid:    true,
	}
	h.init, err = startOnOwnThread(cmd)
	if err != nil {
		return fmt.Errorf("start its first process: %w (hint: root, and a kernel of 5.14 or later, are needed)", err)
	}
	return nil
}

// waitForInit returns once PID 1 is systemd and listens. Before that the machine's own root is still in view of the
// host's first process, and nothing may be run "inside".
func (h *Host) waitForInit(ctx context.Context) error {
	proc := filepath.Join("/proc", strconv.Itoa(h.init.pid))
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		comm, _ := os.ReadFile(filepath.Join(proc, "comm"))
		if strings.TrimSpace(string(comm)) == "systemd" {
			if _, err := os.Stat(filepath.Join(proc, "root/run/systemd/private")); err == nil {
				return nil
			}
		}
		select {
		case <-h.init.done:
			return fmt.Errorf("its first process ended: %w", h.init.err)
		case <-ctx.Done():
			return fmt.Errorf("wait for systemd: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func (h *Host) waitUntilStarted(ctx context.Context) error {
	out, err := h.Run(ctx, "systemctl", "is-system-running", "--wait")
	h.state = strings.TrimSpace(out)
	switch h.state {
	case "running":
		return nil
	case "degraded":
		failed, err := h.Run(ctx, "systemctl", "list-units", "--failed", "--plain", "--no-legend")
		h.log.Warn("host is degraded", "failed", strings.TrimSpace(failed), "error", err)
		return nil
	default:
		jobs, _ := h.Run(context.WithoutCancel(ctx), "systemctl", "list-jobs", "--no-legend")
		return fmt.Errorf("systemd is %q: %w\n%s", h.state, err, jobs)
	}
}

// console is what the first process said, as an appendix to an error.
func (h *Host) console() string {
	if h.dir == "" {
		return ""
	}
	text, err := os.ReadFile(filepath.Join(h.dir, "console"))
	if err != nil || len(text) == 0 {
		return ""
	}
	return "\nconsole of the host:\n" + string(text)
}
