package testhost

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

//go:embed customize.sh
var customizeScript string

// unusedRootLifetime is how long a root file system that nobody boots stays in the cache.
const unusedRootLifetime = 14 * 24 * time.Hour

// Root returns the folder of a root file system for the options, building it first if the cache does not hold it
// (about two minutes and 1.2 GB for the default list; the network and the mmdebstrap command are needed). It is built
// aside and renamed, so a folder that is there is whole. Treat it as read-only.
func Root(ctx context.Context, o Options) (string, error) {
	dir, lock, err := lockedRoot(ctx, o)
	lock.release()
	return dir, err
}

// lockedRoot also returns a shared lock that keeps the folder from being pruned while it is in use.
func lockedRoot(ctx context.Context, o Options) (string, *fileLock, error) {
	o, err := o.withDefaults()
	if err != nil {
		return "", nil, err
	}
	if os.Geteuid() != 0 {
		return "", nil, fmt.Errorf("test host: %w (hint: run as root, it makes namespaces and mounts)", os.ErrPermission)
	}
	roots := filepath.Join(o.CacheDir, "roots")
	name := o.Suite + "-" + o.rootKey()
	dir, lockPath := filepath.Join(roots, name), filepath.Join(roots, name+".lock")

	lock, err := waitLock(ctx, lockPath, unix.LOCK_SH, func() {
		o.Log.Info("waiting for another process that builds the same root file system", "path", dir)
	})
	if err != nil {
		return "", nil, fmt.Errorf("test host: %w", err)
	}
	if isDir(dir) {
		touch(dir)
		return dir, lock, nil
	}
	lock.release()

	lock, err = waitLock(ctx, lockPath, unix.LOCK_EX, nil)
	if err != nil {
		return "", nil, fmt.Errorf("test host: %w", err)
	}
	if !isDir(dir) { // another process may have built it between the two locks
		pruneRoots(o, roots)
		if err := buildRoot(ctx, o, dir); err != nil {
			lock.release()
			return "", nil, fmt.Errorf("test host: build root file system: %w", err)
		}
	}
	touch(dir)
	if err := lock.try(unix.LOCK_SH); err != nil {
		lock.release()
		return "", nil, fmt.Errorf("test host: %w", err)
	}
	return dir, lock, nil
}

// rootKey changes with anything that changes what is built.
func (o Options) rootKey() string {
	h := sha256.New()
	fmt.Fprintln(h, o.Suite)
	fmt.Fprintln(h, strings.Join(buildArguments(o, "ROOT", "HOOK"), "\n"))
	io.WriteString(h, customizeScript)
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// buildArguments name no archive: mmdebstrap knows Debian's, and adds its security updates.
func buildArguments(o Options, dir, hook string) []string {
	return []string{
		"--variant=apt", "--include=" + strings.Join(o.Packages, ","),
		"--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/info/*",
		"--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=path-exclude=/usr/share/doc/*",
		"--dpkgopt=path-include=/usr/share/doc/*/copyright",
		"--customize-hook=" + hook, o.Suite, dir,
	}
}

func buildRoot(ctx context.Context, o Options, dir string) error {
	mmdebstrap, err := exec.LookPath("mmdebstrap")
	if err != nil {
		return fmt.Errorf("%w (hint: apt install mmdebstrap debian-archive-keyring)", err)
	}
	hook := dir + ".hook"
	if err := os.WriteFile(hook, []byte(customizeScript), 0o755); err != nil {
		return err
	}
	defer os.Remove(hook)
	tmp := dir + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}

	started := time.Now()
	o.Log.Info("building a root file system, once", "suite", o.Suite, "packages", len(o.Packages), "path", dir)
	// Its own mount and pid namespaces: however the build ends, no mount and no process of it stays.
	// Its own folder for scratch files, which mmdebstrap leaves behind when it is cut.
	scratch := dir + ".scratch"
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	args := append([]string{"--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "env", "TMPDIR=" + scratch, mmdebstrap},
		buildArguments(o, tmp, hook)...)
	tail, err := runLogged(ctx, o, "unshare", args...)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // "signal: killed" is only how it shows
		}
		if rmErr := os.RemoveAll(tmp); rmErr != nil {
			o.Log.Warn("an unfinished root file system stays", "path", tmp, "error", rmErr)
		}
		return fmt.Errorf("mmdebstrap: %w\n%s", err, tail)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return err
	}
	o.Log.Info("root file system built", "path", dir, "took", time.Since(started).Round(time.Second))
	return nil
}

// runLogged runs a command, logs each line it says, and returns the last ones for an error's text.
func runLogged(ctx context.Context, o Options, name string, args ...string) (tail string, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = w, w
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	child, err := startOnOwnThread(cmd)
	w.Close()
	if err != nil {
		return "", err
	}
	var last []string
	for sc := bufio.NewScanner(r); sc.Scan(); {
		last = append(last, sc.Text())
		if len(last) > 30 {
			last = last[1:]
		}
		if line, ok := strings.CutPrefix(sc.Text(), "I: "); ok {
			o.Log.Info("mmdebstrap: " + line)
		}
	}
	return strings.Join(last, "\n"), child.wait()
}

// pruneRoots removes what nobody has booted for a while and no process holds.
func pruneRoots(o Options, roots string) {
	entries, err := os.ReadDir(roots)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || time.Since(info.ModTime()) < unusedRootLifetime {
			continue
		}
		name := strings.TrimSuffix(e.Name(), ".tmp")
		lock, err := tryLock(filepath.Join(roots, name+".lock"), unix.LOCK_EX)
		if err != nil {
			continue
		}
		o.Log.Info("removing an unused root file system", "path", filepath.Join(roots, e.Name()))
		if err := os.RemoveAll(filepath.Join(roots, e.Name())); err != nil {
			o.Log.Warn("an unused root file system stays", "error", err)
		}
		lock.release()
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// touch marks a root as used; a failure only makes it look older.
func touch(dir string) {
	now := time.Now()
	if err := os.Chtimes(dir, now, now); err != nil && !errors.Is(err, os.ErrNotExist) {
		return
	}
}
