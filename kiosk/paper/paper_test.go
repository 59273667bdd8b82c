package paper

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// file is a document as borned opens it.
func file(t *testing.T, content []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// served is what comes of a document, by way of the socket's frames.
func served(t *testing.T, content []byte, most int) (pages int, pdf []byte, err error) {
	t.Helper()
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		err := Serve(t.Context(), file(t, content), most, w)
		w.Close() // the process ends, whatever came of it
		failed <- err
	}()
	var out bytes.Buffer
	pages, _, err = Receive(r, &out, 10<<20)
	r.Close()
	return pages, out.Bytes(), errors.Join(err, <-failed)
}

// pagesIn asks poppler how many pages a PDF has, and their size.
func pagesIn(t *testing.T, pdf []byte) string {
	t.Helper()
	cmd := exec.Command(countProgram, "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pdfinfo: %v: %s", err, out)
	}
	return string(out)
}

func needPoppler(t *testing.T) {
	t.Helper()
	for _, p := range []string{countProgram, drawProgram} {
		if _, err := os.Stat(p); err != nil {
			t.Skip("poppler-utils is not installed")
		}
	}
}

// picture is wide and has a colour that lets light through.
func picture(t *testing.T, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	for i := range 300 {
		m.Set(i, 100, color.NRGBA{R: 200, A: 128})
	}
	var b bytes.Buffer
	if err := encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesBecomeAPage(t *testing.T) {
	needPoppler(t)
	for name, encode := range map[string]func(io.Writer, image.Image) error{
		"png": png.Encode, "jpeg": func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			pages, pdf, err := served(t, picture(t, encode), 20)
			if err != nil || pages != 1 {
				t.Fatalf("%d pages, %v", pages, err)
			}
			if said := pagesIn(t, pdf); !strings.Contains(said, "Pages:           1\n") || !strings.Contains(said, "842 x 595 pts (A4)") {
				t.Errorf("the page is %s", said)
			}
		})
	}
}

// hostile is a PDF of n pages that runs a script when it opens.
func hostile(n int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert)>>]>>>>>>endobj\n")
	b.WriteString("2 0 obj<</Type/Pages/Count ")
	var kids []string
	for i := range n {
		kids = append(kids, strconv.Itoa(10+i)+" 0 R")
	}
	b.WriteString(strconv.Itoa(n) + "/Kids[" + strings.Join(kids, " ") + "]>>endobj\n")
	for i := range n {
		b.WriteString(strconv.Itoa(10+i) + " 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000 3000]>>endobj\n")
	}
	b.WriteString("trailer<</Root 1 0 R>>\n%%EOF\n")
	return b.Bytes()
}

// TestDrawnAnew: what is printed holds pages of A4 and nothing of what the
// document does.
func TestDrawnAnew(t *testing.T) {
	needPoppler(t)
	document := hostile(3)
	if said := pagesIn(t, document); !strings.Contains(said, "JavaScript:      yes") {
		t.Fatalf("the document is not hostile: %s", said)
	}
	pages, pdf, err := served(t, document, 20)
	if err != nil || pages != 3 {
		t.Fatalf("%d pages, %v", pages, err)
	}
	said := pagesIn(t, pdf)
	for _, want := range []string{"Pages:           3\n", "JavaScript:      no", "(A4)"} {
		if !strings.Contains(said, want) {
			t.Errorf("what is printed is not %q: %s", want, said)
		}
	}
}

func TestTooManyPagesAreCountedOnly(t *testing.T) {
	needPoppler(t)
	if pages, pdf, err := served(t, hostile(21), 20); err != nil || pages != 21 || len(pdf) > 0 {
		t.Errorf("%d pages, %d bytes, %v", pages, len(pdf), err)
	}
}

func TestWhatCannotBePrinted(t *testing.T) {
	needPoppler(t)
	for name, content := range map[string][]byte{
		"nothing": {}, "a program": []byte("MZ\x90\x00"), "half a PDF": []byte("%PDF-1.7\n1 0 obj<<"),
		"half a picture": picture(t, png.Encode)[:100],
		"a huge picture": append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00"), 0x61, 0xd8, 0x8a, 0x1f),
	} {
		t.Run(name, func(t *testing.T) {
			if pages, pdf, err := served(t, content, 20); err == nil || len(pdf) > 0 {
				t.Errorf("it has %d pages and %d bytes", pages, len(pdf))
			}
		})
	}
}

func TestReceiveRefuses(t *testing.T) {
	for name, sent := range map[string]string{
		"nothing": "", "no pages": "\x00\x00\x00\x00\x00\x00\x00\x00", "too many pages": "\x7f\xff\xff\xff\x00\x00\x00\x00",
		"no end": "\x00\x00\x00\x01\x00\x00\x00\x02ab", "half a part": "\x00\x00\x00\x01\x00\x00\x00\x05ab",
		"a part too long": "\x00\x00\x00\x01\x00\x02\x00\x00" + strings.Repeat("x", 128<<10) + "\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			if n, _, err := Receive(strings.NewReader(sent), io.Discard, 10<<20); !errors.Is(err, ErrCut) {
				t.Errorf("%d pages, %v", n, err)
			}
		})
	}
	if _, _, err := Receive(strings.NewReader("\x00\x00\x00\x01\x00\x00\x00\x02ab\x00\x00\x00\x00"), io.Discard, 1); !errors.Is(err, ErrCut) {
		t.Errorf("past its limit: %v", err)
	}
}

// FuzzReceive: whatever a process that was taken over says, no more is written
// than was allowed, and what was said whole is what comes out.
func FuzzReceive(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x03\x00\x00\x00\x05%PDF-\x00\x00\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x15\x00\x00\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		const limit = 64
		var out bytes.Buffer
		pages, written, err := Receive(bytes.NewReader(sent), &out, limit)
		if out.Len() > limit {
			t.Fatalf("%d bytes are written", out.Len())
		}
		if err == nil && (pages < 1 || pages > maxPages || written != int64(out.Len())) {
			t.Fatalf("%d pages, %d of %d bytes", pages, written, out.Len())
		}
	})
}

// FuzzPagesOf: poppler's words are about a hostile document.
func FuzzPagesOf(f *testing.F) {
	f.Add("Title: Pages: 3\nPages:           12\n")
	f.Add("Pages: -1\n")
	f.Fuzz(func(t *testing.T, said string) {
		if n, err := pagesOf(said); err == nil && (n < 1 || n > maxPages) {
			t.Fatalf("%d pages", n)
		}
	})
}
