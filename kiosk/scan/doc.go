// Package scan turns paper on a scanner's glass into a PDF.
//
// What a scanner says is a stranger's, as a document is. So Serve, which has
// SANE's scanimage(1) speak to it, holds the pages, turns and cuts them and
// writes the PDF, runs in a process that is thrown away (kiosk/sandbox,
// StartScanner). Glass, in borned, orders it about and takes three things from
// it: how far it is, plain pixels to look at, and a document's bytes, which go
// where a site's downloads are.
//
// It finds no scanner (kiosk.ParseScanner says which one a setting means),
// chooses no place for documents, and knows nothing of visits.
package scan
