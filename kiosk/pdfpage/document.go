package pdfpage

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// A4 in points.
const (
	a4Width  = 595.0
	a4Height = 842.0
)

// The objects that every document has, before its pages.
const (
	catalogObject = 1 + iota
	pagesObject
	fontObject
	firstObject
)

// ErrNoPages is what Close returns for a document without a page, which no reader opens.
var ErrNoPages = errors.New("a document without pages")

// Doc writes one document. Its zero value is not usable; New makes one. After
// an error of the writer below, all its methods return that error.
type Doc struct {
	w        io.Writer
	language string
	written  int64
	offsets  []int64 // by object's number, less one
	kids     []int   // the pages' objects
	err      error
}

// New begins a document on w. The language of its words is a BCP 47 tag, for
// who listens to the page; empty says none. The caller closes the Doc, and w after it.
func New(w io.Writer, language string) *Doc {
	d := &Doc{w: w, language: language, offsets: make([]int64, firstObject-1)}
	d.print("%%PDF-1.4\n")
	return d
}

// Pages is how many pages were written.
func (d *Doc) Pages() int { return len(d.kids) }

// Close writes what a reader begins with. Without it there is no document.
func (d *Doc) Close() error {
	if d.err != nil {
		return d.err
	}
	if len(d.kids) == 0 {
		return ErrNoPages
	}
	language := ""
	if d.language != "" {
		language = " /Lang (" + winAnsi(d.language) + ")"
	}
	var kids strings.Builder
	for _, k := range d.kids {
		fmt.Fprintf(&kids, " %d 0 R", k)
	}
	d.object(catalogObject, "<< /Type /Catalog /Pages %d 0 R%s >>", pagesObject, language)
	d.object(pagesObject, "<< /Type /Pages /Count %d /Kids [%s ] >>", len(d.kids), kids.String())
	d.object(fontObject, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	table := d.written
	d.print("xref\n0 %d\n0000000000 65535 f \n", len(d.offsets)+1)
	for _, offset := range d.offsets {
		d.print("%010d 00000 n \n", offset)
	}
	d.print("trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(d.offsets)+1, catalogObject, table)
	if d.err == nil {
		d.err = errors.New("the document is closed")
		return nil
	}
	return d.err
}

// page writes a page of a size in points, with what draws it and what that needs.
func (d *Doc) page(width, height float64, turn int, resources, content string) {
	drawn := d.stream("", []byte(content))
	page := d.next()
	rotate := ""
	if turn != 0 {
		rotate = fmt.Sprintf(" /Rotate %d", turn)
	}
	d.object(page, "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f]%s /Resources << %s >> /Contents %d 0 R >>",
		pagesObject, width, height, rotate, resources, drawn)
	if d.err == nil {
		d.kids = append(d.kids, page)
	}
}

// next is the number of an object to come.
func (d *Doc) next() int {
	d.offsets = append(d.offsets, 0)
	return len(d.offsets)
}

func (d *Doc) object(number int, format string, a ...any) {
	d.offsets[number-1] = d.written
	d.print("%d 0 obj\n"+format+"\nendobj\n", append([]any{number}, a...)...)
}

// stream writes an object of bytes with these entries, and returns its number.
func (d *Doc) stream(entries string, content []byte) (number int) {
	number = d.next()
	d.object(number, "<< %s/Length %d >>\nstream\n%s\nendstream", entries, len(content), content)
	return number
}

func (d *Doc) print(format string, a ...any) {
	if d.err != nil {
		return
	}
	n, err := fmt.Fprintf(d.w, format, a...)
	d.written += int64(n)
	if err != nil {
		d.err = fmt.Errorf("write a document: %w", err)
	}
}
