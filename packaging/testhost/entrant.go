package testhost

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// An entrant is an nsenter process outside that waits for its command inside. Two things follow from its standing
// outside. When it dies first, its command's remains wait for the machine's own PID 1, which in a container may never
// reap them, and the host cannot end before they are gone: so the command is killed, and the entrant left to reap it.
// And when the host powers off, systemd stops every process for a moment; an entrant that sees its command stopped stops
// itself too, and has to be woken.

// endEntrant kills the command of an entrant, and so ends the entrant.
func endEntrant(pid int) error {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "task", strconv.Itoa(pid), "children"))
	commands := strings.Fields(string(text))
	if len(commands) == 0 {
		return unix.Kill(pid, unix.SIGKILL) // before its fork, or on a kernel that does not tell: the parent-death signal does it
	}
	for _, c := range commands {
		if child, err := strconv.Atoi(c); err == nil {
			_ = unix.Kill(child, unix.SIGKILL) // it may have ended meanwhile
		}
	}
	return unix.Kill(pid, unix.SIGCONT)
}

// endEntrants ends every entrant of the host, those of a person's terminal too.
func (h *Host) endEntrants() {
	if h.inside == nil {
		return
	}
	inside, err := os.Readlink(h.inside.path(h.inside.namespaces["pid"]))
	if err != nil {
		return
	}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, proc := range processes {
		own, _ := os.Readlink(filepath.Join(proc, "ns/pid"))
		children, _ := os.Readlink(filepath.Join(proc, "ns/pid_for_children"))
		if pid, err := strconv.Atoi(filepath.Base(proc)); err == nil && children == inside && own != "" && own != inside {
			_ = endEntrant(pid) // it may have ended meanwhile
		}
	}
}
