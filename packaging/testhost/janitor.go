package testhost

import (
	_ "embed"
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

//go:embed janitor.sh
var janitorScript string

// janitor is a process that outlives its owner just long enough to remove what the owner left.
type janitor struct {
	cmd   *exec.Cmd
	alive io.WriteCloser
}

// startJanitor must come first: what is made after it is cleaned up even if the owner is killed on the next line.
func startJanitor(cgroup, dir string) (*janitor, error) {
	cmd := exec.Command("/bin/sh", "-c", janitorScript, "testhost-janitor", cgroup, dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C in the owner's terminal is not for it
	alive, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the janitor: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the janitor: %w", err)
	}
	return &janitor{cmd, alive}, nil
}

// dismiss ends the janitor once nothing is left for it.
func (j *janitor) dismiss() error {
	_, writeErr := io.WriteString(j.alive, "done\n")
	j.alive.Close()
	if err := j.cmd.Wait(); err != nil {
		return fmt.Errorf("janitor: %w", err)
	}
	return writeErr
}
