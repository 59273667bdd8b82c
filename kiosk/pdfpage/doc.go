// Package pdfpage writes PDF (ISO 32000-1, version 1.4) of our own making: pages of A4 with a few words, and pages
// that hold one picture each, as a scanner or a camera made it. Doc takes page after page and writes each at once, so
// that what a long document takes in memory is its largest page.
//
//	d := pdfpage.New(w, "fr")
//	err := d.Text(pdfpage.Text{Title: "Reçu", Lines: []string{"…"}})
//	err = d.JPEG(scan, pdfpage.Placing{DPI: 300, Turn: 90})
//	err = d.Close()
//
// What it writes names no program, no date and no author: nothing tells when or where a page was made.
//
// It reads no PDF, sets no type (one typeface of the fourteen that every reader has, no wrapping) and unpacks no picture:
// it reads a JPEG's header, and copies the rest as it is. Libraries that do all of this and much more are a hundred times its
// size. Drawing a stranger's document anew is kiosk/paper's work.
package pdfpage
