package usage

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"borne/kiosk"
)

// small mounts a real file system of 24 MiB, which ends with the test.
func small(t *testing.T, system string) string {
	t.Helper()
	dir := t.TempDir()
	source, options := "tmpfs", "size=24m"
	if system == "ext4" {
		image := filepath.Join(t.TempDir(), "disk")
		must(t, os.WriteFile(image, nil, 0o600))
		must(t, os.Truncate(image, 24<<20))
		tool := func(name string, args ...string) string {
			t.Helper()
			out, err := exec.Command(name, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v: %s", name, err, out)
			}
			return strings.TrimSpace(string(out))
		}
		tool("/sbin/mkfs.ext4", "-q", "-O", "^has_journal", image)
		source, options = tool("/sbin/losetup", "-f", "--show", image), ""
		t.Cleanup(func() { tool("/sbin/losetup", "-d", source) })
	}
	if err := syscall.Mount(source, dir, system, 0, options); err != nil {
		t.Fatalf("mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fill writes a file until nothing more fits, not a byte.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	must(t, err)
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestReserve: a disk that others filled to the last byte takes counters all
// the same, for a long time; the room is reserved again when there is plenty.
func TestReserve(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	for _, system := range []string{"tmpfs", "ext4"} {
		t.Run(system, func(t *testing.T) {
			dir, ctx, c := small(t, system), t.Context(), newClock()
			path := filepath.Join(dir, "usage.db")
			const reserved = 1 << 20
			l, err := Open(path, Options{Clock: c.read, ReserveBytes: reserved})
			must(t, err)
			defer func() { must(t, l.Close()) }()
			var st syscall.Stat_t
			must(t, syscall.Stat(path+".reserve", &st))
			if st.Blocks*512 < reserved {
				t.Fatalf("only %d bytes are held", st.Blocks*512)
			}
			must(t, l.Add(ctx, session(l, c)))
			others := filepath.Join(dir, "others")
			fill(t, others)
			// A month of visits, closed as borned does.
			for i := range 300 {
				if err := l.Add(ctx, visit(l, c, fmt.Sprintf("service-%d", i%40)), session(l, c)); err != nil {
					t.Fatalf("visit %d: %v", i, err)
				}
				if i%10 == 9 {
					must(t, l.CloseAll(ctx))
				}
			}
			if got := totals(t, l)[session(l, c)]; got != 301 {
				t.Errorf("%d sessions, want 301", got)
			}
			if f := l.Health(); f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, "no room is reserved") {
				t.Errorf("health %+v", f)
			}
			// A start on the full disk changes nothing.
			must(t, l.Close())
			l, err = Open(path, Options{Clock: c.read, ReserveBytes: reserved})
			must(t, err)
			must(t, l.Add(ctx, session(l, c)))
			must(t, os.Remove(others))
			must(t, l.Add(ctx, session(l, c)))
			if f := l.Health(); f.Level != kiosk.LevelOK {
				t.Errorf("with room again: health %+v", f)
			}
			if _, err := os.Stat(path + ".reserve"); err != nil {
				t.Error("the room is not reserved again")
			}
		})
	}
}
