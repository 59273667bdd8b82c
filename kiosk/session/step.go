package session

import (
	"fmt"
	"slices"

	"borne/kiosk"
)

// Step returns the state after an event at moment m, and what must be done.
func Step(s State, m Moment, e Event) (State, []Effect) {
	switch e := e.(type) {
	case Booted:
		return s.boot(m, e)
	case Configured:
		s.Settings, s.BundleWaits = e.Settings, false
		s.Services = map[kiosk.ServiceID]bool{}
		for _, id := range e.Services {
			s.Services[id] = true
		}
		s = s.lookAtHours(m)
		if s.Browser != noBrowser && !s.Phase.InSession() {
			s.Phase = kiosk.Starting
			return s.wipe(m)
		}
		return s.betweenVisitors(m)
	case BundleWaiting:
		s.BundleWaits = true
		return s.betweenVisitors(m)
	case Wiped:
		return s.wiped(m, e.Proof)
	case ShellUp:
		s.Shell = true
		return s.betweenVisitors(m)
	case ShellGone:
		return s.shellGone(m)
	case BrowserReady, BrowserFailed, PageShown, PageBlocked, PageUnreachable, PageHung, FileWanted:
		return s.browser(m, e)
	case StartSession:
		return s.start(m, e.Language)
	case OpenService:
		return s.open(m, e.Service)
	case EndSession:
		if !s.Phase.InSession() {
			return s, refuse(kiosk.ErrNoSession)
		}
		return s.end(m, e.Reason)
	case Extend:
		return s.extend(m)
	case AskMaintenance:
		return s.askMaintenance(m)
	case OpenMaintenance:
		return s.openMaintenance(m)
	case LeaveMaintenance:
		if !s.maintained() {
			return s, nil
		}
		return s.leaveMaintenance(m)
	case Activity:
		if s.maintained() {
			return s.maintenanceTouched(m), nil
		}
		if !s.Phase.InSession() {
			return s, nil
		}
		return s.touched(m), nil
	case CallMediator, AnswerHelp:
		return s.help(m, e)
	case Home, Back:
		return s.leavePage(m, e)
	case Report:
		return s.report(m, e.Report)
	case Prolong:
		return s.prolong(m, e.By)
	case Busy:
		return s.busy(m, e), nil
	case GiveFile:
		return s.giveFile(m, e.Document)
	case ShowDocument:
		return s.showDocument(m, e.Document)
	case AllowHost:
		return s.allowHost(m, e.Host)
	case Message:
		s.Message = e.Text
		return s, nil
	case Close, Open, Exit:
		return s.staff(m, e)
	case Counted:
		if s.Service == kiosk.Practice && e.What == kiosk.DeviceDownload {
			return s, nil
		}
		return s.counted(m, kiosk.CellDevice, e.What, max(e.Times, 1))
	case Refused:
		return s.counted(m, kiosk.CellRefusal, string(e.Reason), 1)
	case Aided:
		return s.aided(e.Aid), nil
	case Tick:
		return s.tick(m)
	case Minute:
		return s.minute(m, e)
	}
	panic(fmt.Sprintf("session: event %T is not handled", e))
}

func refuse(err error) []Effect { return []Effect{Refuse{err}} }

// boot wipes first: a power cut is an end of session.
func (s State) boot(m Moment, e Booted) (State, []Effect) {
	if s.Wiping || s.Proved {
		return s, nil
	}
	s.Phase, s.Wiping = kiosk.Starting, true
	if e.Interrupted {
		s.HadSession, s.EndReason = true, kiosk.EndPower
	}
	return s, []Effect{Wipe{}}
}

// start begins a session, for the next visitor only.
func (s State) start(m Moment, l kiosk.Language) (State, []Effect) {
	switch {
	case s.Phase.InSession():
		return s, refuse(kiosk.ErrSessionActive)
	case s.Phase == kiosk.OutOfService:
		return s, refuse(fmt.Errorf("%w: %s", kiosk.ErrOutOfService, s.Reason))
	case s.Phase == kiosk.Closed:
		return s, refuse(kiosk.ErrClosed)
	case s.Phase != kiosk.Ready || !s.Proved:
		return s, refuse(kiosk.ErrNotReady)
	case !slices.Contains(s.Settings.Languages, l):
		return s, refuse(fmt.Errorf("%w (%q)", kiosk.ErrUnknownLang, l))
	}
	s.Phase, s.Proved, s.Language, s.QuestionsUntil = kiosk.Choosing, false, l, 0
	s.HadSession = true
	s.StartedAt = m.Elapsed
	s = s.present(m)
	s.LimitAt = m.Elapsed + s.Settings.SessionLimit
	s = s.tallied(kiosk.CellInclusion, string(l), kiosk.None)
	return s, []Effect{Mark{true}}
}

// open goes to a site, as soon as the browser is ready.
func (s State) open(m Moment, id kiosk.ServiceID) (State, []Effect) {
	switch {
	case !s.Phase.InSession():
		return s, refuse(kiosk.ErrNoSession)
	case !s.Services[id] && id != kiosk.Practice:
		return s, refuse(fmt.Errorf("%w (%q)", kiosk.ErrUnknownService, id))
	case s.Phase == kiosk.Visiting && s.Service == id && s.Notice == kiosk.Opening:
		return s.present(m), nil // a finger that is not patient: it is one visit
	}
	s = s.visited(m)
	s.Phase, s.Service, s.Notice, s.Picking, s.Hanging, s.Showing = kiosk.Visiting, id, kiosk.Opening, false, false, false
	s.OpenedAt, s.OpenBy = m.Elapsed, m.Elapsed+openTimeout
	s = s.present(m)
	if s.Browser != browserReady {
		return s, nil // BrowserReady navigates
	}
	return s, []Effect{Navigate{id}}
}

// giveFile answers the page, which may wait for a file or for none.
func (s State) giveFile(m Moment, document string) (State, []Effect) {
	if !s.Phase.InSession() {
		return s, refuse(kiosk.ErrNoSession)
	}
	if !s.Picking {
		return s, refuse(fmt.Errorf("%w: no page waits for a file", kiosk.ErrBadArgument))
	}
	s.Picking = false
	s = s.present(m)
	if s.Notice == kiosk.PickFile {
		s.Notice = kiosk.NoNotice
	}
	if document != "" && s.Service != kiosk.Practice {
		s = s.tallied(kiosk.CellDevice, kiosk.DeviceUpload, orNone(s.Service))
	}
	return s, []Effect{Answer{document}}
}

// showDocument puts a document over the present page, or over none: then the
// visitor is nowhere but at the document.
func (s State) showDocument(m Moment, document string) (State, []Effect) {
	switch {
	case !s.Phase.InSession():
		return s, refuse(kiosk.ErrNoSession)
	case s.Browser != browserReady:
		return s, refuse(kiosk.ErrNotReady)
	case s.Picking:
		return s, refuse(fmt.Errorf("%w: a page waits for a file", kiosk.ErrBadArgument))
	}
	s = s.present(m)
	s.Phase, s.Notice, s.OpenBy, s.Showing, s.Hanging = kiosk.Visiting, kiosk.Opening, m.Elapsed+openTimeout, true, false
	return s, []Effect{Show{document}}
}

// allowHost widens the visit, and the visit alone, by one host.
func (s State) allowHost(m Moment, host string) (State, []Effect) {
	switch {
	case !s.Phase.InSession():
		return s, refuse(kiosk.ErrNoSession)
	case s.Service == kiosk.Practice:
		return s, refuse(fmt.Errorf("%w: the visitor practises, and nothing else opens meanwhile", kiosk.ErrBadArgument))
	case s.Browser != browserReady:
		return s, refuse(kiosk.ErrNotReady)
	}
	s = s.tallied(kiosk.CellDevice, kiosk.DeviceHostAdded, orNone(s.Service))
	if s.Phase == kiosk.Visiting && (s.Notice == kiosk.NoNotice || s.Notice == kiosk.Blocked || s.Notice == kiosk.Unreachable) {
		// Its first page opens over the present one.
		s.Notice, s.OpenBy = kiosk.Opening, m.Elapsed+openTimeout
	}
	return s, []Effect{Permit{host}}
}

// leavePage goes home, or one step back; either takes a blocked page away.
func (s State) leavePage(m Moment, e Event) (State, []Effect) {
	if !s.Phase.InSession() {
		return s, refuse(kiosk.ErrNoSession)
	}
	s.Hanging = false
	s = s.present(m)
	var effects []Effect
	if s.Picking {
		s.Picking, effects = false, []Effect{Answer{}}
	}
	if _, home := e.(Home); home || s.Phase == kiosk.Choosing {
		s = s.visited(m)
		s.Phase, s.Service, s.Notice, s.Busy, s.Showing = kiosk.Choosing, "", kiosk.NoNotice, s.Busy&busyAnywhere, false
		return s, effects
	}
	if effects != nil {
		s.Notice = kiosk.NoNotice // back to the page that asked
		return s, effects
	}
	if s.Notice == kiosk.Blocked || s.Notice == kiosk.Unreachable {
		s.Notice = kiosk.NoNotice
	}
	if s.Showing && s.Service == "" {
		s.Phase, s.Notice = kiosk.Choosing, kiosk.NoNotice // from the document to where it was asked for
	}
	s.Showing = false
	if s.Browser != browserReady {
		return s, nil
	}
	return s, []Effect{GoBack{}}
}

// help follows a call for a mediator.
func (s State) help(m Moment, e Event) (State, []Effect) {
	if !s.Phase.InSession() {
		return s, refuse(kiosk.ErrNoSession)
	}
	switch e.(type) {
	case CallMediator:
		if s.Help == kiosk.NoHelp {
			s.Help, s.CalledAt, s.HelpFor = kiosk.HelpCalled, m.Elapsed, s.Service
		}
		s = s.present(m)
	case AnswerHelp:
		if s.Help == kiosk.HelpCalled {
			s.Help = kiosk.HelpComing
			s = s.tallied(kiosk.CellHelp, orNone(s.HelpFor), kiosk.AnswerBand(m.Elapsed-s.CalledAt))
		}
	}
	return s, nil
}

// staff opens, closes and stops the borne.
func (s State) staff(m Moment, e Event) (State, []Effect) {
	urgent := false
	switch e := e.(type) {
	case Close:
		s.ClosedReason, s.Overruled, urgent = e.Reason, false, e.Urgent
		if s.ClosedReason == "" {
			s.ClosedReason = "closed by staff"
		}
		s = s.closing(m) // nobody overrules the hours any more
	case Open:
		s.ClosedReason, s.Overruled = "", s.Hours.Closed
		s = s.closing(m)
		if s.Phase == kiosk.OutOfService && !s.Wiping {
			return s.wipe(m)
		}
	case Exit:
		s.Exiting, urgent = true, e.Urgent
	}
	if s.Phase.InSession() {
		if !urgent {
			return s, nil
		}
		reason := kiosk.EndStaff
		if s.Exiting {
			reason = kiosk.EndStop
		}
		return s.end(m, reason)
	}
	return s.betweenVisitors(m)
}

// tick does what time alone brings.
func (s State) tick(m Moment) (State, []Effect) {
	if s.maintained() && m.Elapsed >= s.MaintainedUntil {
		return s.leaveMaintenance(m)
	}
	if s.QuestionsUntil > 0 && m.Elapsed >= s.QuestionsUntil {
		s.QuestionsUntil = 0
	}
	if s.Hours.EdgeAt > 0 && m.Elapsed >= s.Hours.EdgeAt {
		return s.atHours(m)
	}
	if s.RetryAt > 0 && m.Elapsed >= s.RetryAt && !s.Wiping {
		s.RetryAt = 0
		switch {
		case s.Phase.InSession() && s.Browser == noBrowser:
			return s.startBrowser()
		case s.Phase == kiosk.OutOfService && !s.Proved:
			return s.wipe(m)
		}
		return s.betweenVisitors(m)
	}
	if at := s.standbyDue(); at > 0 && m.Elapsed >= at {
		return s.standby(m)
	}
	if !s.Phase.InSession() {
		return s, nil
	}
	return s.overdue(m)
}
