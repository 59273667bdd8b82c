package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/printer"
)

// testPage prints a page that says which borne made it, and nothing else. The
// wipe after the maintenance screen purges it like a visit's.
func (p *printing) testPage(ctx context.Context, lines []string) error {
	s := p.settings()
	if !s.Enabled {
		return fmt.Errorf("%w: printing is off in this borne's configuration", kiosk.ErrBadArgument)
	}
	status, err := p.look(ctx, 0)
	if err != nil {
		return fmt.Errorf("look at the printer: %w", err)
	}
	p.mu.Lock()
	p.sent = true
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, handOver)
	defer cancel()
	_, err = p.service.Print(ctx, status.Queue, printer.Options{Colour: s.Colour, TwoSided: false}, bytes.NewReader(pageOf(lines)))
	return err
}

// testLines are what the page says, in French.
func testLines(name, versions string, at time.Time) []string {
	return []string{"Page de test de la borne", "", name, versions, at.Format("02/01/2006 15:04"), "",
		"àâäçéèêëîïôöùûü ÀÂÇÉÈÊËÎÏÔÙÛ œ Œ € « »", "Cette page ne vient d’aucune visite."}
}

// pageOf writes an A4 page of PDF 1.4 (ISO 32000-1) with lines of text in one
// of the standard typefaces, which every reader has.
func pageOf(lines []string) []byte {
	var text bytes.Buffer
	text.WriteString("BT /F1 22 Tf 60 770 Td 30 TL\n")
	for i, l := range lines {
		if i == 1 {
			text.WriteString("/F1 14 Tf 22 TL\n")
		}
		fmt.Fprintf(&text, "(%s) Tj T*\n", winAnsi(l))
	}
	text.WriteString("ET\n2 w 30 30 535 782 re S\n")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// winAnsi writes a text as a PDF string of that encoding; what it lacks is a
// question mark.
func winAnsi(s string) string {
	special := map[rune]byte{'€': 0x80, '’': 0x92, 'œ': 0x9c, 'Œ': 0x8c}
	var b strings.Builder
	for _, r := range s {
		c, ok := special[r]
		switch {
		case ok:
		case r >= ' ' && r < 0x7f || r >= 0xa0 && r <= 0xff:
			c = byte(r)
		default:
			c = '?'
		}
		if c == '(' || c == ')' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
