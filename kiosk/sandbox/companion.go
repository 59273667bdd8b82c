package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
)

// companion is a process that works for us in a unit and as a user of its own:
// beside a session's browser, whose Unit.Wipe ends it and proves it gone, or
// for no session (Script).
type companion struct {
	// Control is our end of its control socket. Who ends the process closes it.
	Control net.Conn

	process *process
}

// Gone is closed when the process has ended.
func (c *companion) Gone() <-chan struct{} { return c.process.gone }

// PID is the process.
func (c *companion) PID() int { return c.process.pid }

// UID is its user, one of systemd's dynamic range.
func (c *companion) UID() uint32 { return c.process.uid }

// launchCompanion starts a unit with its end of a new control socket.
func (s *Sandbox) launchCompanion(ctx context.Context, name string, properties func(control *os.File) []property) (*companion, error) {
	ours, theirs, err := controlSocket()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	p, err := s.launch(ctx, name, properties(theirs))
	if err != nil {
		ours.Close()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &companion{ours, p}, nil
}

// replace starts a companion of the running session, in place of the last of
// that name, which is ended.
func (u *Unit) replace(ctx context.Context, name string, start func(context.Context) (*companion, error)) (*companion, error) {
	s := u.sandbox
	release, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if s.current != u || u.wiped {
		return nil, errors.New("the session is over")
	}
	if last := u.companion(name); last != nil {
		last.Control.Close()
		if err := last.process.end(ctx); err != nil {
			return nil, err
		}
	}
	c, err := start(ctx)
	if err != nil {
		return nil, err
	}
	u.companions = append(u.companions, c)
	return c, nil
}

// companion is the last of that name, nil without one.
func (u *Unit) companion(name string) *companion {
	for _, c := range slices.Backward(u.companions) {
		if c.process.name == name {
			return c
		}
	}
	return nil
}
