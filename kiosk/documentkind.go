package kiosk

import "bytes"

// DocumentHeadBytes is how much of a file KindOf needs to see.
const DocumentHeadBytes = 16

// KindOf tells a document's kind by how its content begins, "" for a kind that
// is not taken. The marks are those of ISO 32000-2 (7.5.2), ISO/IEC 10918-1
// (SOI, then a marker) and PNG (5.2). The mark of a PDF must be the very first
// bytes: readers take it a kilobyte later too, and so make files that are two
// things at once.
func KindOf(head []byte) DocumentKind {
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return DocumentPDF
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return DocumentJPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return DocumentPNG
	default:
		return ""
	}
}
