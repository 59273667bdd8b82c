package sandbox

import "net"

// companion is a process that serves a session beside its browser, in a unit
// and as a user of its own. Unit.Wipe ends it, and proves it gone.
type companion struct {
	// Control is our end of its control socket. Unit.Wipe closes it.
	Control net.Conn

	process *process
}

// Gone is closed when the process has ended.
func (c *companion) Gone() <-chan struct{} { return c.process.gone }

// PID is the process.
func (c *companion) PID() int { return c.process.pid }

// UID is its user, one of systemd's dynamic range.
func (c *companion) UID() uint32 { return c.process.uid }
