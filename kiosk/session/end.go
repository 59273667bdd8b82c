package session

import (
	"strings"

	"borne/kiosk"
)

// end closes the session: nothing is shown to anybody before the wipe is
// proved.
func (s State) end(m Moment, r kiosk.EndReason) (State, []Effect) {
	s = s.visited(m)
	if s.Help == kiosk.HelpCalled {
		s = s.tallied(kiosk.CellHelp, orNone(s.HelpFor), kiosk.NotAnswered)
	}
	s.Phase, s.Notice, s.Help, s.Picking = kiosk.Ending, kiosk.NoNotice, kiosk.NoHelp, false
	s.EndReason, s.EndedAt = r, m.Elapsed
	if s.QuestionsUntil = 0; asks(r) {
		s.QuestionsUntil = m.Elapsed + questionsFor
	}
	return s.wipe(m)
}

// wipe asks for the wipe, once.
func (s State) wipe(m Moment) (State, []Effect) {
	s.Browser, s.ReadyAt, s.Hanging, s.Proved, s.RetryAt = noBrowser, 0, false, false, 0
	if s.Phase == kiosk.Ready {
		s.Phase = kiosk.Starting
	}
	if s.Wiping {
		return s, nil
	}
	s.Wiping = true
	return s, []Effect{Wipe{}}
}

// wiped counts the session and lets the next visitor in, or takes the borne
// out of service.
func (s State) wiped(m Moment, p kiosk.Proof) (State, []Effect) {
	if !s.Wiping {
		return s, nil
	}
	s.Wiping, s.Browser, s.ReadyAt = false, noBrowser, 0
	switch {
	case !p.Clean:
		s = s.tallied(kiosk.CellDevice, kiosk.DeviceWipeFault, kiosk.None)
	case s.HadSession:
		s = s.tallied(kiosk.CellDevice, kiosk.DeviceWipeClean, kiosk.None)
	}
	s, effects := s.forget(m)
	if s.maintained() { // the screen stays; leaving it wipes again
		if s.Proved = p.Clean; !p.Clean {
			s.Reason = notProved(p)
		}
		s, more := s.betweenVisitors(m)
		return s, append(effects, more...)
	}
	if p.Clean {
		s.Proved, s.Phase, s.Reason = true, kiosk.Starting, ""
	} else {
		s.Phase, s.RetryAt = kiosk.OutOfService, m.Elapsed+wipeRetry
		s.Reason = notProved(p)
	}
	s, more := s.betweenVisitors(m)
	return s, append(effects, more...)
}

// notProved is the reason of a borne that takes nobody for what was found.
func notProved(p kiosk.Proof) string {
	return "the last session could not be proved gone: " + strings.Join(p.Leftovers, ", ")
}

// forget drops what the session knew, into counters.
func (s State) forget(m Moment) (State, []Effect) {
	var effects []Effect
	if cells := s.cells(m); len(cells) > 0 {
		effects = append(effects, Count{cells})
	}
	if s.HadSession {
		effects = append(effects, Mark{false})
	}
	s.Language, s.Service, s.Notice, s.Help, s.HelpFor = "", "", kiosk.NoNotice, kiosk.NoHelp, ""
	s.StartedAt, s.LastInput, s.LimitAt, s.OpenedAt, s.OpenBy, s.CalledAt, s.EndedAt = 0, 0, 0, 0, 0, 0, 0
	s.IdleFrom, s.IdleWarned, s.LimitWarned, s.LimitRead, s.Busy = 0, 0, 0, false, 0
	s.ClosingAt, s.ClosesBy, s.ProlongedTo = 0, 0, 0
	s.EndReason, s.HadSession, s.Tally = "", false, nil
	s.BlockedHost, s.BlockedReason, s.Picking, s.Showing = "", "", false, false
	return s, effects
}

// betweenVisitors decides what the borne is when nobody is there. In a
// session, or before the wipe is proved, it changes nothing.
func (s State) betweenVisitors(m Moment) (State, []Effect) {
	if s.Phase.InSession() || s.Wiping {
		return s, nil
	}
	if s.Exiting {
		if s.maintained() {
			return s.leaveMaintenance(m)
		}
		if s.Browser != noBrowser {
			return s.wipe(m)
		}
		return s, []Effect{Leave{}}
	}
	if s.maintained() {
		return s, nil
	}
	if !s.Proved {
		return s, nil
	}
	if s.BundleWaits {
		// The browser reads its policies when it starts, so the bundle first.
		s.Phase = kiosk.Starting
		return s, []Effect{ApplyBundle{}}
	}
	s.Reason = ""
	switch {
	case s.ClosedReason != "":
		s.Phase, s.Reason = kiosk.Closed, s.ClosedReason
		return s, nil
	case s.shut():
		s.Phase, s.Reason = kiosk.Closed, outsideHours
		return s, nil
	case !s.Shell:
		s.Phase = kiosk.Starting
		return s, nil
	case s.Faults >= browserFaults:
		s.Phase, s.Reason = kiosk.OutOfService, "the browser does not stay up: "+s.BrowserFault
	case s.BrowserFault != "" && s.Browser != browserReady:
		// One calm screen until a browser is there again, not a start page that
		// comes and goes.
		s.Phase, s.Reason = kiosk.Starting, s.BrowserFault
	default:
		s.Phase = kiosk.Ready
	}
	if s.Browser == noBrowser && s.RetryAt == 0 {
		return s.startBrowser()
	}
	return s, nil
}

func (s State) startBrowser() (State, []Effect) {
	s.Generation++
	s.Browser, s.Busy = browserStarting, 0
	return s, []Effect{StartBrowser{s.Generation}}
}

// shellGone ends a session; without a session the standby browser goes too,
// since its X server may have gone with the shell.
func (s State) shellGone(m Moment) (State, []Effect) {
	s.Shell, s.QuestionsUntil = false, 0 // it alone knew what was asked
	switch {
	case s.maintained():
		return s.leaveMaintenance(m)
	case s.Phase.InSession():
		return s.end(m, kiosk.EndShell)
	case s.Phase == kiosk.Ready, s.Browser != noBrowser:
		s.Phase = kiosk.Starting
		return s.wipe(m)
	}
	return s, nil
}

// browser follows the browser of the present generation.
func (s State) browser(m Moment, e Event) (State, []Effect) {
	switch e := e.(type) {
	case BrowserReady:
		if e.Generation != s.Generation || s.Browser != browserStarting {
			return s, nil
		}
		s.Browser, s.ReadyAt = browserReady, m.Elapsed
		if s.Phase == kiosk.Visiting {
			s.OpenBy = m.Elapsed + openTimeout
			return s, []Effect{Navigate{s.Service}}
		}
		return s.betweenVisitors(m)
	case BrowserFailed:
		if e.Generation != s.Generation || s.Browser == noBrowser || s.Wiping {
			return s, nil
		}
		return s.browserFailed(m, e)
	case PageShown:
		if e.Generation == s.Generation && s.Notice == kiosk.Opening {
			s.Notice = s.plain()
		}
	case PageBlocked:
		if e.Generation == s.Generation && s.Phase == kiosk.Visiting {
			s = s.tallied(kiosk.CellDevice, kiosk.DeviceRefusedHost, orNone(s.Service))
			if e.Reason != "" && !e.Counted {
				s = s.tallied(kiosk.CellRefusal, string(e.Reason), orNone(s.Service))
			}
			if s.Notice == kiosk.NoNotice || s.Notice == kiosk.Opening {
				s.Notice, s.BlockedHost, s.BlockedReason = kiosk.Blocked, e.Host, e.Reason
			}
		}
	case FileWanted:
		if e.Generation == s.Generation && s.Phase == kiosk.Visiting && s.Browser == browserReady {
			s.Picking = true
			if s.Notice == kiosk.NoNotice || s.Notice == kiosk.Opening {
				s.Notice = kiosk.PickFile
			}
		}
	case PageHung:
		return s.pageHung(e), nil
	case PageUnreachable:
		if e.Generation == s.Generation && s.Phase == kiosk.Visiting &&
			(s.Notice == kiosk.NoNotice || s.Notice == kiosk.Opening) {
			s.Notice = kiosk.Unreachable
		}
	}
	return s, nil
}
