package testhost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// shutdownGrace is what units get to stop in order before everything is killed.
const shutdownGrace = 5 * time.Second

// Close powers the host off, kills what does not stop in five seconds, and removes all that was made for it. Its
// error says what could not be removed. Calls after the first return the same.
func (h *Host) Close() error {
	h.closing.Do(func() {
		close(h.closed)
		h.listeners.closeAll()
		ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
		defer cancel()
		// The answer is of no use: the host goes away under the command.
		_, _ = h.Run(ctx, "systemctl", "poweroff", "--no-wall")
		select {
		case <-h.init.done:
		case <-ctx.Done():
			h.log.Warn("host did not stop in time and is killed", "name", h.hostname)
		}
		h.closeErr = h.kill()
		h.forwards.Wait()
	})
	return h.closeErr
}

// kill ends a host at any stage of its making and removes its traces.
func (h *Host) kill() error {
	var errs []error
	if h.init != nil {
		// Killing PID 1 kills all of its namespace, and the kernel lets go of mounts and namespaces with the last process.
		if err := unix.Kill(h.init.pid, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
			errs = append(errs, fmt.Errorf("kill PID 1: %w", err))
		}
		<-h.init.done
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
