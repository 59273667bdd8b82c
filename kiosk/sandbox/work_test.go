package sandbox

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWorkNeverGoesBack follows a group that goes and comes again.
func TestWorkNeverGoesBack(t *testing.T) {
	root, w := t.TempDir(), &worker{}
	place := filepath.Join(root, "a")
	if err := os.Mkdir(place, 0o700); err != nil {
		t.Fatal(err)
	}
	stat := filepath.Join(place, "cpu.stat")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(stat, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := func(d time.Duration) {
		t.Helper()
		if got := w.add(root, []string{"/a", "/never"}); got != d {
			t.Errorf("%s, want %s", got, d)
		}
	}
	want(0)
	write("usage_usec 1000000\nuser_usec 5\n")
	want(time.Second)
	write("usage_usec 1500000\n")
	want(1500 * time.Millisecond)
	write("usage_usec 200000\n") // another unit of the same name
	want(1700 * time.Millisecond)
	if err := os.Remove(stat); err != nil {
		t.Fatal(err)
	}
	want(1700 * time.Millisecond)
	write("nonsense\n")
	want(1700 * time.Millisecond)
	write("usage_usec 300000\n")
	want(2 * time.Second)
}

// TestOwnSchedstat reads the kernel's own words.
func TestOwnSchedstat(t *testing.T) {
	b, err := os.ReadFile("/proc/self/schedstat")
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := schedstat(b); !ok || d <= 0 {
		t.Errorf("%s, %v from %q", d, ok, b)
	}
}
