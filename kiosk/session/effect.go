package session

import "borne/kiosk"

// Effect is something that the supervisor must do.
type Effect interface{ effect() }

// StartBrowser starts a fresh standby browser; BrowserReady or BrowserFailed
// of that generation answers.
type StartBrowser struct{ Generation uint64 }

// Navigate opens the start page of a service in the standby browser;
// PageShown, PageBlocked or PageUnreachable answers.
type Navigate struct{ Service kiosk.ServiceID }

// GoBack goes one step back in the site.
type GoBack struct{}

// Permit lets the visitor go to one more host.
type Permit struct{ Host string }

// Answer answers the page's wish for a file, by the document's id; an empty
// one answers that the visitor gives none.
type Answer struct{ Document string }

// Show shows a document of the visit in the browser; PageShown or
// PageUnreachable answers.
type Show struct{ Document string }

// Wipe kills the browser if there is one, drops all that it had, and proves
// it; Wiped answers, always.
type Wipe struct{}

// Mark keeps on disk that a session is on (true) or is wiped (false), so that
// a power cut is noticed at the next start.
type Mark struct{ InSession bool }

// Count adds to the usage log, in one transaction.
type Count struct{ Cells map[kiosk.Key]uint64 }

// ApplyBundle puts the waiting bundle in use; Configured answers.
type ApplyBundle struct{}

// Leave ends borned.
type Leave struct{}

// Refuse answers the caller of the event with an error; nothing changed.
type Refuse struct{ Err error }

func (StartBrowser) effect() {}
func (Navigate) effect()     {}
func (GoBack) effect()       {}
func (Permit) effect()       {}
func (Answer) effect()       {}
func (Show) effect()         {}
func (Wipe) effect()         {}
func (Mark) effect()         {}
func (Count) effect()        {}
func (ApplyBundle) effect()  {}
func (Leave) effect()        {}
func (Refuse) effect()       {}
