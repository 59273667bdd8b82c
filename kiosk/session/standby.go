package session

import (
	"time"

	"borne/kiosk"
)

// browserFailed ends the session of a browser that died; a standby browser is
// tried again, later each time, and puts the borne out of service when it
// keeps failing.
func (s State) browserFailed(m Moment, e BrowserFailed) (State, []Effect) {
	if e.Fault != Slow {
		if s.ReadyAt > 0 && m.Elapsed >= s.ReadyAt+steadyAfter {
			s.Faults = 0
		}
		s.Faults++
	}
	s.BrowserFault = e.Cause
	var effects []Effect
	if e.Fault == Hung {
		s, effects = s.counted(m, kiosk.CellDevice, kiosk.DeviceBrowserHung, 1)
	}
	if s.Phase.InSession() {
		s, more := s.end(m, kiosk.EndBrowser)
		return s, append(effects, more...)
	}
	s, more := s.wipe(m)
	s.RetryAt = m.Elapsed + min(retryLimit, browserRetry<<min(max(0, s.Faults-1), 10))
	return s, append(effects, more...)
}

// standbyDue is when the standby browser is due for something, 0 for never:
// its faults are forgotten once it has stayed up, and one that has waited for
// long is replaced.
func (s State) standbyDue() time.Duration {
	switch {
	case s.Browser != browserReady || s.Wiping:
		return 0
	case s.BrowserFault != "":
		return s.ReadyAt + steadyAfter
	case s.Phase == kiosk.Ready || s.Phase == kiosk.Closed:
		return s.ReadyAt + standbyLimit
	}
	return 0
}

// standby does what standbyDue waited for.
func (s State) standby(m Moment) (State, []Effect) {
	if s.BrowserFault != "" {
		s.Faults, s.BrowserFault = 0, ""
		return s.betweenVisitors(m)
	}
	return s.wipe(m)
}

// pageHung covers a page that does not answer with the screen of a site that
// does not; the visitor leaves it as that one, or it comes back by itself.
func (s State) pageHung(e PageHung) State {
	if e.Generation != s.Generation || s.Phase != kiosk.Visiting {
		return s
	}
	switch {
	case e.Hung && (s.Notice == kiosk.NoNotice || s.Notice == kiosk.Opening):
		s.Hanging, s.Notice = true, kiosk.Unreachable
	case !e.Hung && s.Hanging:
		s.Hanging = false
		if s.Notice == kiosk.Unreachable {
			s.Notice = s.plain()
		}
	}
	return s
}
