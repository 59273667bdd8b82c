package sandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// ScriptUnitName is the unit of the process that evaluates a script of the
// house's network. It belongs to no visit, and lives for seconds.
const ScriptUnitName = "borne-pac.service"

// scriptUser is no session's: the search after a visit does not take it for one.
const scriptUser = "borne-pac"

// scriptLifetime ends the process whatever the script does.
const scriptLifetime = 30 * time.Second

// Script is the running process that evaluates a script. It finds its end of
// the control socket at descriptor 3.
type Script struct{ *companion }

// StartScript starts a process that can reach nothing: no network, no file but
// programs, no device, 96 MiB. The first argument is the program's absolute
// path. One runs at a time: one that is there is ended. Who starts it Ends it.
func (s *Sandbox) StartScript(ctx context.Context, arguments []string) (*Script, error) {
	if len(arguments) == 0 || !filepath.IsAbs(arguments[0]) {
		return nil, errors.New("script unit: no program to run, or its path is not absolute")
	}
	if err := s.stopLeftover(ctx, ScriptUnitName); err != nil {
		return nil, err
	}
	c, err := s.launchBlind(ctx, ScriptUnitName, func(control *os.File, hidden []string) []property {
		ps := blindProperties(arguments, scriptUser, s.stoppedAfter, hidden, namedDescriptor{dbus.UnixFD(control.Fd()), "control"})
		ps.set("Description", "Borne: the file that names the proxy of the house")
		ps.set("CPUQuotaPerSecUSec", uint64(500*time.Millisecond/time.Microsecond))
		ps.set("RuntimeMaxUSec", uint64(scriptLifetime/time.Microsecond))
		return ps
	})
	if err != nil {
		return nil, err
	}
	return &Script{c}, nil
}

// End kills the process and waits for its unit to go.
func (s *Script) End(ctx context.Context) error {
	s.Control.Close()
	return s.process.end(ctx)
}
