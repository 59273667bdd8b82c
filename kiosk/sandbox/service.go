package sandbox

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// RenewService ends one of the machine's own services, with all of its
// processes, and starts it anew: what it held in memory, and in file systems of
// its own, is gone then. It returns the new main process and whatever else is
// in its control group, which is nothing when all of the old one ended. A
// service that does not run, or that is not there, is left so: pid is 0.
func (s *Sandbox) RenewService(ctx context.Context, name string) (pid int, others int, err error) {
	job := s.watch(jobRemoved(name))
	defer s.unwatch(job)
	var path dbus.ObjectPath
	err = s.manager().CallWithContext(ctx, managerFace+".TryRestartUnit", 0, name, "replace").Store(&path)
	switch {
	case isNoSuchUnit(err):
		return 0, 0, nil
	case err != nil:
		return 0, 0, fmt.Errorf("start %s anew: %w", name, err)
	}
	signal, err := s.await(ctx, job)
	if err != nil {
		return 0, 0, fmt.Errorf("wait for %s: %w", name, err)
	}
	if result, _ := signal.Body[3].(string); result != "done" && result != "skipped" {
		return 0, 0, fmt.Errorf("the job of %s ended with %q", name, result)
	}
	if err := s.manager().CallWithContext(ctx, managerFace+".GetUnit", 0, name).Store(&path); isNoSuchUnit(err) {
		return 0, 0, nil
	} else if err != nil {
		return 0, 0, fmt.Errorf("find %s: %w", name, err)
	}
	var main uint32
	var cgroup string
	for property, into := range map[string]any{"MainPID": &main, "ControlGroup": &cgroup} {
		if err := s.bus.Object(systemdName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
			serviceFace, property).Store(into); err != nil {
			return 0, 0, fmt.Errorf("read %s of %s: %w", property, name, err)
		}
	}
	if cgroup == "" {
		return int(main), 0, nil
	}
	others, err = beside(ctx, int(main), cgroup)
	return int(main), others, err
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
