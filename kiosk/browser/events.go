package browser

import "borne/kiosk"

// Event is something that happened in the browser. Only Failed carries an
// address, and none a title.
type Event interface{ isEvent() }

type (
	// Painted tells that the page in front showed its first content.
	Painted struct{}
	// Loaded tells that the page in front has loaded.
	Loaded struct{}
	// Failed tells that an error page stands in front instead of the one that
	// was asked for. URL is what was asked for, as the browser reads it: to
	// decide what to say, and never to log or store.
	Failed struct {
		Cause Cause
		URL   string
	}
	// Steps tells how many pages lie on each other: 1 is the page that
	// Navigate opened, more are windows that it opened.
	Steps struct{ Count int }
	// Dialog tells that a page asked something; Answered is true when the
	// browser package closed it because the page had asked too often.
	Dialog struct{ Answered bool }
	// Download tells where a download stands.
	Download struct {
		ID    string
		State DownloadState
		// Name is the file's name in the folder of downloads once it has
		// finished, the site's suggestion before. It is the visitor's: to show
		// and never to log.
		Name  string
		Bytes int64
		// Kind and Path, as the browser sees it, are there once it has
		// finished.
		Kind kiosk.DocumentKind
		Path string

		order int
	}
	// FileWanted tells that the page in front wants a file: answer with
	// GiveFile. No dialog of Chromium's is shown. Accept is what the page says
	// of the kinds it takes, ".pdf" or "image/*"; it may say anything.
	FileWanted struct {
		Multiple bool
		Accept   []string
	}
	// Refused tells that something beside a page was refused: a window, a
	// dialog, a download, a wish for files, a permission.
	Refused struct{ Reason kiosk.Reason }
	// Playing tells that a film or a sound begins to play, or that none does any
	// more.
	Playing struct{ On bool }
	// Crashed tells that the process behind a page has died.
	Crashed struct{}
	// Hanging tells that the page in front does not answer any more, and, with
	// Now false, that it does again or is gone. Watch tells it.
	Hanging struct{ Now bool }
)

func (Painted) isEvent()    {}
func (Loaded) isEvent()     {}
func (Failed) isEvent()     {}
func (Steps) isEvent()      {}
func (Dialog) isEvent()     {}
func (Download) isEvent()   {}
func (FileWanted) isEvent() {}
func (Refused) isEvent()    {}
func (Playing) isEvent()    {}
func (Crashed) isEvent()    {}
func (Hanging) isEvent()    {}

// Cause says why a page did not open.
type Cause string

// The causes.
const (
	// CausePolicy: a managed policy refuses the address.
	CausePolicy Cause = "policy"
	// CauseProxy: the egress proxy did not open a tunnel; it knows why.
	CauseProxy Cause = "proxy"
	// CauseCertificate: the site could not prove who it is.
	CauseCertificate Cause = "certificate"
	// CauseClock: the same, because it is not yet or no longer valid by this
	// machine's clock, which may be what is wrong.
	CauseClock Cause = "clock"
	// CauseNetwork: anything else.
	CauseNetwork Cause = "network"
)

// DownloadState is where a download stands.
type DownloadState string

// The states of a download.
const (
	DownloadBegun     DownloadState = "begun"
	DownloadFinished  DownloadState = "finished"
	DownloadCancelled DownloadState = "cancelled"
	// DownloadRefused: it broke a limit or is of a kind that is not taken; it
	// was cancelled, or removed.
	DownloadRefused DownloadState = "refused"
)
