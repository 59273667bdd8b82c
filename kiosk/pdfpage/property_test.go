package pdfpage

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

var (
	beginsTable = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	streams     = regexp.MustCompile(`/Length (\d+) >>\nstream\n`)
)

// TestEveryObjectIsWhereTheTableSays, whatever the words and the pages: a
// reader that trusts the table and the lengths finds each object whole.
func TestEveryObjectIsWhereTheTableSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		d := New(&b, rapid.SampledFrom([]string{"", "fr"}).Draw(t, "language"))
		pages := rapid.IntRange(1, 4).Draw(t, "pages")
		for range pages {
			words := Text{Title: rapid.String().Draw(t, "title"), Lines: rapid.SliceOfN(rapid.String(), 0, pageLines).Draw(t, "lines"), Frame: rapid.Bool().Draw(t, "frame")}
			if err := d.Text(words); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		pdf := b.Bytes()
		found := beginsTable.FindSubmatch(pdf)
		if found == nil {
			t.Fatalf("no end: %q", pdf)
		}
		start, _ := strconv.Atoi(string(found[1]))
		entries := bytes.Split(pdf[start:], []byte("\n"))
		if string(entries[0]) != "xref" || string(entries[1]) != fmt.Sprintf("0 %d", firstObject+2*pages) {
			t.Fatalf("the table begins with %q", entries[:2])
		}
		for i := 1; i < firstObject+2*pages; i++ {
			at, err := strconv.Atoi(string(entries[2+i][:10]))
			if err != nil || len(entries[2+i]) != 19 || !bytes.HasPrefix(pdf[at:], fmt.Appendf(nil, "%d 0 obj\n", i)) {
				t.Fatalf("object %d is not where its entry %q says", i, entries[2+i])
			}
		}
		for _, m := range streams.FindAllSubmatchIndex(pdf, -1) {
			n, _ := strconv.Atoi(string(pdf[m[2]:m[3]]))
			if !bytes.HasPrefix(pdf[m[1]+n:], []byte("\nendstream\nendobj\n")) {
				t.Fatalf("a stream of %d bytes ends elsewhere", n)
			}
		}
	})
}

func FuzzString(f *testing.F) {
	for _, s := range []string{"Été (à) l’ombre", `\)`, "\x00\n", "日本", "\xff(", "œ€\u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		depth, escaped := 0, false
		for _, b := range []byte(winAnsi(s)) {
			switch {
			case escaped:
				escaped = false
			case b == '\\':
				escaped = true
			case b == '(' || b == ')':
				depth++
			case b < ' ':
				t.Errorf("winAnsi(%q) holds the control %d", s, b)
			}
		}
		if depth != 0 || escaped {
			t.Errorf("winAnsi(%q) ends its string early", s)
		}
	})
}
