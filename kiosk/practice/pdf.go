package practice

import (
	"bytes"
	"fmt"
	"strings"
)

// example is the document that a visitor may attach. Both are in French, as
// official documents are, and the same for everybody.
func example() []byte {
	return pdf("Document d’exemple", "Ce document sert à s’entraîner sur la borne.", "Il ne vaut rien pour une administration.",
		"", "Vous pouvez le joindre au dossier d’entraînement,", "le voir, et l’imprimer.")
}

// receipt is what the dossier ends with.
func receipt() []byte {
	return pdf("Reçu d’entraînement", "Dossier : ENTRAÎNEMENT", "", "Vous êtes allé au bout d’un dossier d’entraînement sur la borne.",
		"Rien n’a été envoyé. Rien de ce que vous avez écrit n’a été gardé.", "Ce reçu ne vaut rien pour une administration.",
		"", "Sur un vrai site, gardez toujours le reçu : il porte le numéro", "de votre dossier et la date de l’envoi.")
}

// pdf writes one page of A4: a title and lines, in the Helvetica that every
// reader has (ISO 32000-1, 9.6.2.2).
func pdf(title string, lines ...string) []byte {
	var content bytes.Buffer
	fmt.Fprintf(&content, "BT /F1 24 Tf 60 760 Td (%s) Tj ET\n", pdfString(title))
	for i, line := range lines {
		fmt.Fprintf(&content, "BT /F1 15 Tf 60 %d Td (%s) Tj ET\n", 700-26*i, pdfString(line))
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", content.Len(), content.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// pdfString encodes our own words in WinAnsi, where a typographic apostrophe
// is 146, and escapes what ends a string.
func pdfString(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteByte('\\')
			b.WriteByte(byte(r))
		case r == '’':
			b.WriteByte(146)
		case r >= 0x20 && r < 0x7f || r >= 0xa0 && r <= 0xff:
			b.WriteByte(byte(r))
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
