package testhost

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// handles are the ways into a running host. They are open files rather than its PID: a PID can be given to another
// process once the host is gone, and "systemctl poweroff" must never reach the machine itself.
type handles struct {
	namespaces map[string]*os.File // by their name in /proc/PID/ns
	root       *os.File            // its / with all mounts below
	scope      *os.File            // the control group that commands start in

	mu     sync.RWMutex
	closed bool
}

// fd is -1, which nothing accepts, once the host is closed.
func (h *handles) fd(f *os.File) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return -1
	}
	return int(f.Fd())
}

// enterNetwork moves the calling thread into the host's network, for good.
func (h *handles) enterNetwork() error {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return net.ErrClosed
	}
	if err := unix.Setns(int(h.namespaces["net"].Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter the host's network: %w", err)
	}
	return nil
}

var namespaceKinds = []string{"mnt", "pid", "uts", "ipc", "net", "cgroup"}

func openHandles(init *child, cgroup string) (h *handles, err error) {
	h = &handles{namespaces: map[string]*os.File{}}
	defer func() {
		if err != nil {
			h.close()
			h = nil
		}
	}()
	proc := filepath.Join("/proc", strconv.Itoa(init.pid))
	for _, kind := range namespaceKinds {
		if h.namespaces[kind], err = os.Open(filepath.Join(proc, "ns", kind)); err != nil {
			return h, err
		}
	}
	if h.root, err = os.Open(filepath.Join(proc, "root")); err != nil {
		return h, err
	}
	select {
	case <-init.done: // its PID may already have been someone else's above
		return h, fmt.Errorf("its first process ended: %w", init.err)
	default:
	}
	// Commands stand beside systemd itself: the root of the group may hold no process once controllers are on.
	scope := filepath.Join(cgroup, "init.scope")
	if err = os.Mkdir(scope, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return h, err
	}
	h.scope, err = os.Open(scope)
	return h, err
}

// nsenterArguments end with "--"; the command follows.
func (h *handles) nsenterArguments() []string {
	options := map[string]string{
		"mnt": "--mount=", "pid": "--pid=", "uts": "--uts=", "ipc": "--ipc=", "net": "--net=", "cgroup": "--cgroup=",
	}
	var args []string
	for _, kind := range namespaceKinds {
		args = append(args, options[kind]+h.path(h.namespaces[kind]))
	}
	return append(args, "--")
}

// path names an open file of this process in a way that other processes can follow.
func (h *handles) path(f *os.File) string {
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), h.fd(f))
}

func (h *handles) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, f := range h.namespaces {
		f.Close() // a nil file answers an error, which is all it should do
	}
	if h.root != nil {
		h.root.Close()
	}
	if h.scope != nil {
		h.scope.Close()
	}
}
