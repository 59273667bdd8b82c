package pdfpage_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"borne/kiosk/pdfpage"
)

// made is a document of what draw adds.
func made(t *testing.T, draw func(*pdfpage.Doc)) []byte {
	t.Helper()
	var b bytes.Buffer
	d := pdfpage.New(&b, "fr")
	draw(d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// poppler runs one of its programs on a document. It complains of a damaged
// document on its standard error and repairs it: here that is a failure.
func poppler(t *testing.T, pdf []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip("poppler-utils is not installed")
	}
	var out, complaints bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(pdf), &out, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v: %s", name, err, complaints.String())
	}
	return out.String()
}

// arrow is a picture that shows which way is up: black above, white below.
func arrow(t *testing.T, width, height int, grey bool) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			if y < height/2 {
				m.Set(x, y, color.Black)
			} else {
				m.Set(x, y, color.White)
			}
		}
	}
	var from image.Image = m
	if grey {
		g := image.NewGray(m.Bounds())
		for i := range g.Pix {
			g.Pix[i] = m.Pix[4*i]
		}
		from = g
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, from, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWordsAreRead(t *testing.T) {
	pdf := pdfpage.Words("fr", pdfpage.Text{Title: "Reçu d’entraînement", Lines: []string{"Personne (née) : C:\\", "", "12\u202f€ « œuvre » 漢"}, Frame: true})
	info := poppler(t, pdf, "pdfinfo", "-")
	if !strings.Contains(info, "595 x 842 pts (A4)") || !strings.Contains(info, "Pages:           1\n") || strings.Contains(info, "Date") || strings.Contains(info, "Producer") {
		t.Errorf("the document is %s", info)
	}
	text := poppler(t, pdf, "pdftotext", "-", "-")
	for _, want := range []string{"Reçu d’entraînement", "Personne (née) : C:\\", "12 € « œuvre » ?"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q but %q", want, text)
		}
	}
}

// TestManyLinesTakePages, and none is lost at a page's end.
func TestManyLinesTakePages(t *testing.T) {
	for lines, pages := range map[int]string{0: "1", 26: "1", 27: "2", 60: "3"} {
		var want []string
		for i := range lines {
			want = append(want, "ligne "+strconv.Itoa(i))
		}
		pdf := pdfpage.Words("fr", pdfpage.Text{Title: "Titre", Lines: want})
		if info := poppler(t, pdf, "pdfinfo", "-"); !strings.Contains(info, "Pages:           "+pages+"\n") {
			t.Errorf("%d lines make %s", lines, info)
		}
		said := strings.Join(strings.Fields(poppler(t, pdf, "pdftotext", "-", "-")), " ")
		if want := strings.TrimSpace("Titre " + strings.Join(want, " ")); said != want {
			t.Errorf("%d lines are read as %q", lines, said)
		}
	}
}

// TestScans: pictures keep their pixels and their size on paper, and lie as
// they are told to.
func TestScans(t *testing.T) {
	pdf := made(t, func(d *pdfpage.Doc) {
		for _, p := range []struct {
			picture []byte
			placing pdfpage.Placing
		}{
			{arrow(t, 1240, 1754, false), pdfpage.Placing{DPI: 150}},
			{arrow(t, 400, 100, true), pdfpage.Placing{DPI: 100, Turn: 90}},
			{arrow(t, 400, 100, false), pdfpage.Placing{}},
		} {
			if err := d.JPEG(p.picture, p.placing); err != nil {
				t.Error(err)
			}
		}
		if d.Pages() != 3 {
			t.Errorf("%d pages", d.Pages())
		}
	})
	info := poppler(t, pdf, "pdfinfo", "-f", "1", "-l", "3", "-")
	for _, want := range []string{"1 size:  595.2 x 841.92 pts (A4)", "2 size:  288 x 72 pts", "2 rot:   90", "3 size:  842 x 595 pts (A4)"} {
		if !strings.Contains(info, want) {
			t.Errorf("the pages are not %q: %s", want, info)
		}
	}
	pictures := strings.Fields(poppler(t, pdf, "pdfimages", "-list", "-"))
	for _, want := range []string{"1 0 image 1240 1754 rgb 3 8 jpeg", "2 1 image 400 100 gray 1 8 jpeg", "3 2 image 400 100 rgb 3 8 jpeg"} {
		if !strings.Contains(strings.Join(pictures, " "), want) {
			t.Errorf("the pictures are not %q: %q", want, pictures)
		}
	}
	// Turned clockwise, what was above is at the right.
	turned, err := png.Decode(strings.NewReader(poppler(t, pdf, "pdftoppm", "-png", "-r", "72", "-f", "2", "-l", "2", "-")))
	if err != nil {
		t.Fatal(err)
	}
	if b := turned.Bounds(); b.Dx() != 72 || b.Dy() != 288 {
		t.Fatalf("the turned page is %v", b)
	}
	left, _, _, _ := turned.At(10, 100).RGBA()
	right, _, _, _ := turned.At(60, 100).RGBA()
	if left < 0xf000 || right > 0x0fff {
		t.Errorf("the turned page has %x at the left and %x at the right", left, right)
	}
}

func TestWhatIsNoScan(t *testing.T) {
	whole := arrow(t, 40, 10, false)
	for name, c := range map[string]struct {
		picture []byte
		placing pdfpage.Placing
	}{
		"nothing": {}, "a header cut short": {picture: whole[:20]}, "a program": {picture: []byte("MZ\x90\x00")},
		"dpi below nothing": {picture: whole, placing: pdfpage.Placing{DPI: -1}}, "dpi beyond scanners": {picture: whole, placing: pdfpage.Placing{DPI: 4801}},
		"an eighth turn": {picture: whole, placing: pdfpage.Placing{Turn: 45}}, "a turn the other way": {picture: whole, placing: pdfpage.Placing{Turn: -90}},
		"a whole turn": {picture: whole, placing: pdfpage.Placing{Turn: 360}},
		"a wall":       {picture: arrow(t, 300, 1, false), placing: pdfpage.Placing{DPI: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			d := pdfpage.New(&b, "")
			if err := d.JPEG(c.picture, c.placing); err == nil || d.Pages() != 0 {
				t.Errorf("it makes a page: %v, %d pages", err, d.Pages())
			}
			if err := d.Close(); !errors.Is(err, pdfpage.ErrNoPages) {
				t.Errorf("a document without pages closes with %v", err)
			}
		})
	}
}

// full is a disk that takes some bytes.
type full struct{ room int }

var errFull = errors.New("no room")

func (f *full) Write(b []byte) (int, error) {
	if len(b) > f.room {
		return 0, errFull
	}
	f.room -= len(b)
	return len(b), nil
}

// TestAFullDisk: wherever the room ends, nobody takes the document for whole.
func TestAFullDisk(t *testing.T) {
	whole := len(made(t, func(d *pdfpage.Doc) { _ = d.Text(pdfpage.Text{Title: "x"}) }))
	for room := range whole {
		d := pdfpage.New(&full{room}, "fr")
		_ = d.Text(pdfpage.Text{Title: "x"})
		if err := d.Close(); !errors.Is(err, errFull) {
			t.Fatalf("with room for %d of %d bytes: %v", room, whole, err)
		}
	}
	d := pdfpage.New(io.Discard, "fr")
	_ = d.Text(pdfpage.Text{Title: "x"})
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if d.Text(pdfpage.Text{Title: "late"}) == nil || d.Close() == nil {
		t.Error("a closed document takes more")
	}
}
