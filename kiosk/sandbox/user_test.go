package sandbox

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestUserHeld tells a dynamic user from the file of one that was killed as it began.
func TestUserHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "61184")
	want := func(what string, held bool) {
		t.Helper()
		if got, err := userHeld(path); err != nil || got != held {
			t.Errorf("%s: held %t, %v", what, got, err)
		}
	}
	want("no file", false)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want("a file that nobody has locked", false)
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	want("a file that somebody has locked", true)
	if err := unix.Flock(int(file.Fd()), unix.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	want("the same, let go", false)
}

// TestLiveUserIsFound holds the search to systemd's own files: the user of a unit that runs is there, after it is not.
func TestLiveUserIsFound(t *testing.T) {
	u := startShell(t, newSandbox(t), Spec{}, "sleep 60")
	during := findings{}
	traces := u.traces()
	if err := findUser(traces, during); err != nil || len(during) == 0 {
		t.Errorf("while it runs: %v, %v", during, err)
	}
	if p := u.Wipe(t.Context()); !p.Clean {
		t.Errorf("after the wipe: %+v", p)
	}
	after := findings{}
	if err := findUser(traces, after); err != nil || len(after) != 0 {
		t.Errorf("after the wipe: %v, %v", after, err)
	}
}
