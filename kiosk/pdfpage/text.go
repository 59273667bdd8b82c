package pdfpage

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
)

// Text is words: a title, and lines under it. A line is not wrapped: some 70
// letters fit. Frame draws an edge around the page, which shows on paper what a
// printer cuts off.
type Text struct {
	Title string
	Lines []string
	Frame bool
}

// pageLines is how many lines a page takes.
const pageLines = 26

// Words is a whole document of words alone, in that language (see New).
func Words(language string, t Text) []byte {
	var b bytes.Buffer
	d := New(&b, language)
	_ = d.Text(t) // memory takes what is written
	_ = d.Close()
	return b.Bytes()
}

// Text adds words, on a page or on as many as the lines need.
func (d *Doc) Text(t Text) error {
	lines := t.Lines
	for title := t.Title; ; title = "" {
		here := lines[:min(pageLines, len(lines))]
		lines = lines[len(here):]
		d.words(title, here, t.Frame)
		if len(lines) == 0 {
			return d.err
		}
	}
}

func (d *Doc) words(title string, lines []string, frame bool) {
	var content strings.Builder
	fmt.Fprintf(&content, "BT /F 22 Tf 60 760 Td (%s) Tj ET\n", winAnsi(title))
	for i, line := range lines {
		fmt.Fprintf(&content, "BT /F 14 Tf 60 %d Td (%s) Tj ET\n", 700-25*i, winAnsi(line))
	}
	if frame {
		content.WriteString("2 w 30 30 535 782 re S\n")
	}
	d.page(a4Width, a4Height, 0, fmt.Sprintf("/Font << /F %d 0 R >>", fontObject), content.String())
}

// winAnsi writes words as the inside of a PDF string in that encoding, which is
// Windows 1252 (ISO 32000-1, D.2). A space of any width is a space; what the
// encoding lacks is a question mark.
func winAnsi(s string) string {
	var b strings.Builder
	for _, r := range s {
		c, ok := charmap.Windows1252.EncodeRune(r)
		switch {
		case unicode.IsSpace(r):
			c = ' '
		case !ok || !unicode.IsPrint(r):
			c = '?'
		}
		if c == '(' || c == ')' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
