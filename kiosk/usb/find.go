package usb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Places are where the kernel shows its devices: /sys and /dev.
type Places struct{ Sys, Dev string }

// Machine is where they are.
func Machine() Places { return Places{Sys: "/sys", Dev: "/dev"} }

// Stick is a USB stick that is plugged in. Two are equal when it is the same
// one, plugged in once.
type Stick struct {
	// Name is the kernel's for its block device, as "sdb".
	Name string
	// Number is the device's, as "8:16".
	Number string
	// Sequence grows with each medium that the kernel meets since it booted.
	Sequence uint64
	// ReadOnly is true for one that says it cannot be written.
	ReadOnly bool
}

// busDirectory is how sysfs names a USB bus; a USB device lies below one.
var busDirectory = regexp.MustCompile(`/usb[0-9]+/`)

// Find returns the stick that was plugged in last, ok false when there is
// none: a whole block device that is removable, has a medium, is not mounted
// or held by another driver, and lies behind USB devices that were all let in.
func Find(p Places) (stick Stick, ok bool, err error) {
	names, err := os.ReadDir(filepath.Join(p.Sys, "block"))
	if errors.Is(err, fs.ErrNotExist) {
		return Stick{}, false, nil
	}
	if err != nil {
		return Stick{}, false, fmt.Errorf("list block devices: %w", err)
	}
	for _, n := range names {
		s, taken := look(p, n.Name())
		if taken && (!ok || s.Sequence > stick.Sequence) {
			stick, ok = s, true
		}
	}
	return stick, ok, nil
}

// look judges one block device. What vanishes meanwhile is none.
func look(p Places, name string) (Stick, bool) {
	dir, err := filepath.EvalSymlinks(filepath.Join(p.Sys, "block", name))
	if err != nil || !busDirectory.MatchString(dir+"/") {
		return Stick{}, false
	}
	if read(dir, "removable") != "1" || read(dir, "size") == "0" || read(dir, "size") == "" || held(dir) {
		return Stick{}, false
	}
	if !letIn(p, dir) {
		return Stick{}, false
	}
	sequence, err := strconv.ParseUint(read(dir, "diskseq"), 10, 64)
	if err != nil {
		return Stick{}, false
	}
	return Stick{Name: name, Number: read(dir, "dev"), Sequence: sequence, ReadOnly: read(dir, "ro") == "1"}, true
}

// letIn reports whether every USB device on the way is authorized, and that
// there is one.
func letIn(p Places, dir string) bool {
	met := false
	for ; len(dir) > len(p.Sys)+1; dir = filepath.Dir(dir) {
		// Buses and interfaces have the attribute too.
		switch read(dir, "authorized") {
		case "":
		case "1":
			met = true
		default:
			return false
		}
	}
	return met
}

// held reports whether something was put on the device or a part of it.
func held(dir string) bool {
	for _, pattern := range []string{"holders/*", "*/holders/*"} {
		if m, _ := filepath.Glob(filepath.Join(dir, pattern)); len(m) > 0 {
			return true
		}
	}
	return false
}

func read(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// Open opens a stick's raw bytes, to be read only. O_EXCL makes the kernel
// refuse a device that is mounted, and keeps it from being mounted while it is
// open.
func Open(p Places, s Stick) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(p.Dev, s.Name), os.O_RDONLY|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the stick: %w", err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		f.Close()
		return nil, fmt.Errorf("open the stick: %w", err)
	}
	number := fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	if st.Mode&unix.S_IFMT != unix.S_IFBLK || number != s.Number {
		f.Close()
		return nil, fmt.Errorf("open the stick: %s is not the block device %s", s.Name, s.Number)
	}
	return f, nil
}
