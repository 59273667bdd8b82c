package sandbox

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Spec says what to run. Zero limits take the defaults, which are finite.
type Spec struct {
	// Proxy is started beside the program, and serves the listener. Without
	// one the caller serves it.
	Proxy *ProxySpec
	// Arguments is the command line; the first is the program's absolute path.
	// It finds its end of the control socket at descriptor 3 (to read) and 4
	// (to write), as --remote-debugging-pipe does.
	Arguments []string
	// Environment is its whole environment, as NAME=value. XAUTHORITY is
	// added when XAuthority is given.
	Environment []string
	// XAuthority is the content of an X authority file. Empty for none.
	XAuthority []byte
	// DisplayFolder holds the X server's sockets, or those of what stands
	// before it: the program finds it as /tmp/.X11-unix. That folder itself
	// when empty.
	DisplayFolder string
	// ReadOnly shows folders of the host elsewhere; one that is missing keeps
	// the unit from starting.
	ReadOnly []Bind
	// StorageMaxBytes bounds StorageDir, 512 MiB when 0; it counts as memory.
	StorageMaxBytes uint64
	// MemoryMaxBytes bounds the unit. When 0: 2 GiB, or 6/10 of the machine's
	// memory where that is less.
	MemoryMaxBytes uint64
	// TasksMax bounds processes and threads, 1024 when 0.
	TasksMax uint64
	// Lifetime ends the unit whatever happens, 24 h when 0: the last resort
	// should borned hang.
	Lifetime time.Duration
}

// Bind is a folder of the host, and where the program sees it, read-only.
type Bind struct{ Source, Destination string }

// displayFolder is where X clients look for their server.
const displayFolder = "/tmp/.X11-unix"

func (s Spec) withDefaults() Spec {
	if s.StorageMaxBytes == 0 {
		s.StorageMaxBytes = 512 << 20
	}
	if s.MemoryMaxBytes == 0 {
		s.MemoryMaxBytes = memoryMax()
	}
	if s.TasksMax == 0 {
		s.TasksMax = 1024
	}
	if s.DisplayFolder == "" {
		s.DisplayFolder = displayFolder
	}
	if s.Lifetime == 0 {
		s.Lifetime = 24 * time.Hour
	}
	return s
}

// memoryMax leaves a small machine room for the screen and borned.
func memoryMax() uint64 {
	const most = 2 << 30
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return most
	}
	return min(most, uint64(info.Totalram)*uint64(info.Unit)/10*6)
}

func (s Spec) validate() error {
	if len(s.Arguments) == 0 {
		return errors.New("session unit: no program to run")
	}
	if !filepath.IsAbs(s.Arguments[0]) {
		return fmt.Errorf("session unit: the program's path %q is not absolute", s.Arguments[0])
	}
	if s.Proxy != nil {
		if err := s.Proxy.validate(); err != nil {
			return err
		}
	}
	if s.Lifetime < 0 {
		return errors.New("session unit: the lifetime is negative")
	}
	return nil
}
