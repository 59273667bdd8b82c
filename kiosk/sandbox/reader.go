package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// ReaderUnitName is the unit of the process that reads a visitor's USB stick.
// It lives as long as the session at most.
const ReaderUnitName = "borne-reader.service"

// readerLimit is how long systemd may take to start one: a visitor waits, and
// a wipe would.
const readerLimit = 5 * time.Second

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
type Reader struct{ companion }

// StartReader starts a process that reads a stick for the session, and ends
// the one before. Unit.Wipe ends it, and proves it gone.
func (u *Unit) StartReader(ctx context.Context, spec ReaderSpec) (*Reader, error) {
	if err := spec.validate(); err != nil {
		return nil, err
	}
	s := u.sandbox
	release, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if s.current != u || u.wiped {
		return nil, errors.New("the session is over")
	}
	ctx, cancel := context.WithTimeout(ctx, readerLimit)
	defer cancel()
	if n := len(u.readers); n > 0 {
		last := u.readers[n-1]
		last.Control.Close()
		if err := last.process.end(ctx); err != nil {
			return nil, err
		}
	}
	hidden, err := foldersButPrograms()
	if err != nil {
		return nil, err
	}
	ours, theirs, err := controlSocket()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	p, err := s.launch(ctx, ReaderUnitName, readerProperties(spec, newUserName(), s.stoppedAfter, theirs, hidden))
	if err != nil {
		ours.Close()
		return nil, fmt.Errorf("start %s: %w", ReaderUnitName, err)
	}
	r := &Reader{companion{ours, p}}
	u.readers = append(u.readers, r)
	return r, nil
}

// foldersButPrograms lists the machine's top folders that a program can do
// without. An empty file system over "/" would be simpler; systemd takes none
// there for a dynamic user.
func foldersButPrograms() (folders []string, err error) {
	top, err := os.ReadDir("/")
	if err != nil {
		return nil, err
	}
	for _, e := range top {
		switch e.Name() {
		case "usr", "lib", "lib64", "bin", "sbin": // programs
		case "proc", "sys", "dev", "tmp": // not the machine's own
		default:
			if e.IsDir() {
				folders = append(folders, "/"+e.Name())
			}
		}
	}
	return folders, nil
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
