package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// RenewService ends one of the machine's own services, with all of its
// processes, and starts it anew: what it held in memory, and in file systems of
// its own, is gone then. It returns the new main process and whatever else is
// in its control group, which is nothing when all of the old one ended. A
// service that does not run, or that is not there, is left so: pid is 0.
func (s *Sandbox) RenewService(ctx context.Context, name string) (pid int, others int, err error) {
	if there, err := s.unitJob(ctx, "TryRestartUnit", name); err != nil || !there {
		return 0, 0, err
	}
	pid, cgroup, err := s.running(ctx, name)
	if err != nil || cgroup == "" {
		return pid, 0, err
	}
	others, err = beside(ctx, pid, cgroup)
	return pid, others, err
}

// EndService kills one of the machine's own services, with all of its
// processes, and returns how many remain. One that does not run is left so.
func (s *Sandbox) EndService(ctx context.Context, name string) (left int, err error) {
	_, cgroup, err := s.running(ctx, name)
	if err != nil || cgroup == "" {
		return 0, err
	}
	err = s.manager().CallWithContext(ctx, managerFace+".KillUnit", 0, name, "all", int32(unix.SIGKILL)).Err
	if err != nil && !isNoSuchUnit(err) && !isNoProcess(err) {
		return 0, fmt.Errorf("kill %s: %w", name, err)
	}
	if _, err := s.unitJob(ctx, "StopUnit", name); err != nil {
		return 0, err
	}
	return beside(ctx, 0, cgroup)
}

// isNoProcess reports whether systemd found nobody to kill: they ended by
// themselves meanwhile.
func isNoProcess(err error) bool {
	var e dbus.Error
	return errors.As(err, &e) && (e.Name == "org.freedesktop.systemd1.NoSuchProcess" || e.Name == "org.freedesktop.DBus.Error.UnixProcessIdUnknown")
}

// unitJob has systemd do something with a unit, and waits for the end of it.
// There is none to do when the unit is not there.
func (s *Sandbox) unitJob(ctx context.Context, method, name string) (there bool, err error) {
	job := s.watch(jobRemoved(name))
	defer s.unwatch(job)
	var path dbus.ObjectPath
	err = s.manager().CallWithContext(ctx, managerFace+"."+method, 0, name, "replace").Store(&path)
	switch {
	case isNoSuchUnit(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("%s %s: %w", method, name, err)
	}
	signal, err := s.await(ctx, job)
	if err != nil {
		return false, fmt.Errorf("wait for %s: %w", name, err)
	}
	if result, _ := signal.Body[3].(string); result != "done" && result != "skipped" {
		return false, fmt.Errorf("the job of %s ended with %q", name, result)
	}
	return true, nil
}

// running returns the main process and the control group of a service, nothing
// when it does not run.
func (s *Sandbox) running(ctx context.Context, name string) (pid int, cgroup string, err error) {
	var path dbus.ObjectPath
	if err := s.manager().CallWithContext(ctx, managerFace+".GetUnit", 0, name).Store(&path); isNoSuchUnit(err) {
		return 0, "", nil
	} else if err != nil {
		return 0, "", fmt.Errorf("find %s: %w", name, err)
	}
	var main uint32
	for property, into := range map[string]any{"MainPID": &main, "ControlGroup": &cgroup} {
		if err := s.bus.Object(systemdName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
			serviceFace, property).Store(into); err != nil {
			return 0, "", fmt.Errorf("read %s of %s: %w", property, name, err)
		}
	}
	return int(main), cgroup, nil
}

// beside counts the processes of a control group but its main one, and gives
// those of the new start a moment to end.
func beside(ctx context.Context, main int, cgroup string) (others int, err error) {
	for until := time.Now().Add(settleLimit); ; {
		b, err := os.ReadFile(cgroupRoot + cgroup + "/cgroup.procs")
		if os.IsNotExist(err) {
			return 0, nil
		} else if err != nil {
			return 0, err
		}
		others = 0
		for _, field := range strings.Fields(string(b)) {
			if field != strconv.Itoa(main) {
				others++
			}
		}
		if others == 0 || time.Now().After(until) || ctx.Err() != nil {
			return others, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
}
