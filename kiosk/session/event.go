package session

import (
	"borne/kiosk"
	"time"
)

// Event is something that happened. Events about a browser carry the
// generation that StartBrowser gave it, so that word of a dead one is ignored.
type Event interface{ event() }

// Booted is the first event. Interrupted says that a session was on when the
// machine, or borned, last stopped without ending it.
type Booted struct{ Interrupted bool }

// Configured brings a bundle's settings and the ids of its services.
type Configured struct {
	Settings kiosk.Settings
	Services []kiosk.ServiceID
}

// BundleWaiting says that a verified bundle is there to be applied.
type BundleWaiting struct{}

// Wiped is the answer to the effect Wipe.
type Wiped struct{ Proof kiosk.Proof }

// ShellUp and ShellGone follow the shell's connection to the bus.
type (
	ShellUp   struct{}
	ShellGone struct{}
)

// What happens to the browser.
type (
	BrowserReady  struct{ Generation uint64 }
	BrowserFailed struct {
		Generation uint64
		Cause      string
		Fault      Fault
	}
	// PageShown says that the chosen site painted.
	PageShown struct{ Generation uint64 }
	// PageBlocked says that a page outside the allowlist was asked for, of
	// which host, and why it was refused. Counted is true when a Refused
	// already told of it.
	PageBlocked struct {
		Generation uint64
		Host       string
		Reason     kiosk.Reason
		Counted    bool
	}
	// FileWanted says that the page asks for a file.
	FileWanted struct{ Generation uint64 }
	// Busy says that something begins or stops keeping the visit from being
	// idle, though nobody touches anything.
	Busy struct {
		Generation uint64
		With       kiosk.Busy
		On         bool
	}
	// PageUnreachable says that an allowed site did not answer.
	PageUnreachable struct{ Generation uint64 }
	// PageHung says that the page in front no longer answers though the browser
	// does, and, with Hung false, that it does again.
	PageHung struct {
		Generation uint64
		Hung       bool
	}
)

// Fault is how a browser failed.
type Fault int

const (
	// Died: it ended, crashed or could not be started.
	Died Fault = iota
	// Slow: it was still starting when it was given up. That is the machine's
	// fault, and does not count as one of the browser.
	Slow
	// Hung: it was there, and no longer answered.
	Hung
)

// What the visitor does; OpenService opens kiosk.Practice too. StartSession, OpenService, Extend, CallMediator,
// Home and Back may be refused with the effect Refuse.
type (
	StartSession struct{ Language kiosk.Language }
	OpenService  struct{ Service kiosk.ServiceID }
	EndSession   struct{ Reason kiosk.EndReason }
	Extend       struct{}
	Activity     struct{}
	CallMediator struct{}
	Home         struct{}
	Back         struct{}
	// Report is what a visitor answered after the end; it may come when the
	// wipe is long done.
	Report struct{ kiosk.Report }
	// GiveFile answers FileWanted with a document, or with none.
	GiveFile struct{ Document string }
	// ShowDocument shows a document of the visit over the present page.
	ShowDocument struct{ Document string }
)

// What staff and technicians do. Urgent ones cut a visitor off; the others
// wait for the end of the session.
type (
	AnswerHelp struct{}
	// Prolong gives the visitor more time than Extend does, past the closing
	// hour too.
	Prolong struct{ By time.Duration }
	// AllowHost lets this visitor go to one more host, until the end.
	AllowHost struct{ Host string }
	Message   struct{ Text string }
	Close     struct {
		Reason string
		Urgent bool
	}
	Open struct{}
	// Exit asks borned to leave: by SIGTERM (urgent) or to restart.
	Exit struct{ Urgent bool }
)

// Counted adds to a device counter: a download, a refused sub-resource. Times
// is how often, once when 0.
type Counted struct {
	What  string
	Times uint64
}

// Refused counts something that was refused, by its reason.
type Refused struct{ Reason kiosk.Reason }

// Aided says that the visitor uses an aid.
type Aided struct{ Aid kiosk.Aid }

// AskMaintenance asks for the code of the maintenance screen; OpenMaintenance
// says that a right one was typed, LeaveMaintenance that the technician leaves.
type (
	AskMaintenance   struct{}
	OpenMaintenance  struct{}
	LeaveMaintenance struct{}
)

// Tick says only what time it is; Minute, each minute, also counts
// availability.
type (
	Tick   struct{}
	Minute struct{ Online bool }
)

func (Booted) event()           {}
func (Configured) event()       {}
func (BundleWaiting) event()    {}
func (Wiped) event()            {}
func (ShellUp) event()          {}
func (ShellGone) event()        {}
func (BrowserReady) event()     {}
func (BrowserFailed) event()    {}
func (PageShown) event()        {}
func (PageBlocked) event()      {}
func (PageUnreachable) event()  {}
func (PageHung) event()         {}
func (StartSession) event()     {}
func (OpenService) event()      {}
func (EndSession) event()       {}
func (Extend) event()           {}
func (Activity) event()         {}
func (CallMediator) event()     {}
func (Report) event()           {}
func (Prolong) event()          {}
func (Busy) event()             {}
func (Home) event()             {}
func (Back) event()             {}
func (AnswerHelp) event()       {}
func (Message) event()          {}
func (Close) event()            {}
func (Open) event()             {}
func (Exit) event()             {}
func (Counted) event()          {}
func (Refused) event()          {}
func (Aided) event()            {}
func (FileWanted) event()       {}
func (GiveFile) event()         {}
func (ShowDocument) event()     {}
func (AllowHost) event()        {}
func (AskMaintenance) event()   {}
func (OpenMaintenance) event()  {}
func (LeaveMaintenance) event() {}
func (Tick) event()             {}
func (Minute) event()           {}

// Moment is the time of an event. Elapsed is monotonic and rules every delay;
// Wall is the wall clock in the borne's time zone: it dates counters and is
// held against the opening hours, unless it cannot be right (ClockWrong).
type Moment struct {
	Elapsed    time.Duration
	Wall       time.Time
	ClockWrong bool
}
