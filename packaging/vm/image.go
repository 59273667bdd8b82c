package vm

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"borne/packaging/demo/authority"
	"borne/packaging/testhost"
)

//go:embed image.sh
var imageScript string

const (
	// diskMegabytes is the disk's size: twice what is installed. The file is sparse.
	diskMegabytes = 6144
	// imagesKept bounds the cache: each content of the packages has an image of its own, 2 GB large.
	imagesKept = 3
)

// BuildOptions says what to install. Debs or Bare is required.
type BuildOptions struct {
	// Debs are the packages to install, with all that they need already in the test host's list.
	Debs []string
	// Bare makes what a borne is compared with: the same Debian without it, which starts an X server and Chromium on an
	// empty local page. Debs are not installed then.
	Bare bool
	// CacheDir keeps images. Default: $XDG_CACHE_HOME/borne/vm if that variable is set, else /var/cache/borne/vm.
	CacheDir string
	// Log receives progress. Nil discards it.
	Log *slog.Logger
}

// Image is a disk with a borne installed, enrolled and configured, that was never started; or with its peer.
type Image struct {
	// Dir holds the files; treat it as read-only.
	Dir string
	// Authority signs the sites' certificates; the image trusts it.
	Authority *authority.Authority

	lock *os.File // shared, so that it is not pruned
}

// Release says that the image is not used any more. Machines that run keep their own hold of it.
func (i *Image) Release() error { return i.lock.Close() }

func (i *Image) disk() string   { return filepath.Join(i.Dir, "disk.img") }
func (i *Image) kernel() string { return filepath.Join(i.Dir, "vmlinuz") }
func (i *Image) initrd() string { return filepath.Join(i.Dir, "initrd.img") }

func (o BuildOptions) withDefaults() (BuildOptions, error) {
	if o.Bare {
		o.Debs = nil
	} else if len(o.Debs) == 0 {
		return o, errors.New("no package to install (hint: make deb)")
	}
	if o.CacheDir == "" {
		base := os.Getenv("XDG_CACHE_HOME")
		if base == "" {
			base = "/var/cache"
		}
		o.CacheDir = filepath.Join(base, "borne", "vm")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	o.CacheDir, err = filepath.Abs(o.CacheDir)
	return o, err
}

// Build returns the image for these packages, from the cache if they are the same to the byte. The first build takes a
// minute and the network, for Debian's packages; one with other packages of ours takes half a minute and no network.
// Root is needed.
func Build(ctx context.Context, o BuildOptions) (*Image, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("build virtual machine: %w", err)
	}
	if os.Geteuid() != 0 {
		return nil, fmt.Errorf("build virtual machine: %w (hint: run as root, it mounts a root file system)", os.ErrPermission)
	}
	image, err := o.build(ctx)
	if err != nil {
		return nil, fmt.Errorf("build virtual machine: %w", err)
	}
	return image, nil
}

func (o BuildOptions) build(ctx context.Context) (*Image, error) {
	root, err := testhost.Root(ctx, testhost.Options{Packages: packages(), Log: o.Log})
	if err != nil {
		return nil, err
	}
	ca, err := authority.Open(filepath.Join(o.CacheDir, "authority"), time.Now)
	if err != nil {
		return nil, err
	}
	key, err := o.key(root, ca)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(o.CacheDir, "images", key)
	lock, err := hold(ctx, dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		o.prune(key)
		if err := o.make(ctx, root, ca, dir); err != nil {
			return nil, errors.Join(err, lock.Close())
		}
	}
	now := time.Now()
	if err := errors.Join(os.Chtimes(dir, now, now), unix.Flock(int(lock.Fd()), unix.LOCK_SH)); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &Image{Dir: dir, Authority: ca, lock: lock}, nil
}

// hold takes the lock of an image: shared where it is there already, since others may run it, else exclusive, to make it.
func hold(ctx context.Context, dir string) (*os.File, error) {
	for {
		if lock, err := shareLock(dir + ".lock"); err == nil {
			if _, err := os.Stat(dir); err == nil {
				return lock, nil
			}
			if err := lock.Close(); err != nil {
				return nil, err
			}
		}
		lock, err := tryLock(dir + ".lock")
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return lock, err
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
}

// key changes with anything that changes what is built.
func (o BuildOptions) key(root string, ca *authority.Authority) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, root, diskMegabytes, imageScript, layerVersion, o.Bare)
	if o.Bare {
		fmt.Fprint(h, bareUnit, barePage)
	}
	h.Write(ca.CertificatePEM())
	debs := slices.Clone(o.Debs)
	slices.Sort(debs)
	for _, deb := range debs {
		f, err := os.Open(deb)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(h, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// make builds aside and renames, so that a folder that is there is whole.
func (o BuildOptions) make(ctx context.Context, root string, ca *authority.Authority, dir string) (err error) {
	started := time.Now()
	o.Log.Info("building the disk of a virtual machine", "path", dir)
	work := dir + ".tmp"
	if err := os.RemoveAll(work); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	layer := filepath.Join(work, "layer")
	if err := os.MkdirAll(layer, 0o755); err != nil {
		return err
	}
	if o.Bare {
		err = writeBareLayer(layer)
	} else {
		err = writeLayer(layer, ca.CertificatePEM(), time.Now())
	}
	if err != nil {
		return err
	}
	args := []string{"--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc", "sh", "-c", imageScript, "image.sh",
		root, work, strconv.Itoa(diskMegabytes)}
	for _, deb := range o.Debs {
		deb, err := filepath.Abs(deb)
		if err != nil {
			return err
		}
		args = append(args, deb)
	}
	cmd := exec.CommandContext(ctx, "unshare", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := output(cmd)
	if err != nil {
		return fmt.Errorf("make the disk: %w\n%s", err, tail(out, 3000))
	}
	for _, scratch := range []string{"layer", "upper", "over", "merged"} {
		if err := os.RemoveAll(filepath.Join(work, scratch)); err != nil {
			return err
		}
	}
	if err := os.Rename(work, dir); err != nil {
		return err
	}
	o.Log.Info("disk built", "path", dir, "took", time.Since(started).Round(time.Second))
	return nil
}

// prune removes the images that were used least lately and that no machine holds.
func (o BuildOptions) prune(except string) {
	images := filepath.Join(o.CacheDir, "images")
	entries, err := os.ReadDir(images)
	if err != nil {
		return
	}
	type image struct {
		name string
		used time.Time
	}
	var found []image
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.IsDir() && e.Name() != except+".tmp" {
			found = append(found, image{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(found, func(a, b image) int { return b.used.Compare(a.used) })
	for _, old := range found[min(imagesKept-1, len(found)):] {
		lock, err := tryLock(filepath.Join(images, old.name+".lock"))
		if err != nil {
			continue // in use
		}
		if err := errors.Join(os.RemoveAll(filepath.Join(images, old.name)), lock.Close()); err != nil {
			o.Log.Warn("an old image stays", "error", err)
		}
	}
}

func tail(s []byte, n int) []byte { return s[max(0, len(s)-n):] }
