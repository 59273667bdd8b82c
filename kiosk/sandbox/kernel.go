package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// findIPC looks for System V shared memory, semaphores and queues: their files
// under /proc name the owner and the creator (sysvipc(7)).
func findIPC(t traces, f findings) error {
	for _, kind := range []string{"shm", "sem", "msg"} {
		b, err := os.ReadFile("/proc/sysvipc/" + kind)
		if errors.Is(err, os.ErrNotExist) {
			continue // a kernel without System V IPC has none
		}
		if err != nil {
			return err
		}
		owners, err := ipcOwners(string(b))
		if err != nil {
			return fmt.Errorf("read /proc/sysvipc/%s: %w", kind, err)
		}
		for _, ids := range owners {
			for _, id := range ids {
				if t.mine(id) {
					f.add("System V " + kind + " of the session")
					break
				}
			}
		}
	}
	return nil
}

// ipcOwners returns the ids of each line, by the names in the first one.
func ipcOwners(table string) ([][]uint32, error) {
	var columns []int
	var owners [][]uint32
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if columns == nil {
			for i, name := range fields {
				switch name {
				case "uid", "gid", "cuid", "cgid":
					columns = append(columns, i)
				}
			}
			if len(columns) != 4 {
				return nil, errors.New("the columns of owners are not there")
			}
			continue
		}
		var ids []uint32
		for _, c := range columns {
			if c >= len(fields) {
				return nil, errors.New("a line is too short")
			}
			id, err := strconv.ParseUint(fields[c], 10, 32)
			if err != nil {
				return nil, err
			}
			ids = append(ids, uint32(id))
		}
		owners = append(owners, ids)
	}
	return owners, nil
}

// findKeys looks for keys in the kernel's keyrings (proc(5), /proc/key-users).
// The list is the whole machine's, containers included: it tells something of
// a session only when its user is known. A session can make no key; its first
// one, systemd's, ends with its last process.
func findKeys(t traces, f findings) error {
	if len(t.cgroups) == 0 {
		return nil
	}
	b, err := os.ReadFile("/proc/key-users")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(b)) {
		uid, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		id, err := strconv.ParseUint(uid, 10, 32)
		if !ok || err != nil {
			return fmt.Errorf("read /proc/key-users: %q is not a user", uid)
		}
		// usage nkeys/nikeys qnkeys/maxkeys qnbytes/maxbytes
		fields := strings.Fields(rest)
		if t.mine(uint32(id)) && len(fields) > 1 && !strings.HasPrefix(fields[1], "0/") {
			f.add("kernel keyring of the session")
		}
	}
	return nil
}

// findMounts looks for a mount that the unit left, and for one that holds its
// network namespace.
func findMounts(t traces, f findings) error {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	namespace := fmt.Sprintf(" net:[%d] ", t.namespace)
	for line := range strings.Lines(string(b)) {
		if namesSession(line) {
			f.add("mount of the session")
		} else if t.namespace != 0 && strings.Contains(line, namespace) {
			f.add("mount that holds the session's network")
		}
	}
	return nil
}

// namesSession reports whether a text holds the name of a session's unit or
// user.
func namesSession(s string) bool {
	return strings.Contains(s, UnitName) || strings.Contains(s, ProxyUnitName) ||
		strings.Contains(s, ReaderUnitName) || strings.Contains(s, WriterUnitName) || strings.Contains(s, ConverterUnitName) ||
		strings.Contains(s, ScannerUnitName) || strings.Contains(s, userPrefix)
}

// findUnitFiles looks for what systemd keeps under the unit's or its user's
// name: the transient unit, its credentials, a private /tmp.
func findUnitFiles(_ traces, f findings) error {
	for _, dir := range []string{
		"/run/systemd/transient", "/run/credentials", "/run/systemd/units", "/tmp", "/var/tmp",
		"/var/lib/private", "/var/cache/private", "/var/lib/systemd/coredump",
	} {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if namesSession(e.Name()) {
				f.add("file of the session's unit under " + dir)
			}
		}
	}
	return nil
}

// findUser expects systemd to have given the session's user id back: it keeps
// a file per dynamic user, by number and by name.
func findUser(t traces, f findings) error {
	entries, err := os.ReadDir(dynamicUsers)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name, link := strings.CutPrefix(entry.Name(), "direct:")
		id := name
		if link && strings.HasPrefix(name, userPrefix) {
			if id, err = os.Readlink(filepath.Join(dynamicUsers, entry.Name())); gone(err) {
				continue
			} else if err != nil {
				return err
			}
		} else if n, err := strconv.ParseUint(name, 10, 32); err != nil || !t.mine(uint32(n)) {
			continue
		}
		held, err := userHeld(filepath.Join(dynamicUsers, id))
		if err != nil {
			return err
		}
		if held {
			f.add("dynamic user of the session")
		}
	}
	return nil
}

// dynamicUsers is where systemd keeps a file for each dynamic user, locked for
// as long as there is that user, with links from name to number and back.
const dynamicUsers = "/run/systemd/dynamic-uid"

// userHeld reports whether somebody has the user of that file. A process that
// was killed as it became one leaves its file behind, which nobody has locked:
// there is no such user, and systemd takes the number again (its
// core/dynamic-user.c). No search would ever find it gone.
func userHeld(path string) (bool, error) {
	file, err := os.Open(path)
	if gone(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close() // lets go of the lock as well
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
