package e2e_test

import (
	"errors"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/testhost"
)

// TestShellStaysUp takes the shell and its X server away from under a visit,
// and wants a borne that is ready again by itself, with both started anew.
func TestShellStaysUp(t *testing.T) {
	s := boot(t, testhost.Options{})
	s.installBorne()
	for _, tt := range []struct {
		name, signal, process string
		within                time.Duration
	}{
		{"shell that hangs", "STOP", "borne-shell", 55 * time.Second},
		{"X server that hangs", "STOP", "Xvnc", 55 * time.Second},
		// The browser may die of its display before the shell is missed; that
		// counts among its own failures, and the next one waits the longer.
		{"shell killed", "KILL", "borne-shell", time.Minute},
		{"X server killed", "KILL", "Xvnc", time.Minute},
	} {
		s.sub(tt.name, func(s *scene) {
			s.state(kiosk.Ready)
			// The unit allows its start five minutes; the shell itself asks for less.
			s.until("the shell's own watchdog", func() (bool, error) {
				limit := s.property("borne-display.service", "WatchdogUSec")
				return limit == "30s", errors.New("it is at " + limit)
			})
			s.must(s.call("StartSession", "string:fr"))
			s.state(kiosk.Choosing)
			before := map[string]string{"borne-shell": s.run("pidof", "borne-shell"), "Xvnc": s.run("pidof", "Xvnc")}
			start := time.Now()
			s.run("kill", "-"+tt.signal, before[tt.process])
			for process, old := range before {
				s.until("another "+process, func() (bool, error) {
					out, err := s.Host.Run(s.wait(), "pidof", process)
					if err != nil {
						return false, errors.New("it is gone")
					}
					return out != "" && out != old+"\n", errors.New("it is the same, or both are there: " + out)
				})
			}
			s.state(kiosk.Ready)
			took := time.Since(start)
			t.Logf("%s: ready after %.1f s", tt.name, took.Seconds())
			if took > tt.within {
				s.t.Errorf("ready after %v, want %v at most", took, tt.within)
			}
		})
	}
	// systemd hears of the shell's life from its main process, which is the shell.
	if main, shell := s.property("borne-display.service", "MainPID"), s.run("pidof", "borne-shell"); main != shell {
		t.Errorf("the unit's main process is %s, the shell %s", main, shell)
	}
}
