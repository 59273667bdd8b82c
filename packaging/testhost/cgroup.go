package testhost

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cgroupPrefix names the groups that this package makes, so that leftovers can be told.
const cgroupPrefix = "borne-testhost-"

// cgroup2Root finds where the machine mounts cgroup2: /sys/fs/cgroup, or beside version 1 on a hybrid machine.
func cgroup2Root() (string, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		mount, source, ok := strings.Cut(sc.Text(), " - ")
		fields := strings.Fields(mount)
		if ok && strings.HasPrefix(source, "cgroup2 ") && len(fields) > 4 {
			return fields[4], nil
		}
	}
	return "", errors.New("no cgroup2 is mounted (hint: mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified)")
}

// newCgroup makes a group straight under the root, a place that the machine's own systemd leaves alone. Controllers
// are offered where the machine can: on a hybrid machine most of them sit in version 1 and limits inside have no
// effect.
func newCgroup(id string) (string, error) {
	root, err := cgroup2Root()
	if err != nil {
		return "", err
	}
	for _, controller := range []string{"cpu", "memory", "pids", "io"} {
		_ = os.WriteFile(filepath.Join(root, "cgroup.subtree_control"), []byte("+"+controller), 0) // best effort, see above
	}
	dir := filepath.Join(root, cgroupPrefix+id)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a control group: %w", err)
	}
	return dir, nil
}

// removeCgroup kills whatever is in the group and removes it. A group that is not there is removed already.
func removeCgroup(dir string) error {
	deadline := time.Now().Add(5 * time.Second)
	for {
		err := os.WriteFile(filepath.Join(dir, "cgroup.kill"), []byte("1"), 0)
		if err == nil {
			err = rmdirTree(dir)
		}
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("remove control group: %w", err)
		}
		time.Sleep(5 * time.Millisecond) // the kernel says EBUSY until the dead are reaped, and tells nobody when
	}
}

// rmdirTree removes groups deepest first: the files in them cannot be removed and need not be.
func rmdirTree(dir string) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Reverse(dirs)
	for _, d := range dirs {
		if err := unix.Rmdir(d); err != nil {
			return &fs.PathError{Op: "rmdir", Path: d, Err: err}
		}
	}
	return nil
}
