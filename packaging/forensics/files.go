package forensics

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// onDisk and inMemory are the kinds of file systems that hold files of their own; the others are windows on the kernel.
var (
	onDisk   = []string{"ext4", "ext3", "ext2", "xfs", "btrfs", "overlay", "vfat"}
	inMemory = []string{"tmpfs", "ramfs", "devtmpfs", "mqueue"}
)

// trees walks every file system that any process sees, once.
func (s Scene) trees(pids []int, tell func(string, []byte)) error {
	namespaces := map[string]bool{}
	walked := map[string]bool{}
	var faults []error
	for _, pid := range pids {
		ns, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", pid))
		if err != nil || namespaces[ns] {
			continue // gone, or seen
		}
		namespaces[ns] = true
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", pid))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			// id parent major:minor root point options… - type source options
			fields := strings.Fields(line)
			dash := slices.Index(fields, "-")
			if dash < 0 || len(fields) < dash+2 {
				return fmt.Errorf("read the mounts of a process: %q", line)
			}
			kind, point := fields[dash+1], fields[4]
			memory := slices.Contains(inMemory, kind)
			if !memory && !slices.Contains(onDisk, kind) || walked[fields[2]+fields[3]] || walked[fields[2]+"/"] {
				continue
			}
			walked[fields[2]+fields[3]] = true
			since := s.Since
			if memory {
				since = time.Time{}
			}
			root := filepath.Join("/proc", strconv.Itoa(pid), "root")
			if err := s.walk(root, unescaped(point), since, tell); err != nil && !gone(err) {
				faults = append(faults, err)
			}
		}
	}
	return errors.Join(faults...)
}

// unescaped reads the octal of /proc/PID/mountinfo.
func unescaped(s string) string {
	for _, c := range []struct{ from, to string }{{`\040`, " "}, {`\011`, "\t"}, {`\012`, "\n"}, {`\134`, `\`}} {
		s = strings.ReplaceAll(s, c.from, c.to)
	}
	return s
}

// walk reads the files of one file system that changed, with their names, link targets and attributes.
func (s Scene) walk(root, point string, since time.Time, tell func(string, []byte)) error {
	top := filepath.Join(root, point)
	var first syscall.Stat_t
	if err := syscall.Lstat(top, &first); err != nil {
		return &fs.PathError{Op: "lstat", Path: top, Err: err}
	}
	if first.Mode&syscall.S_IFMT != syscall.S_IFDIR {
		return s.file(top, point, &first, since, tell)
	}
	return filepath.WalkDir(top+"/", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if gone(err) {
				return nil
			}
			return err
		}
		inside := strings.TrimPrefix(path, root)
		var st syscall.Stat_t
		if syscall.Lstat(path, &st) != nil {
			return nil // gone meanwhile
		}
		if d.IsDir() {
			if st.Dev != first.Dev || slices.Contains(s.Apart, filepath.Clean(inside)) {
				return fs.SkipDir
			}
		}
		return s.file(path, inside, &st, since, tell)
	})
}

func (s Scene) file(path, inside string, st *syscall.Stat_t, since time.Time, tell func(string, []byte)) error {
	if slices.Contains(s.Apart, filepath.Clean(inside)) {
		return nil
	}
	if !since.IsZero() && time.Unix(st.Ctim.Unix()).Before(since) {
		return nil
	}
	where := "file " + inside
	tell("name of a file in "+filepath.Dir(inside), []byte(filepath.Base(inside)))
	for _, a := range attributes(path) {
		tell("attribute of "+where, a)
	}
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFLNK:
		if to, err := os.Readlink(path); err == nil {
			tell("target of "+where, []byte(to))
		}
	case syscall.S_IFREG:
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NOATIME, 0)
		if gone(err) {
			return nil
		}
		if err != nil {
			return &fs.PathError{Op: "open", Path: inside, Err: err}
		}
		return stream(os.NewFile(uintptr(fd), inside), func(b []byte) { tell(where, b) })
	}
	return nil
}

// attributes are the values of extended attributes: a browser may note there where a file came from.
func attributes(path string) [][]byte {
	list := make([]byte, 4096)
	n, err := unix.Llistxattr(path, list)
	if err != nil {
		return nil
	}
	var all [][]byte
	for _, key := range strings.Split(strings.TrimRight(string(list[:n]), "\x00"), "\x00") {
		value := make([]byte, 4096)
		if n, err := unix.Lgetxattr(path, key, value); err == nil {
			all = append(all, value[:n])
		}
	}
	return all
}

// stream hands on what a file holds, in pieces that overlap, and closes it. Holes are left out.
func stream(f *os.File, tell func([]byte)) error {
	defer f.Close()
	buffer := make([]byte, chunk+reach)
	for at := int64(0); ; {
		data, err := unix.Seek(int(f.Fd()), at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return nil
		}
		if err == nil {
			at = data
		}
		n, err := f.ReadAt(buffer, at)
		if n > 0 {
			tell(buffer[:n])
		}
		if errors.Is(err, io.EOF) || n == 0 && err == nil {
			return nil
		}
		if err != nil {
			return err
		}
		at += chunk
	}
}

// openFiles reads what has no name any more but is still open, and memory that has the form of a file.
func openFiles(pid int, shared *once, tell func(string, []byte)) error {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		to, err := os.Readlink(path)
		if err != nil || !strings.HasPrefix(to, "/") || !strings.HasSuffix(to, " (deleted)") {
			continue
		}
		var st syscall.Stat_t
		if syscall.Stat(path, &st) != nil || st.Mode&syscall.S_IFMT != syscall.S_IFREG || !shared.first(st.Dev, st.Ino) {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			if gone(err) || errors.Is(err, unix.EACCES) { // a descriptor of another user's, sealed: its pages are memory of the process
				continue
			}
			return err
		}
		if err := stream(f, func(b []byte) { tell("deleted file of "+name(pid), b) }); err != nil {
			return err
		}
	}
	return nil
}
