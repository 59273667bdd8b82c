//go:build linux

package main

import (
	"syscall"
	"testing"
	"time"

	"borne/kiosk"
)

// TestVisitByKeyboard goes through a visit with the real shell, a real X
// server and a real bus, by keys alone.
func TestVisitByKeyboard(t *testing.T) {
	w := newWorld(t)
	process, wait := w.startShell()
	w.want("Hello 1280 800 100")
	w.focusOn(process.Pid)
	w.picture("1-ready")
	w.until("StartSession fr", "Tab", "Tab", "Tab", "Return") // past "Première fois ?" and "Affichage"
	w.picture("2-home")
	// Past "Première fois ?", "Chercher" and "Urgences", a tile; its checklist, its button.
	w.until("OpenService service-famille", "Tab", "Tab", "Tab", "Tab", "Return", "Tab", "Return")
	w.picture("3-page")
	w.publish(kiosk.Snapshot{State: kiosk.Visiting, Notice: kiosk.IdleWarning, Language: kiosk.French, Deadline: time.Now().Add(40 * time.Second)})
	w.picture("4-idle")
	w.until("Extend", "Return") // "Je continue" has the keyboard already
	if err := process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := wait(); code != 0 {
		t.Errorf("the shell ended with status %d after SIGTERM, want 0", code)
	}
	w.want("ShellGone")
}

func TestShellEndsWithTheBus(t *testing.T) {
	w := newWorld(t)
	_, wait := w.startShell()
	w.want("Hello 1280 800 100")
	w.daemon.Process.Kill()
	if code := wait(); code != 1 {
		t.Errorf("the shell ended with status %d after the bus died, want 1", code)
	}
}

func TestShellNeedsADisplay(t *testing.T) {
	w := newWorld(t)
	w.display = ":64998"
	_, wait := w.startShell()
	if code := wait(); code != 1 {
		t.Errorf("the shell ended with status %d without a display, want 1", code)
	}
}
