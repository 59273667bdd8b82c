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
	// FromVisit: the site gave it during this visit.
	FromVisit DocumentSource = "visit"
	// FromKey: it is on the USB key that the visitor plugged in.
	FromKey DocumentSource = "usb"
)
