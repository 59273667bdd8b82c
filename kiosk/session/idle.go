package session

import (
	"time"

	"borne/kiosk"
)

const (
	// busyCap is how long after the last input a visit may be busy without idle
	// time running; then a whole idle timeout, with its warning, still follows.
	// Ten minutes hold a slow upload or a film that explains a procedure. More
	// would leave the borne, with what is on its screen, to whoever comes next
	// when a visitor has left with a film running; and a page, which can keep
	// itself busy, must not decide how long that is.
	busyCap = 10 * time.Minute
	// leastNotice is the least that a visitor is left between a warning and the
	// end, however late the warning came (WCAG 2.2.1).
	leastNotice = 20 * time.Second
)

// busySet is what is going on, a bit for each.
type busySet uint8

// busyBit is 0 for what does not keep a visit from being idle.
func busyBit(b kiosk.Busy) busySet {
	switch b {
	case kiosk.BusyUpload:
		return 1
	case kiosk.BusyDownload:
		return 2
	case kiosk.BusyPrint:
		return 4
	case kiosk.BusyMedia:
		return 8
	case kiosk.BusySave:
		return 16
	}
	return 0
}

// busyAnywhere is what goes on wherever the visitor looks: paper comes out, a
// USB key is written.
const busyAnywhere busySet = 4 | 16

// busy follows what keeps a site from being idle. When the last of it stops,
// idle time begins anew. Under the warning it changes nothing: only the
// visitor does.
func (s State) busy(m Moment, e Busy) State {
	if e.Generation != s.Generation || s.Browser != browserReady || !s.Phase.InSession() {
		return s
	}
	if s.Phase != kiosk.Visiting && busyBit(e.With)&busyAnywhere == 0 {
		return s
	}
	was := s.Busy
	if s.Busy &^= busyBit(e.With); e.On {
		s.Busy |= busyBit(e.With)
	}
	if was != 0 && s.Busy == 0 && s.IdleWarned == 0 {
		s.IdleFrom = max(s.LastInput, min(m.Elapsed, s.LastInput+busyCap))
	}
	return s
}

// touched says that there was input. Under the idle warning it says nothing:
// it may be the next visitor's, and only a choice goes on.
func (s State) touched(m Moment) State {
	if s.IdleWarned == 0 {
		s.LastInput, s.IdleFrom = m.Elapsed, m.Elapsed
	}
	return s
}

// present says that the visitor chose to go on.
func (s State) present(m Moment) State {
	s.IdleWarned = 0
	return s.touched(m)
}

// idleFrom is since when idle time runs; later than now while it is suspended.
func (s State) idleFrom() time.Duration {
	if s.Busy != 0 && s.IdleWarned == 0 {
		return s.LastInput + busyCap
	}
	return s.IdleFrom
}

// idleAt is when the session ends without input, but for a warning that came
// late.
func (s State) idleAt() time.Duration {
	return max(s.idleFrom()+s.Settings.IdleTimeout, s.IdleWarned+s.Settings.IdleWarning)
}

// idleWarnAt is when the visitor is asked.
func (s State) idleWarnAt() time.Duration {
	return s.idleFrom() + s.Settings.IdleTimeout - s.Settings.IdleWarning
}

// notice is what stands in front: a warning stands before what is told of the
// page, which is still there when the visitor goes on.
func (s State) notice() kiosk.Notice {
	switch {
	case !s.Phase.InSession():
		return kiosk.NoNotice
	case s.IdleWarned > 0:
		return kiosk.IdleWarning
	case s.LimitWarned > 0 && !s.LimitRead:
		return kiosk.LimitWarning
	}
	return s.Notice
}

// plain is what is told of a page that is well.
func (s State) plain() kiosk.Notice {
	if s.Picking {
		return kiosk.PickFile
	}
	return kiosk.NoNotice
}

// overdue warns, then ends. Nothing ends that was not warned of.
func (s State) overdue(m Moment) (State, []Effect) {
	switch {
	case s.IdleWarned > 0 && m.Elapsed >= s.idleAt():
		return s.end(m, kiosk.EndIdle)
	case s.LimitWarned > 0 && m.Elapsed >= s.limitEnd():
		return s.end(m, kiosk.EndLimit)
	}
	if s.IdleWarned == 0 && m.Elapsed >= s.idleWarnAt() {
		s.IdleFrom = s.idleFrom()
		s.IdleWarned = m.Elapsed
	}
	if s.LimitWarned == 0 && m.Elapsed >= s.limitAt()-limitNotice {
		s.LimitWarned = m.Elapsed
	}
	if s.Notice == kiosk.Opening && s.Browser == browserReady && m.Elapsed >= s.OpenBy {
		s.Notice = kiosk.Unreachable
	}
	return s, nil
}
