package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// systemd's range of dynamic users (systemd.exec, DynamicUser=).
const (
	dynamicUIDMin = 61184
	dynamicUIDMax = 65519
)

const cgroupRoot = "/sys/fs/cgroup"

// findProcesses looks at every process for a session's user, and for its
// network namespace, which a process of another user could have been given.
func findProcesses(t traces, f findings) error {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		dir := "/proc/" + e.Name()
		status, err := os.ReadFile(dir + "/status")
		if gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		ids, err := userIDs(status)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if t.mine(id) {
				f.add("process of the session")
				break
			}
		}
		if t.namespace == 0 {
			continue
		}
		var st unix.Stat_t
		if err := unix.Stat(dir+"/ns/net", &st); err == nil && st.Ino == t.namespace {
			f.add("process in the session's network")
		} else if err != nil && !gone(err) {
			return &fs.PathError{Op: "stat", Path: dir + "/ns/net", Err: err}
		}
	}
	return nil
}

func gone(err error) bool { return errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH) }

// userIDs returns the ids of the lines Uid and Gid of /proc/PID/status. The
// owner of /proc/PID would not do: Chromium's sandboxed processes belong to
// root there (proc(5), "dumpable").
func userIDs(status []byte) ([]uint32, error) {
	var ids []uint32
	for line := range bytes.Lines(status) {
		name, rest, _ := bytes.Cut(line, []byte(":"))
		if s := string(name); s != "Uid" && s != "Gid" {
			continue
		}
		for _, field := range bytes.Fields(rest) {
			id, err := strconv.ParseUint(string(field), 10, 32)
			if err != nil {
				return nil, fmt.Errorf("read a process's ids: %w", err)
			}
			ids = append(ids, uint32(id))
		}
	}
	if len(ids) < 8 { // four of each
		return nil, errors.New("read a process's ids: there are none")
	}
	return ids, nil
}

// findCgroup expects the session's control groups to be gone.
func findCgroup(t traces, f findings) error {
	for _, cgroup := range t.cgroups {
		err := filepath.WalkDir(cgroupRoot+cgroup, func(path string, d fs.DirEntry, err error) error {
			if gone(err) {
				return nil
			}
			if err == nil && d.IsDir() {
				f.add("control group of the session")
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func inCgroup(pid int, cgroup string) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(b)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			return path == cgroup || strings.HasPrefix(path, cgroup+"/")
		}
	}
	return false
}
