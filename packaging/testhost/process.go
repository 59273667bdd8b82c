package testhost

import (
	"os/exec"
	"runtime"
)

// child is a process whose parent thread lives as long as it does.
type child struct {
	pid  int
	done chan struct{} // closed once it was waited for
	err  error         // what Wait said; read after done
}

// startOnOwnThread starts cmd from a thread that stays until it ends: the kernel sends a parent-death signal when the
// parent's thread dies, and Go ends idle threads when it likes.
func startOnOwnThread(cmd *exec.Cmd) (*child, error) {
	started := make(chan error)
	c := &child{done: make(chan struct{})}
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
