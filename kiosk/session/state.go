package session

import (
	"time"

	"borne/kiosk"
)

// Delays that are the machine's own.
const (
	// shortTime is when the bar begins to show the time left.
	shortTime = 10 * time.Minute
	// openTimeout is how long a site may take to show its first page.
	openTimeout = 25 * time.Second
	// browserRetry is the first delay after a failed browser; it doubles up to
	// retryLimit.
	browserRetry = time.Second
	retryLimit   = time.Minute
	// browserFaults in a row put the borne out of service.
	browserFaults = 4
	// steadyAfter is how long a browser must stay up for the faults before it to
	// be forgotten.
	steadyAfter = 30 * time.Second
	// standbyLimit is how long a browser may wait for a visitor before a fresh
	// one takes its place: one that idles for days grows. It is well under the
	// lifetime of its unit (sandbox.Spec.Lifetime), whose end would be a fault.
	standbyLimit = 6 * time.Hour
	// wipeRetry is when a wipe that could not be proved is tried again.
	wipeRetry = time.Minute
)

// State is everything that the machine knows. Its zero value is a borne that
// has not booted: it takes nobody.
type State struct {
	Phase  kiosk.State
	Reason string
	// Notice is what is told of the page; a warning may stand before it.
	Notice kiosk.Notice
	Help   kiosk.Help
	// Language and Service are the visitor's, empty outside a session.
	Language kiosk.Language
	Service  kiosk.ServiceID
	Message  string
	// BlockedHost and BlockedReason go with the notice Blocked.
	BlockedHost   string
	BlockedReason kiosk.Reason
	// Picking is true while the page waits for a file.
	Picking bool
	// Showing is true while a document of the visit is in front.
	Showing bool

	Settings kiosk.Settings
	Services map[kiosk.ServiceID]bool // never changed in place

	// Proved is true while nothing of a former visitor can be left.
	Proved bool
	Shell  bool
	// Wiping is true between Wipe and Wiped.
	Wiping bool

	Generation   uint64
	Browser      browserState
	Faults       int           // of the browser, in a row
	BrowserFault string        // the last one, for staff
	ReadyAt      time.Duration // since when the browser is ready, 0 while it is not
	Hanging      bool          // the page does not answer, and the notice says so
	RetryAt      time.Duration // next try of a browser or a wipe, 0 for none
	ClosedReason string        // not empty when staff closed the borne
	BundleWaits  bool
	Exiting      bool

	// Hours is what the opening hours said; Overruled is true when staff opened
	// the borne outside of them, until they begin again.
	Hours     hours
	Overruled bool

	// QuestionsUntil is when the last visitor is no longer asked how it went; 0
	// when nobody is.
	QuestionsUntil time.Duration

	// The session's own times, all zero outside it.
	StartedAt  time.Duration
	LastInput  time.Duration
	IdleFrom   time.Duration // since when idle time runs, but for Busy
	Busy       busySet
	IdleWarned time.Duration // since when the idle warning stands, 0 while not
	LimitAt    time.Duration
	// LimitWarned is since when the visitor is warned of the limit, 0 while not;
	// LimitRead takes the warning off the screen.
	LimitWarned time.Duration
	LimitRead   bool
	// ClosingAt is the limit that the closing hour sets, ClosesBy how far the
	// visitor may move it, both 0 while the borne is open; ProlongedTo is how
	// far a mediator did.
	ClosingAt, ClosesBy, ProlongedTo time.Duration

	// MaintainedSince and MaintainedUntil are when the maintenance screen, or its
	// question for the code, came, and when it leaves by itself; 0 for neither.
	MaintainedSince, MaintainedUntil time.Duration

	OpenedAt   time.Duration // the present service
	OpenBy     time.Duration // when Opening becomes Unreachable
	CalledAt   time.Duration
	HelpFor    kiosk.ServiceID
	EndReason  kiosk.EndReason
	EndedAt    time.Duration
	HadSession bool
	// Tally is what the session counted so far; a new slice at each change.
	Tally []tallyCount
}

// browserState is where the standby browser stands.
type browserState int

const (
	noBrowser browserState = iota
	browserStarting
	browserReady
)

// tally is a count that waits for the end of the session, when its day and
// hour are known.
type tally struct {
	kind          kiosk.CellKind
	first, second string
}

// tallyCount is how often a tally was counted.
type tallyCount struct {
	tally
	n uint64
}

// New returns the state of a borne that has not booted.
func New() State { return State{Phase: kiosk.Starting, Settings: kiosk.DefaultSettings()} }

// Snapshot is what the bus tells. Its deadline is now plus what remains.
func (s State) Snapshot(m Moment, now time.Time) kiosk.Snapshot {
	n := kiosk.Snapshot{State: s.Phase, Reason: s.Reason, Notice: s.notice(), Help: s.Help,
		Language: s.Language, Service: s.Service, Message: s.Message, OpensAt: s.opensAt(),
		Questions: m.Elapsed < s.QuestionsUntil}
	if s.maintained() {
		n.Deadline = now.Add(s.MaintainedUntil - m.Elapsed)
	}
	if !s.Phase.InSession() {
		return n
	}
	if n.Notice == kiosk.Blocked {
		n.BlockedHost, n.BlockedReason = s.BlockedHost, s.BlockedReason
	}
	switch {
	case s.IdleWarned > 0:
		n.Deadline = now.Add(min(s.idleAt(), s.limitEnd()) - m.Elapsed)
	case s.limitEnd()-m.Elapsed <= shortTime:
		n.Deadline = now.Add(s.limitEnd() - m.Elapsed)
	}
	return n
}

// Wake is when the next Tick is due, as Moment.Elapsed; 0 for never. Every
// phase in which something is under way has one, so that none lasts for ever.
func (s State) Wake() time.Duration {
	due := []time.Duration{s.standbyDue(), s.Hours.EdgeAt, s.QuestionsUntil, s.MaintainedUntil}
	if !s.Wiping {
		due = append(due, s.RetryAt)
	}
	if s.Phase.InSession() {
		if s.IdleWarned > 0 {
			due = append(due, s.idleAt())
		} else {
			due = append(due, s.idleWarnAt())
		}
		if s.LimitWarned > 0 {
			due = append(due, s.limitEnd())
		} else {
			due = append(due, s.limitAt()-limitNotice)
		}
		if s.Notice == kiosk.Opening && s.Browser == browserReady {
			due = append(due, s.OpenBy)
		}
	}
	var first time.Duration
	for _, d := range due {
		if d > 0 && (first == 0 || d < first) {
			first = d
		}
	}
	return first
}
