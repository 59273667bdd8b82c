package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// WriterUnitName is the unit of the process that keeps one document of a visit
// on the visitor's USB stick.
const WriterUnitName = "borne-writer.service"

// writerLimit is how long one document may take.
const writerLimit = 5 * time.Minute

// WriterSpec says what writes a stick.
type WriterSpec struct {
	// Arguments is the command line; the first is the program's absolute path.
	// It finds its end of the control socket at descriptor 3, Document at
	// descriptor 4 and Device at descriptor 5. It sees the files under /usr,
	// and no others.
	Arguments []string
	// Device is the stick's raw bytes, opened to be read only: systemd opens the
	// same ones again, to be read and written. What keeps others off the stick
	// is the caller's descriptor; it closes it once the process is gone.
	Device *os.File
	// Document is opened to be read only. The caller closes it.
	Document *os.File
}

// Writer is the running process that writes a stick.
type Writer struct{ *companion }

// StartWriter starts a process that writes to a stick for the session, and ends
// the one before. Unit.Wipe ends it, and proves it gone.
func (u *Unit) StartWriter(ctx context.Context, spec WriterSpec) (*Writer, error) {
	if len(spec.Arguments) == 0 || !filepath.IsAbs(spec.Arguments[0]) || spec.Device == nil || spec.Document == nil {
		return nil, errors.New("writer unit: no program to run, its path is not absolute, or there is nothing to write, or nothing to write to")
	}
	c, err := u.startBlind(ctx, WriterUnitName, func(control *os.File, user string, hidden []string) []property {
		return writerProperties(spec, user, u.sandbox.stoppedAfter, control, hidden)
	})
	if err != nil {
		return nil, err
	}
	return &Writer{c}, nil
}

// openFile is one entry of OpenFile, a(sst): path, name, flags. Without flags it
// is opened to be read and written.
type openFile struct {
	Path, Name string
	Flags      uint64
}

// writerProperties are a blind process's, with a third descriptor: the stick is
// the one thing of the machine that it can change. Who asks for it cannot.
func writerProperties(spec WriterSpec, user, stoppedAfter string, control *os.File, hidden []string) []property {
	ps := blindProperties(spec.Arguments, user, stoppedAfter, hidden,
		namedDescriptor{dbus.UnixFD(control.Fd()), "control"}, namedDescriptor{dbus.UnixFD(spec.Document.Fd()), "document"})
	ps.set("Description", "Borne: what keeps a document on one visitor's USB stick")
	ps.set("OpenFile", []openFile{{descriptorPath(spec.Device), "device", 0}})
	// The file is opened inside the unit's control group; there is no file of
	// this or of another device that the process could open.
	if info, err := spec.Device.Stat(); err == nil && info.Mode()&os.ModeDevice != 0 {
		number := info.Sys().(*syscall.Stat_t).Rdev
		ps.set("DeviceAllow", []stringPair{{fmt.Sprintf("/dev/block/%d:%d", unix.Major(number), unix.Minor(number)), "rw"}})
	}
	ps.set("RuntimeMaxUSec", uint64(writerLimit/time.Microsecond))
	return ps
}
