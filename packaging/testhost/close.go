package testhost

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// shutdownGrace is what units get to stop in order before everything is killed.
	shutdownGrace = 5 * time.Second
	// killTimeout is what the kernel gets to end what was killed.
	killTimeout = 10 * time.Second
	// powerOff is SIGRTMIN+4, with which systemd starts poweroff.target: see systemd(1).
	powerOff = syscall.Signal(34 + 4)
)

// Close kills the commands that still run, powers the host off, kills what does not stop in five seconds, and removes
// all that was made for it. Its error says what could not be removed. Calls after the first return the same.
func (h *Host) Close() error {
	h.closing.Do(func() {
		close(h.closed)
		h.listeners.closeAll()
		h.endEntrants()
		if err := h.init.signal(powerOff); err != nil {
			h.log.Warn("host cannot be told to power off", "name", h.hostname, "error", err)
		}
		select {
		case <-h.init.done:
		case <-time.After(shutdownGrace):
			h.log.Warn("host did not stop in time and is killed", "name", h.hostname)
		}
		h.forwards.Wait()
		h.closeErr = h.kill()
	})
	return h.closeErr
}

// kill ends a host at any stage of its making and removes its traces.
func (h *Host) kill() error {
	var errs []error
	if h.init != nil {
		errs = append(errs, h.killInit())
	}
	if h.inside != nil {
		h.inside.close()
	}
	if h.cgroup != "" {
		errs = append(errs, removeCgroup(h.cgroup))
	}
	if h.dir != "" {
		errs = append(errs, os.RemoveAll(h.dir))
	}
	if h.janitor != nil {
		errs = append(errs, h.janitor.dismiss())
	}
	h.lock.release()
	h.rootLock.release()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close test host: %w", err)
	}
	return nil
}

// killInit kills PID 1 and with it all of its namespace; the kernel lets go of mounts and namespaces with the last
// process.
func (h *Host) killInit() error {
	if err := h.init.signal(unix.SIGKILL); err != nil {
		return fmt.Errorf("kill PID 1: %w", err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(killTimeout); ; {
		select {
		case <-h.init.done:
			return nil
		case <-tick.C:
		}
		h.endEntrants()
		if time.Now().After(deadline) {
			return fmt.Errorf("PID 1, process %d, is still there %s after it was killed", h.init.pid, killTimeout)
		}
	}
}
