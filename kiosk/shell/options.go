package shell

import (
	"context"
	"log/slog"
	"time"

	"borne/kiosk"
)

// Kiosk is the visit, as borned keeps it.
type Kiosk interface {
	StartSession(ctx context.Context, language kiosk.Language) error
	OpenService(ctx context.Context, id kiosk.ServiceID) error
	EndSession(ctx context.Context, reason kiosk.EndReason) error
	Extend(ctx context.Context) error
	// Report tells what a visitor answered after the end.
	Report(ctx context.Context, r kiosk.Report) error
}

// Page is the official site in front of the visitor, and the call for help.
type Page interface {
	Back(ctx context.Context) error
	Home(ctx context.Context) error
	Zoom(ctx context.Context, step int) error
	CallMediator(ctx context.Context) error
}

// Files is what the visitor may give to a page that asks for a file.
type Files interface {
	Documents(ctx context.Context) (kiosk.Offer, error)
	// GiveFile gives a document, or none when it is empty.
	GiveFile(ctx context.Context, document string) error
}

// Paper is what the visitor does with the visit's own documents.
type Paper interface {
	ShowDocument(ctx context.Context, document string) error
	// PreparePrint counts pages; Files.Documents tells how that went.
	PreparePrint(ctx context.Context, document string) error
	Print(ctx context.Context, document string) error
	// SaveDocument keeps one on the visitor's USB key; Files.Documents tells how
	// that goes.
	SaveDocument(ctx context.Context, document string) error
}

// Placement puts the browser's window under the bar or out of sight.
type Placement interface {
	// ShowPage shows the page, or hides it under the shell.
	ShowPage(shown bool)
	// SetBar gives the height of the bar in pixels of the screen.
	SetBar(height int)
	// SetFoot gives the height of the on-screen keyboard below the page.
	SetFoot(height int)
}

// Clock tells the time and calls back; tests have their own.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once after d, on any goroutine, unless stop is called.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// Options are what a Shell is made of. Kiosk, Page, Files, Paper, Placement and Texts
// are required.
type Options struct {
	Kiosk     Kiosk
	Page      Page
	Files     Files
	Paper     Paper
	Placement Placement
	Texts     *Texts
	Catalogue kiosk.Catalogue
	Settings  kiosk.Settings
	// Scanning is the borne's scanner; without it nothing offers to scan.
	Scanning Scanning
	// Typist types on the page for the on-screen keyboard; without one the
	// keyboard is there on the shell's own screens alone.
	Typist Typist
	// Search makes what finds the services of a catalogue; without it nothing
	// can be searched.
	Search func(kiosk.Catalogue) Finder
	// Aids may be nil: nothing is counted then.
	Aids Aids
	// Sound goes with warnings; nil is silent.
	Sound Sound
	// Voice reads the screens aloud; without one nothing offers it.
	Voice Voice
	// Reader knows what pages say; without one they are not read.
	Reader Reader
	// Tuner changes how the voice speaks; without one nothing offers it.
	Tuner Tuner
	// Maintenance and Workshop are the technician's screen; without both nothing
	// leads there.
	Maintenance Maintenance
	Workshop    Workshop
	// Monitor tells the screen's size; nil for not known.
	Monitor Monitor
	// Clock is the machine's when nil.
	Clock Clock
	// look is shared by who makes many shells in one process: Fyne keeps what
	// it made of a typeface for good.
	look *look
	// Log receives calls that failed. Nil discards them.
	Log *slog.Logger
}

// callTimeout bounds a call to borned; wiping is the slowest of them.
const callTimeout = 20 * time.Second

type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}
