package kiosk

// Document is a file that the visitor may give to a site: one that the visit
// received, or one on the USB key in the borne. It lives as long as the visit.
type Document struct {
	// ID names it within the visit, and says nothing of it.
	ID string `json:"id"`
	// Name is for the visitor's eyes.
	Name string `json:"name"`
	// Bytes is its size.
	Bytes int64 `json:"bytes"`
	// Kind is what its content is, whatever its name says.
	Kind DocumentKind `json:"kind"`
	// Source is where it comes from.
	Source DocumentSource `json:"source"`
}

// DocumentKind is what a document's content is.
type DocumentKind string

// The kinds that a visitor may give to a site.
const (
	DocumentPDF  DocumentKind = "pdf"
	DocumentJPEG DocumentKind = "jpeg"
	DocumentPNG  DocumentKind = "png"
)

// DocumentSource is where a document comes from.
type DocumentSource string

// The sources of documents.
const (
	// FromVisit: the site gave it during this visit, or it was scanned in it.
	FromVisit DocumentSource = "visit"
	// FromKey: it is on the USB key that the visitor plugged in.
	FromKey DocumentSource = "usb"
)

// MaxUploadBytes is the largest document that a visitor may give to a site: a
// scan of ten pages is 2 to 5 MB, and the portals of administrations refuse
// more than 5 to 10 MB themselves. It is copied into the visit's memory.
const MaxUploadBytes = 10 << 20

// Offer is what the visitor may give to the page that asks for a file.
type Offer struct {
	Documents []Document `json:"documents,omitempty"`
	// Key says what is with the USB key.
	Key KeyState `json:"key,omitempty"`
	// Others is how many files on the key are of kinds that are not taken;
	// More is true when not all of the key was looked at.
	Others int  `json:"others,omitempty"`
	More   bool `json:"more,omitempty"`
	// Printing is nil where nothing can be printed.
	Printing *PrintOffer `json:"printing,omitempty"`
	// Saving is nil where nothing is kept on USB keys.
	Saving *SaveOffer `json:"saving,omitempty"`
	// Scanning is nil where nothing is scanned.
	Scanning *ScanOffer `json:"scanning,omitempty"`
}

// KeyState is what is with the USB key.
type KeyState string

// The states of the USB key.
const (
	// NoKey: none is plugged in, or none that is taken.
	NoKey KeyState = ""
	// KeyPlugged: one is plugged in, and nobody asks what is on it.
	KeyPlugged KeyState = "plugged"
	// KeyReading: it is being looked at.
	KeyReading KeyState = "reading"
	// KeyRead: its documents are listed.
	KeyRead KeyState = "read"
	// KeyUnreadable: it has no file system that is read here.
	KeyUnreadable KeyState = "unreadable"
)
