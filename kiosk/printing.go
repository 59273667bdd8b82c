package kiosk

// Printing is what an organisation decides about paper. The zero value prints
// nothing.
type Printing struct {
	Enabled bool `json:"enabled,omitempty"`
	// Printer is the name of a queue of the borne's print service; empty for
	// the one that is its default.
	Printer string `json:"printer,omitempty"`
	// CentsPerPage is told to the visitor before; 0 is free. The borne takes no
	// money.
	CentsPerPage int `json:"cents_per_page,omitempty"`
	// MaxPages is what one visit may print in all.
	MaxPages int `json:"max_pages,omitempty"`
	// Colour and TwoSided are how everything is printed.
	Colour   bool `json:"colour,omitempty"`
	TwoSided bool `json:"two_sided,omitempty"`
}

// DefaultMaxPages is what a visit may print where nobody says otherwise: a
// file with its annexes.
const DefaultMaxPages = 20

// PresentPage is the document that stands for the page in front of the
// visitor, which can be printed as the downloads can.
const PresentPage = "page"

// PrintOffer is what printing is for this visit. It is there only where there
// is a printer.
type PrintOffer struct {
	CentsPerPage int `json:"cents_per_page,omitempty"`
	// Most is what the visit may print in all, Left what it still may.
	Most int `json:"most"`
	Left int `json:"left"`
	// Job is the last, or the present one: there is one at a time.
	Job PrintJob `json:"job,omitzero"`
}

// PrintJob is one document on its way to paper.
type PrintJob struct {
	// Document is its id, or PresentPage.
	Document string     `json:"document,omitempty"`
	State    PrintState `json:"state,omitempty"`
	// Trouble says why the printer stands still, while State is PrintStopped.
	Trouble PrintTrouble `json:"trouble,omitempty"`
	// Pages is how many there are, 0 until that is known; Page is the last one
	// that came out.
	Pages int `json:"pages,omitempty"`
	Page  int `json:"page,omitempty"`
}

// PrintState is where a document stands on its way to paper.
type PrintState string

// The states of a job, in order.
const (
	NoPrint PrintState = ""
	// PrintPreparing: its pages are being counted.
	PrintPreparing PrintState = "preparing"
	// PrintPrepared: the visitor is asked.
	PrintPrepared PrintState = "prepared"
	// PrintQueued, Printing, Stopped: it was asked for, and nothing else can be.
	PrintQueued   PrintState = "queued"
	PrintPrinting PrintState = "printing"
	PrintStopped  PrintState = "stopped"
	PrintDone     PrintState = "done"
	// PrintFailed: the printer, or its service, gave up.
	PrintFailed PrintState = "failed"
	// PrintUnreadable: the document is locked or damaged.
	PrintUnreadable PrintState = "unreadable"
)

// Busy reports whether paper is asked for and not yet there.
func (s PrintState) Busy() bool {
	return s == PrintQueued || s == PrintPrinting || s == PrintStopped
}

// PrintTrouble is why a printer stands still.
type PrintTrouble string

// The troubles that a printer tells of.
const (
	NoTrouble     PrintTrouble = ""
	NoPaper       PrintTrouble = "no-paper"
	CoverOpen     PrintTrouble = "cover-open"
	PaperJam      PrintTrouble = "jam"
	NoInk         PrintTrouble = "no-ink"
	PrinterAway   PrintTrouble = "away"
	OtherTroubles PrintTrouble = "other"
)
