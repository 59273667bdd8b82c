package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// process is one transient unit that runs: what is needed to watch it, to end
// it, and to prove it gone.
type process struct {
	sandbox *Sandbox
	name    string
	removed *watch
	pid     int
	uid     uint32
	cgroup  string
	gone    chan struct{}
}

// launch starts a unit and returns once its program has been executed. What it
// returns with an error has been ended.
func (s *Sandbox) launch(ctx context.Context, name string, ps []property) (_ *process, err error) {
	p := &process{sandbox: s, name: name, gone: make(chan struct{}), removed: s.watch(unitRemoved(name))}
	defer func() {
		if err != nil {
			s.unwatch(p.removed)
			// No context of the caller's: it may be what ended the start.
			ctx, cancel := context.WithTimeout(context.Background(), cleanupLimit)
			defer cancel()
			if err := s.stopLeftover(ctx, name); err != nil {
				s.log.Error("stop a unit that failed to start", "unit", name, "error", err)
			}
		}
	}()
	if err := s.runJob(ctx, name, ps); err != nil {
		return nil, err
	}
	if err := p.identify(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// runJob starts the unit and waits for the end of the job.
func (s *Sandbox) runJob(ctx context.Context, name string, ps []property) error {
	job := s.watch(jobRemoved(name))
	defer s.unwatch(job)
	type auxiliary struct {
		Name       string
		Properties []property
	}
	call := s.manager().CallWithContext(ctx, managerFace+".StartTransientUnit", 0, name, "fail", ps, []auxiliary{})
	if call.Err != nil {
		return call.Err
	}
	signal, err := s.await(ctx, job)
	if err != nil {
		return fmt.Errorf("wait for the job: %w", err)
	}
	if result, _ := signal.Body[3].(string); result != "done" {
		return fmt.Errorf("the job ended with %q (see: journalctl -u %s)", result, name)
	}
	return nil
}

// identify learns what is needed to watch, end and prove.
func (p *process) identify(ctx context.Context) error {
	var path dbus.ObjectPath
	if err := p.sandbox.manager().CallWithContext(ctx, managerFace+".GetUnit", 0, p.name).Store(&path); err != nil {
		return fmt.Errorf("find the unit: %w", err)
	}
	object := p.sandbox.bus.Object(systemdName, path)
	var pid uint32
	for name, into := range map[string]any{"MainPID": &pid, "UID": &p.uid, "ControlGroup": &p.cgroup} {
		err := object.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, serviceFace, name).Store(into)
		if err != nil {
			return fmt.Errorf("read the unit's %s: %w", name, err)
		}
	}
	p.pid = int(pid)
	if pid == 0 || p.cgroup == "" {
		return errors.New("the program ended at once")
	}
	if p.uid < dynamicUIDMin || p.uid > dynamicUIDMax {
		return fmt.Errorf("user %d is not a dynamic one", p.uid)
	}
	return p.watchProcess()
}

// watchProcess closes gone when the main process ends.
func (p *process) watchProcess() error {
	fd, err := unix.PidfdOpen(p.pid, unix.PIDFD_NONBLOCK)
	if err != nil {
		return fmt.Errorf("watch the program: %w", err)
	}
	pidfd := os.NewFile(uintptr(fd), "pidfd")
	if !inCgroup(p.pid, p.cgroup) { // the number was taken by another process
		pidfd.Close()
		return errors.New("the program ended at once")
	}
	raw, err := pidfd.SyscallConn()
	if err != nil {
		pidfd.Close()
		return fmt.Errorf("watch the program: %w", err)
	}
	go func() {
		defer close(p.gone)
		defer pidfd.Close()
		_ = raw.Read(func(fd uintptr) bool {
			ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
			n, err := unix.Poll(ready, 0)
			return n > 0 || err != nil && err != unix.EINTR
		})
	}()
	return nil
}

// end kills the control group and returns when systemd has forgotten the unit,
// so that its name is free again. Ending twice is no fault.
func (p *process) end(ctx context.Context) error {
	// One write kills every member, also one that is forking.
	err := os.WriteFile(cgroupRoot+p.cgroup+"/cgroup.kill", []byte("1"), 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, unix.ENODEV) {
		p.sandbox.log.Warn("kill through systemd instead of the control group", "error", err)
		if err := p.sandbox.kill(ctx, p.name); err != nil {
			return err
		}
	}
	if p.removed == nil { // ended before
		return nil
	}
	if _, err := p.sandbox.await(ctx, p.removed); err != nil {
		return fmt.Errorf("wait for %s to go: %w", p.name, err)
	}
	p.removed = nil
	return nil
}
