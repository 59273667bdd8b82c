package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// userPrefix begins the name of every session's user.
const userPrefix = "borne-v"

// Unit is a running session. Whoever starts it must Wipe it.
type Unit struct {
	// Control is our end of the program's control socket. Closing it tells
	// Chromium to leave. Wipe closes it.
	Control net.Conn
	// Listener is ProxyAddress inside the namespace, which the proxy of
	// Spec.Proxy serves. Wipe closes it, as does who wants no more connections
	// there; without a proxy, whoever serves it must then drop the connections
	// that it accepted.
	Listener net.Listener

	sandbox   *Sandbox
	namespace *namespace
	baseline  baseline
	browser   *process
	// companions are all that ran beside the browser in this session, the last
	// of each name last.
	companions []*companion
	wiped      bool
	storage    *os.Root
}

// Gone is closed when the program has ended: it left, crashed, ran out of
// memory or was wiped.
func (u *Unit) Gone() <-chan struct{} { return u.browser.gone }

// UID is the session's user, one of systemd's dynamic range.
func (u *Unit) UID() uint32 { return u.browser.uid }

// PID is the program's process.
func (u *Unit) PID() int { return u.browser.pid }

// Storage opens StorageDir, where the program's profile and downloads are. It
// never follows a symbolic link out of it. Wipe closes it; the caller closes
// what it opened through it before that, or the memory stays.
func (u *Unit) Storage() *os.Root { return u.storage }

// Start makes a network namespace and runs spec in a new unit. It returns once
// the program has been executed, ErrBusy while another unit has not been wiped.
// ctx says how long that may take: Work tells a slow machine from a hung one.
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
	began := time.Now()
	u, err := s.start(ctx, spec.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", UnitName, err)
	}
	s.current = u
	s.log.Debug("session unit started", "uid", u.browser.uid, "took", time.Since(began))
	return u, nil
}

func (s *Sandbox) start(ctx context.Context, spec Spec) (u *Unit, err error) {
	u = &Unit{sandbox: s}
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
	if err = u.launch(ctx, spec, h); err != nil {
		return u, err
	}
	if err = u.openStorage(); err != nil {
		return u, err
	}
	return u, nil
}

// launch starts both units side by side: neither waits for the other.
func (u *Unit) launch(ctx context.Context, spec Spec, h handles) error {
	s := u.sandbox
	var wait sync.WaitGroup
	var proxy *companion
	var proxyErr error
	if spec.Proxy != nil {
		wait.Go(func() { proxy, proxyErr = u.launchProxy(ctx, *spec.Proxy) })
	}
	browser, err := s.launch(ctx, UnitName, properties(spec, newUserName(), s.stoppedAfter, h))
	wait.Wait()
	u.browser = browser
	if proxy != nil {
		u.companions = append(u.companions, proxy)
	}
	if proxyErr != nil {
		err = errors.Join(err, proxyErr)
	}
	return err
}

func (u *Unit) openStorage() error {
	// The session cannot write to /var/lib, so that this path is ours; what
	// lies below it is the session's, and os.Root holds us inside.
	root, err := os.OpenRoot(fmt.Sprintf("/proc/%d/root%s", u.browser.pid, StorageDir))
	if err != nil {
		return fmt.Errorf("open the session's storage: %w", err)
	}
	u.storage = root
	const downloads = "downloads"
	if err := root.Mkdir(downloads, 0o700); err != nil && !os.IsExist(err) {
		return fmt.Errorf("make the session's folder of downloads: %w", err)
	}
	if err := root.Lchown(downloads, int(u.browser.uid), int(u.browser.uid)); err != nil {
		return fmt.Errorf("give the session its folder of downloads: %w", err)
	}
	return nil
}

// abandon undoes a start that failed.
func (u *Unit) abandon() {
	u.closeHandles()
	// No context of the caller's: it may be what ended the start.
	ctx, cancel := context.WithTimeout(context.Background(), cleanupLimit)
	defer cancel()
	if err := u.end(ctx); err != nil {
		u.sandbox.log.Error("stop a session unit that failed to start", "error", err)
	}
}

// processes are all that ran in the session.
func (u *Unit) processes() (all []*process) {
	if u.browser != nil {
		all = append(all, u.browser)
	}
	for _, c := range u.companions {
		all = append(all, c.process)
	}
	return all
}

// end kills them all at once and waits for their units to go.
func (u *Unit) end(ctx context.Context) error {
	all := u.processes()
	faults := make([]error, len(all))
	var wait sync.WaitGroup
	for i, p := range all {
		wait.Go(func() { faults[i] = p.end(ctx) })
	}
	wait.Wait()
	return errors.Join(faults...)
}

func (u *Unit) closeHandles() {
	if u.storage != nil {
		u.storage.Close()
	}
	if u.Control != nil {
		u.Control.Close()
	}
	for _, c := range u.companions {
		c.Control.Close()
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
