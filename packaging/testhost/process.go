package testhost

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// child is a process whose parent thread lives as long as it does.
type child struct {
	pid  int
	cmd  *exec.Cmd
	done chan struct{} // closed once it was waited for
	err  error         // what Wait said; read after done
}

// startOnOwnThread starts cmd from a thread that stays until it ends: the kernel sends a parent-death signal when the
// parent's thread dies, and Go ends idle threads when it likes.
func startOnOwnThread(cmd *exec.Cmd) (*child, error) {
	started := make(chan error)
	c := &child{cmd: cmd, done: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		c.pid = cmd.Process.Pid
		started <- nil
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

func (c *child) wait() error {
	<-c.done
	return c.err
}

// signal does nothing to a process that has ended.
func (c *child) signal(s syscall.Signal) error {
	if err := c.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}
