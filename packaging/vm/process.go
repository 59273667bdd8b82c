package vm

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// child is a process whose parent thread lives as long as it does.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once it was waited for
	err  error         // what Wait said; read after done
}

// start starts cmd from a thread that stays until it ends: the kernel sends a parent-death signal when the parent's
// thread dies, and Go ends idle threads when it likes.
func start(cmd *exec.Cmd) (*child, error) {
	started := make(chan error)
	c := &child{cmd: cmd, done: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// output runs cmd to its end and returns all that it said.
func output(cmd *exec.Cmd) ([]byte, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	c, err := start(cmd)
	if err != nil {
		return nil, err
	}
	<-c.done
	return said.Bytes(), c.err
}

// tryLock takes an exclusive lock that the kernel drops when its holder dies, and fails with EWOULDBLOCK where there is
// another holder.
func tryLock(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// dirPrefix begins the names of machines' folders, which stand in the folder for temporary files.
const dirPrefix = "borne-vm-"

// reap removes what machines left whose process was killed: the kernel ended the machine, and its folder stayed.
func reap(log *slog.Logger) {
	owners, err := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+"*", "owner"))
	if err != nil {
		return
	}
	for _, owner := range owners {
		lock, err := shareLock(owner)
		if err != nil {
			continue // alive
		}
		if err := errors.Join(os.RemoveAll(filepath.Dir(owner)), lock.Close()); err != nil {
			log.Warn("a killed machine's folder stays", "error", err)
		}
	}
}

// shareLock takes a shared lock on a file that is there.
func shareLock(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// pollEvery is how often waits look again.
const pollEvery = 500 * time.Millisecond

// pause waits until it is time to look again.
func pause(ctx context.Context) error {
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
