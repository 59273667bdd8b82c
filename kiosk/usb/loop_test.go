package usb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// loop makes a block device of the kernel over an image; the places where it
// is found have a /dev of the test's own.
func loop(t *testing.T, image string, options ...string) (Places, Stick) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not root: a loop device needs it")
	}
	out, err := exec.Command("/usr/sbin/losetup", append(options, "--find", "--show", image)...).CombinedOutput()
	if err != nil {
		t.Fatalf("losetup: %v: %s", err, out)
	}
	device := strings.TrimSpace(string(out))
	t.Cleanup(func() {
		if out, err := exec.Command("/usr/sbin/losetup", "--detach", device).CombinedOutput(); err != nil {
			t.Errorf("losetup --detach %s: %v: %s", device, err, out)
		}
	})
	var st unix.Stat_t
	if err := unix.Stat(device, &st); err != nil {
		t.Fatal(err)
	}
	return Places{Dev: filepath.Dir(device)},
		Stick{Name: filepath.Base(device), Number: fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))}
}

// imageIn writes a stick's image into a folder, without room for its zeros.
func imageIn(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "stick.img")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 40<<20); err != nil {
		t.Fatal(err)
	}
	run(t, "/usr/sbin/mkfs.vfat", "-s", "8", name)
	return name
}

// again opens what a device is, to be written: systemd does so for the writer.
func again(t *testing.T, device *os.File) *os.File {
	t.Helper()
	f, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", device.Fd()), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestSaveOnBlockDevice writes through the kernel's own block devices: whole on
// a good one, and with the right word for one that refuses and for one that
// stops in the middle.
func TestSaveOnBlockDevice(t *testing.T) {
	content := bytes.Repeat([]byte("%PDF-1.7\n"), 200_000)
	image := imageIn(t, t.TempDir())
	places, stick := loop(t, image)
	device, err := OpenToSave(places, stick)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	if second, err := OpenToSave(places, stick); !errors.Is(err, syscall.EBUSY) {
		t.Errorf("opened by two: %v, %v", second, err)
	}
	size, err := device.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	if kept, _, err := both(t, again(t, device), size, "Avis.pdf", content, int64(len(content))); err != nil || kept != "Avis.pdf" {
		t.Fatalf("%q, %v", kept, err)
	}
	run(t, "/usr/sbin/fsck.vfat", "-n", image)
	out := filepath.Join(t.TempDir(), "out.pdf")
	run(t, "/usr/bin/mcopy", "-i", image, "::/Avis.pdf", out)
	if b, err := os.ReadFile(out); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes on the stick, %v", len(b), err)
	}

	places, stick = loop(t, imageIn(t, t.TempDir()), "--read-only")
	locked, err := OpenToSave(places, stick) // loop devices let it be opened, and refuse then
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Close()
	if kept, _, err := both(t, again(t, locked), size, "Avis.pdf", content, int64(len(content))); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a stick with a switch: %q, %v", kept, err)
	}
	stick.ReadOnly = true
	if device, err := OpenToSave(places, stick); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a stick that says so: %v, %v", device, err)
	}
}

// TestSaveOnDyingDevice: the device takes nothing any more.
func TestSaveOnDyingDevice(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not root: a file system that is full needs it")
	}
	small := t.TempDir()
	if err := unix.Mount("tmpfs", small, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(small, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	image := imageIn(t, small)
	rest, err := os.Create(filepath.Join(small, "rest"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil { // no room is left for the stick's image to grow
		_, err = rest.Write(make([]byte, 4096))
	}
	rest.Close()
	places, stick := loop(t, image)
	device, err := OpenToSave(places, stick)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	content := bytes.Repeat([]byte("%PDF-1.7\n"), 10_000)
	if kept, _, err := both(t, again(t, device), 40<<20, "Avis.pdf", content, int64(len(content))); !errors.Is(err, ErrGone) {
		t.Errorf("%q, %v", kept, err)
	}
}
