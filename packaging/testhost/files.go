package testhost

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// ReadFile reads a file of the host. Symbolic links are followed as the host would.
func (h *Host) ReadFile(path string) ([]byte, error) {
	f, err := h.open(path, unix.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// WriteFile writes a file of the host with exactly this mode, owned by root, and makes the folders it needs (0755).
func (h *Host) WriteFile(path string, data []byte, mode fs.FileMode) error {
	f, err := h.create(path, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return closeAfter(f, err)
}

// CopyIn copies a file of the machine into the host, with its mode.
func (h *Host) CopyIn(source, path string) error {
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("copy %s into the host: not a regular file", source)
	}
	out, err := h.create(path, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return closeAfter(out, err)
}

func (h *Host) create(path string, mode fs.FileMode) (*os.File, error) {
	if err := h.makeDir(filepath.Dir(filepath.Clean("/" + path))); err != nil {
		return nil, err
	}
	f, err := h.open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC, mode)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(mode); err != nil {
		return nil, closeAfter(f, err)
	}
	return f, nil
}

// makeDir makes a folder of the host and its parents, unless it is there.
func (h *Host) makeDir(path string) error {
	dir, err := h.open(path, unix.O_DIRECTORY|unix.O_PATH, 0)
	if err == nil {
		return dir.Close()
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := h.makeDir(filepath.Dir(path)); err != nil {
		return err
	}
	parent, err := h.open(filepath.Dir(path), unix.O_DIRECTORY|unix.O_PATH, 0)
	if err != nil {
		return err
	}
	defer parent.Close()
	if err := unix.Mkdirat(int(parent.Fd()), filepath.Base(path), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return &fs.PathError{Op: "mkdir in host", Path: path, Err: err}
	}
	return nil
}

// open follows links as the host would: an absolute one must not lead into the machine's own files.
func (h *Host) open(path string, flags int, mode fs.FileMode) (*os.File, error) {
	fd, err := unix.Openat2(h.inside.fd(h.inside.root), filepath.Clean("/"+path), &unix.OpenHow{
		Flags: uint64(flags) | unix.O_CLOEXEC, Mode: uint64(mode.Perm()), Resolve: unix.RESOLVE_IN_ROOT,
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open in host", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// closeAfter keeps the first error.
func closeAfter(f *os.File, err error) error {
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
