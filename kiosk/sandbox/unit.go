package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// userPrefix begins the name of every session's user.
const userPrefix = "borne-v"

// startLimit is how long systemd may take for one start.
const startLimit = 20 * time.Second

// Unit is a running session. Whoever starts it must Wipe it.
type Unit struct {
	// Control is our end of the program's control socket. Closing it tells
	// Chromium to leave. Wipe closes it.
	Control net.Conn
	// Listener is ProxyAddress inside the namespace. Wipe closes it; whoever
	// serves it must then drop the connections that it accepted.
	Listener net.Listener

	sandbox   *Sandbox
	namespace *namespace
	baseline  baseline
	removed   *watch
	pid       int
	uid       uint32
	cgroup    string
	gone      chan struct{}
	storage   *os.Root
}

// Gone is closed when the program has ended: it left, crashed, ran out of
// memory or was wiped.
func (u *Unit) Gone() <-chan struct{} { return u.gone }

// UID is the session's user, one of systemd's dynamic range.
func (u *Unit) UID() uint32 { return u.uid }

// PID is the program's process.
func (u *Unit) PID() int { return u.pid }

// Storage opens StorageDir, where the program's profile and downloads are. It
// never follows a symbolic link out of it. Wipe closes it; the caller closes
// what it opened through it before that, or the memory stays.
func (u *Unit) Storage() *os.Root { return u.storage }

// Start makes a network namespace and runs spec in a new unit. It returns once
// the program has been executed, ErrBusy while another unit has not been wiped.
func (s *Sandbox) Start(ctx context.Context, spec Spec) (*Unit, error) {
	if err := spec.validate(); err != nil {
		return nil, err
	}
	release, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if s.current != nil {
		return nil, ErrBusy
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	began := time.Now()
	u, err := s.start(ctx, spec.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", UnitName, err)
	}
	s.current = u
	s.log.Debug("session unit started", "uid", u.uid, "took", time.Since(began))
	return u, nil
}

func (s *Sandbox) start(ctx context.Context, spec Spec) (u *Unit, err error) {
	u = &Unit{sandbox: s, gone: make(chan struct{})}
	var theirs *os.File
	defer func() {
		if theirs != nil {
			theirs.Close()
		}
		if err != nil {
			u.abandon()
		}
	}()
	if u.baseline, err = takeBaseline(); err != nil {
		return u, err
	}
	if u.namespace, err = newNamespace(ctx); err != nil {
		return u, err
	}
	u.Listener = u.namespace.listener
	if u.Control, theirs, err = controlSocket(); err != nil {
		return u, err
	}
	h := handles{namespace: u.namespace.path(), control: dbus.UnixFD(theirs.Fd())}
	if len(spec.XAuthority) > 0 {
		authority, err := memoryFile("xauthority", spec.XAuthority)
		if err != nil {
			return u, err
		}
		defer authority.Close()
		h.credential = descriptorPath(authority)
	}
	u.removed = s.watch(unitRemoved(UnitName))
	if err = s.runJob(ctx, properties(spec, newUserName(), s.stoppedAfter, h)); err != nil {
		return u, err
	}
	if err = u.identify(ctx); err != nil {
		return u, err
	}
	return u, nil
}

// runJob starts the unit and waits for the end of the job.
func (s *Sandbox) runJob(ctx context.Context, ps []property) error {
	job := s.watch(jobRemoved(UnitName))
	defer s.unwatch(job)
	type auxiliary struct {
		Name       string
		Properties []property
	}
	call := s.manager().CallWithContext(ctx, managerFace+".StartTransientUnit", 0,
		UnitName, "fail", ps, []auxiliary{})
	if call.Err != nil {
		return call.Err
	}
	signal, err := s.await(ctx, job)
	if err != nil {
		return fmt.Errorf("wait for the job: %w", err)
	}
	if result, _ := signal.Body[3].(string); result != "done" {
		return fmt.Errorf("the job ended with %q (see: journalctl -u %s)", result, UnitName)
	}
	return nil
}

// identify learns what is needed to watch, end and prove.
func (u *Unit) identify(ctx context.Context) error {
	var path dbus.ObjectPath
	if err := u.sandbox.manager().CallWithContext(ctx, managerFace+".GetUnit", 0, UnitName).Store(&path); err != nil {
		return fmt.Errorf("find the unit: %w", err)
	}
	object := u.sandbox.bus.Object(systemdName, path)
	var pid uint32
	for name, into := range map[string]any{"MainPID": &pid, "UID": &u.uid, "ControlGroup": &u.cgroup} {
		err := object.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, serviceFace, name).Store(into)
		if err != nil {
			return fmt.Errorf("read the unit's %s: %w", name, err)
		}
	}
	u.pid = int(pid)
	if pid == 0 || u.cgroup == "" {
		return fmt.Errorf("the program ended at once")
	}
	if u.uid < dynamicUIDMin || u.uid > dynamicUIDMax {
		return fmt.Errorf("user %d is not a dynamic one", u.uid)
	}
	if err := u.watchProcess(); err != nil {
		return err
	}
	return u.openStorage()
}

// watchProcess closes gone when the main process ends.
func (u *Unit) watchProcess() error {
	fd, err := unix.PidfdOpen(u.pid, unix.PIDFD_NONBLOCK)
	if err != nil {
		return fmt.Errorf("watch the program: %w", err)
	}
	process := os.NewFile(uintptr(fd), "pidfd")
	if !inCgroup(u.pid, u.cgroup) { // the number was taken by another process
		process.Close()
		return fmt.Errorf("the program ended at once")
	}
	raw, err := process.SyscallConn()
	if err != nil {
		process.Close()
		return fmt.Errorf("watch the program: %w", err)
	}
	go func() {
		defer close(u.gone)
		defer process.Close()
		_ = raw.Read(func(fd uintptr) bool {
			ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
			n, err := unix.Poll(ready, 0)
			return n > 0 || err != nil && err != unix.EINTR
		})
	}()
	return nil
}

func (u *Unit) openStorage() error {
	// The session cannot write to /var/lib, so that this path is ours; what
	// lies below it is the session's, and os.Root holds us inside.
	root, err := os.OpenRoot(fmt.Sprintf("/proc/%d/root%s", u.pid, StorageDir))
	if err != nil {
		return fmt.Errorf("open the session's storage: %w", err)
	}
	u.storage = root
	const downloads = "downloads"
	if err := root.Mkdir(downloads, 0o700); err != nil && !os.IsExist(err) {
		return fmt.Errorf("make the session's folder of downloads: %w", err)
	}
	if err := root.Lchown(downloads, int(u.uid), int(u.uid)); err != nil {
		return fmt.Errorf("give the session its folder of downloads: %w", err)
	}
	return nil
}

// abandon undoes a start that failed.
func (u *Unit) abandon() {
	u.closeHandles()
	if u.removed == nil {
		return
	}
	u.sandbox.unwatch(u.removed)
	// No context of the caller's: it may be what ended the start.
	ctx, cancel := context.WithTimeout(context.Background(), wipeLimit)
	defer cancel()
	if err := u.sandbox.stopLeftover(ctx); err != nil {
		u.sandbox.log.Error("stop a session unit that failed to start", "error", err)
	}
}

func (u *Unit) closeHandles() {
	if u.storage != nil {
		u.storage.Close()
	}
	if u.Control != nil {
		u.Control.Close()
	}
	if u.namespace != nil {
		u.namespace.close()
	}
}

// controlSocket returns our end and theirs of a new stream.
func controlSocket() (net.Conn, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("make the control socket: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control")
	defer ours.Close()
	conn, err := net.FileConn(ours)
	if err != nil {
		theirs.Close()
		return nil, nil, fmt.Errorf("make the control socket: %w", err)
	}
	return conn, theirs, nil
}

// memoryFile holds content in memory alone: a secret never reaches a disk.
func memoryFile(name string, content []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("hold %s in memory: %w", name, err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.Write(content); err != nil {
		f.Close()
		return nil, fmt.Errorf("hold %s in memory: %w", name, err)
	}
	return f, nil
}

// newUserName is random because systemd derives the dynamic uid from it: two
// visits in a row are then two users.
func newUserName() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return userPrefix + hex.EncodeToString(b[:])
}
