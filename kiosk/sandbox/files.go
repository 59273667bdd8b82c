package sandbox

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// searched lists the folders that are walked whole. In all of them nothing may
// belong to a session; in those marked, nothing may be new either, save what
// known.go explains.
var searched = []struct {
	dir   string
	fresh bool
}{
	{"/tmp", true},
	{"/var/tmp", true},
	{"/dev/shm", true},
	{"/dev/mqueue", true},
	{"/run", true},
	{"/var/lib/private", false},
	{"/var/cache/private", false},
	{"/var/log/private", false},
	{"/var/lib/systemd/coredump", false},
	{"/var/crash", false},
	{"/var/spool/cups", false},
	{"/var/mail", false},
}

// baseline holds the path of every file that was there before a session.
type baseline map[string]struct{}

func takeBaseline() (baseline, error) {
	b := make(baseline, 1024)
	for _, s := range searched {
		if !s.fresh {
			continue
		}
		err := walk(s.dir, func(path string, _ fs.FileInfo) { b[path] = struct{}{} })
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

func findFiles(t traces, f findings) error {
	for _, s := range searched {
		err := walk(s.dir, func(path string, info fs.FileInfo) {
			st := info.Sys().(*syscall.Stat_t)
			if t.mine(st.Uid) || t.mine(st.Gid) {
				f.add("file of the session under " + s.dir)
				return
			}
			if t.before == nil || !s.fresh {
				return
			}
			if _, old := t.before[path]; !old && !known(path) {
				f.add("new file under " + s.dir)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// walk visits everything under dir, but dir itself, without following links.
// What vanishes on the way is not there.
func walk(dir string, visit func(path string, info fs.FileInfo)) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if gone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if path == dir {
			return nil
		}
		if d.IsDir() && foreign(path) {
			return fs.SkipDir
		}
		info, err := d.Info()
		if gone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		visit(path, info)
		return nil
	})
}

// foreign is a file system that a desktop user's programs serve from memory
// and that not even root may read (fuse(8), without allow_other). A session
// cannot write to another user's folder.
func foreign(path string) bool {
	for _, pattern := range []string{"/run/user/*/doc", "/run/user/*/gvfs"} {
		if ok, _ := filepath.Match(pattern, path); ok {
			_, err := os.ReadDir(path)
			return os.IsPermission(err)
		}
	}
	return false
}
