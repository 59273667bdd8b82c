package sandbox

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// namespace is a new network namespace that holds nothing but a loopback
// interface and our listener on it. Nothing of it stands in the file system:
// systemd is given the descriptor's path under /proc, so that a power cut or a
// kill leaves nothing to unmount, and borned may itself live in a mount
// namespace.
type namespace struct {
	file     *os.File
	inode    uint64
	listener net.Listener
}

// newNamespace makes one. It needs CAP_SYS_ADMIN and CAP_NET_ADMIN.
func newNamespace(ctx context.Context) (*namespace, error) {
	type outcome struct {
		ns  *namespace
		err error
	}
	done := make(chan outcome, 1)
	go onOwnThread(func() {
		ns, err := enterNamespace(ctx)
		done <- outcome{ns, err}
	})
	o := <-done
	return o.ns, o.err
}

// onOwnThread runs f on an operating system thread that ends with it: the
// thread that unshared must never run another goroutine. The process's first
// thread cannot end, so when the scheduler gives us that one we hold it and
// use the next.
func onOwnThread(f func()) {
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		f()
		return // locked: the runtime ends the thread
	}
	defer runtime.UnlockOSThread()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		f()
	}()
	<-done
}

func enterNamespace(ctx context.Context) (*namespace, error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("make a network namespace: %w (root is needed)", err)
	}
	if err := loopbackUp(); err != nil {
		return nil, err
	}
	file, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, fmt.Errorf("hold the network namespace: %w", err)
	}
	inode, err := inodeOf(file)
	if err != nil {
		file.Close()
		return nil, err
	}
	var lc net.ListenConfig
	lc.SetMultipathTCP(false)
	listener, err := lc.Listen(ctx, "tcp4", ProxyAddress)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("listen in the network namespace: %w", err)
	}
	return &namespace{file: file, inode: inode, listener: listener}, nil
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("bring up the loopback: %w", err)
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return fmt.Errorf("bring up the loopback: %w", err)
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("bring up the loopback: %w", err)
	}
	return nil
}

func inodeOf(f *os.File) (uint64, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return 0, fmt.Errorf("identify the network namespace: %w", err)
	}
	return st.Ino, nil
}

// path is where systemd, outside of our mount namespace, finds it.
func (n *namespace) path() string { return descriptorPath(n.file) }

// close drops the listener and our hold. Connections accepted from it keep the
// namespace until whoever serves them closes them.
func (n *namespace) close() {
	n.listener.Close()
	n.file.Close()
}

func descriptorPath(f *os.File) string {
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), f.Fd())
}
