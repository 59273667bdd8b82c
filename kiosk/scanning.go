package kiosk

// Scanning is what an organisation decides about scanning paper. The zero value
// scans nothing.
type Scanning struct {
	// Scanner is the address of one that speaks eSCL ("http://192.168.1.30/eSCL"),
	// or "test" for a virtual one; empty for none.
	Scanner string `json:"scanner,omitempty"`
	// MaxMegabytes is the largest document that is made, in units of 1 000 000
	// bytes; 0 for DefaultScanMegabytes.
	MaxMegabytes int `json:"max_megabytes,omitempty"`
}

// DefaultScanMegabytes is what a document is kept under where nobody says
// otherwise: every site of the catalogue takes that much.
const DefaultScanMegabytes = 2

// MaxBytes is the largest document that is made.
func (s Scanning) MaxBytes() int64 {
	if s.MaxMegabytes == 0 {
		return DefaultScanMegabytes * 1_000_000
	}
	return int64(s.MaxMegabytes) * 1_000_000
}

// MaxScanPages is how many pages one document takes.
const MaxScanPages = 10

// ScanOffer is what scanning paper is for this visit. It is there only where
// there is a scanner.
type ScanOffer struct {
	// Job is the paper that is being scanned: there is one at a time.
	Job ScanJob `json:"job,omitzero"`
}

// ScanJob is one paper on its way to a document.
type ScanJob struct {
	State ScanState `json:"state,omitempty"`
	// Pages is how many were taken before the present one.
	Pages int `json:"pages,omitempty"`
	// Percent is how much of the page was scanned.
	Percent int `json:"percent,omitempty"`
	// View grows with each picture that there is to look at.
	View int `json:"view,omitempty"`
	// Cropped is true while the page is cut to what lies on it.
	Cropped bool `json:"cropped,omitempty"`
	// Document is the id of what was made.
	Document string `json:"document,omitempty"`
}

// ScanState is where a paper stands on its way to a document.
type ScanState string

// The states of a paper.
const (
	// NoScan: the scanner waits for a page.
	NoScan ScanState = ""
	// ScanGoing: the page must stay where it is.
	ScanGoing ScanState = "scanning"
	// ScanShown: the page is there to be looked at.
	ScanShown ScanState = "shown"
	// ScanMaking: the document is being made.
	ScanMaking ScanState = "making"
	// ScanKept: it lies among the visit's documents.
	ScanKept ScanState = "kept"
	// ScanAway: the scanner does not answer. The others are what else went
	// wrong; pages that were taken before are still there.
	ScanAway   ScanState = "away"
	ScanCover  ScanState = "cover-open"
	ScanFailed ScanState = "failed"
)

// Busy reports whether nothing else can be asked for but to give up.
func (s ScanState) Busy() bool { return s == ScanGoing || s == ScanMaking }

// ScanOrder is what a visitor wants of the scanner.
type ScanOrder string

// The orders.
const (
	// ScanPage scans the page that lies on the glass, in place of the one that
	// is looked at.
	ScanPage ScanOrder = "page"
	// ScanTurn turns the page that is looked at, clockwise.
	ScanTurn ScanOrder = "turn"
	// ScanCrop cuts it to what lies on it, or shows it whole again.
	ScanCrop ScanOrder = "crop"
	// ScanMore takes it, for another to be scanned.
	ScanMore ScanOrder = "more"
	// ScanKeep takes it, and makes a document of all pages.
	ScanKeep ScanOrder = "keep"
	// ScanStop gives the page up that is being scanned.
	ScanStop ScanOrder = "stop"
	// ScanDrop forgets all pages.
	ScanDrop ScanOrder = "drop"
)

// ScanOrders lists them.
func ScanOrders() []ScanOrder {
	return []ScanOrder{ScanPage, ScanTurn, ScanCrop, ScanMore, ScanKeep, ScanStop, ScanDrop}
}
