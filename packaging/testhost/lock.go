package testhost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// fileLock is an advisory lock that the kernel drops when its holder dies. It is never inherited by a child.
type fileLock struct{ f *os.File }

// errHeld says that another process holds the lock.
var errHeld = errors.New("lock is held by another process")

func openLock(path string) (*fileLock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return &fileLock{f}, nil
}

// tryLock takes the lock (unix.LOCK_EX or unix.LOCK_SH) or returns errHeld at once.
func tryLock(path string, how int) (*fileLock, error) {
	l, err := openLock(path)
	if err != nil {
		return nil, err
	}
	if err := l.try(how); err != nil {
		l.release()
		return nil, err
	}
	return l, nil
}

// waitLock takes the lock, waiting for it; waiting is called once if it has to.
func waitLock(ctx context.Context, path string, how int, waiting func()) (*fileLock, error) {
	l, err := openLock(path)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for first := true; ; first = false {
		err := l.try(how)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, errHeld) {
			l.release()
			return nil, err
		}
		if first && waiting != nil {
			waiting()
		}
		select {
		case <-ctx.Done():
			l.release()
			return nil, fmt.Errorf("wait for %s: %w", path, ctx.Err())
		case <-tick.C:
		}
	}
}

// try also serves to turn an exclusive lock into a shared one.
func (l *fileLock) try(how int) error {
	for {
		err := unix.Flock(int(l.f.Fd()), how|unix.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EWOULDBLOCK):
			return errHeld
		default:
			return fmt.Errorf("lock %s: %w", l.f.Name(), err)
		}
	}
}

func (l *fileLock) release() {
	if l != nil && l.f != nil {
		l.f.Close()
		l.f = nil
	}
}
