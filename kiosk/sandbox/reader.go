package sandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// ReaderUnitName is the unit of the process that reads a visitor's USB stick.
// It lives as long as the session at most.
const ReaderUnitName = "borne-reader.service"

// ReaderSpec says what reads a stick.
type ReaderSpec struct {
	// Arguments is the command line; the first is the program's absolute path.
	// It finds its end of the control socket at descriptor 3 and Device at
	// descriptor 4. It sees the files under /usr, and no others.
	Arguments []string
	// Device is the stick's raw bytes, opened to be read only. The caller
	// closes it.
	Device *os.File
}

func (r ReaderSpec) validate() error {
	if len(r.Arguments) == 0 || !filepath.IsAbs(r.Arguments[0]) || r.Device == nil {
		return errors.New("reader unit: no program to run, its path is not absolute, or there is nothing to read")
	}
	return nil
}

// Reader is the running process that reads a stick.
type Reader struct{ *companion }

// StartReader starts a process that reads a stick for the session, and ends
// the one before. Unit.Wipe ends it, and proves it gone.
func (u *Unit) StartReader(ctx context.Context, spec ReaderSpec) (*Reader, error) {
	if err := spec.validate(); err != nil {
		return nil, err
	}
	c, err := u.startBlind(ctx, ReaderUnitName, func(control *os.File, user string, hidden []string) []property {
		return readerProperties(spec, user, u.sandbox.stoppedAfter, control, hidden)
	})
	if err != nil {
		return nil, err
	}
	return &Reader{c}, nil
}

// readerProperties says everything that systemd is to do for the reader: two
// descriptors, a processor, some memory, and nothing else of the machine.
func readerProperties(spec ReaderSpec, user, stoppedAfter string, control *os.File, hidden []string) []property {
	ps := blindProperties(spec.Arguments, user, stoppedAfter, hidden,
		namedDescriptor{dbus.UnixFD(control.Fd()), "control"}, namedDescriptor{dbus.UnixFD(spec.Device.Fd()), "device"})
	ps.set("Description", "Borne: the reader of one visitor's USB stick")
	// Whatever a stick makes of it, it does not spin for ever: borned starts
	// another when the visitor looks at the stick again.
	ps.set("RuntimeMaxUSec", uint64(15*time.Minute/time.Microsecond))
	return ps
}
