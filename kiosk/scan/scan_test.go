package scan

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"borne/kiosk"
)

// glass is a scanner of SANE's own making: libsane's backend "test" draws what
// a glass would show, and Debian's scanimage reads it, as it reads any scanner.
func glass(t *testing.T, conf string) *Glass {
	t.Helper()
	if _, err := os.Stat(saneProgram); err != nil {
		t.Skip("sane-utils is not installed")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "test.conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	return served(t, sane{program: saneProgram, folders: dir, name: "test:0"})
}

func served(t *testing.T, machine sane) *Glass {
	t.Helper()
	ours, theirs := net.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serve(t.Context(), theirs, machine) }()
	t.Cleanup(func() {
		ours.Close()
		if err := <-ended; err != nil && !errors.Is(err, io.ErrClosedPipe) {
			t.Error(err)
		}
	})
	return New(ours)
}

// pattern is a glass of 30 mm, which tests are sooner done with.
const pattern = "number_of_devices 1\nmode Color\ntest-picture \"Color pattern\"\ngeometry_max 30.0\n"

// TestOnePage: scanned, turned, kept.
func TestOnePage(t *testing.T) {
	g := glass(t, pattern)
	var percents []int
	var first, second bytes.Buffer
	v, err := g.Page(t.Context(), func(p int) { percents = append(percents, p) }, &first)
	if err != nil {
		t.Fatal(err)
	}
	// The virtual glass is 30 mm wide and high.
	if v.Width != 236 || v.Height != 236 || v.Bytes() != int64(first.Len()) || v.Cropped {
		t.Errorf("it looks like %+v, %d bytes", v, first.Len())
	}
	if len(percents) == 0 || percents[len(percents)-1] != 100 {
		t.Errorf("it went %v", percents)
	}
	if _, err := g.Turn(t.Context(), &second); err != nil || bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("turned, it looks the same: %v", err)
	}
	for range 3 {
		second.Reset()
		if _, err := g.Turn(t.Context(), &second); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("a whole turn changes it")
	}
	if said := poppler(t, keep(t, g, 2_000_000)); !strings.Contains(said, "Pages:           1\n") || !strings.Contains(said, "Page size:       84.96") {
		t.Errorf("the document is %s", said)
	}
	if err := g.Keep(t.Context(), 2_000_000, io.Discard); !errors.Is(err, ErrPages) {
		t.Errorf("the paper is kept twice: %v", err)
	}
}

func keep(t *testing.T, g *Glass, limit int64) []byte {
	t.Helper()
	var pdf bytes.Buffer
	if err := g.Keep(t.Context(), limit, &pdf); err != nil {
		t.Fatal(err)
	}
	if int64(pdf.Len()) > limit {
		t.Errorf("the document has %d bytes, more than %d", pdf.Len(), limit)
	}
	return pdf.Bytes()
}

func poppler(t *testing.T, pdf []byte) string {
	t.Helper()
	cmd := exec.Command("pdfinfo", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pdfinfo: %v: %s", err, out)
	}
	return string(out)
}

// TestPages: several make one document, as many as there may be, and a page
// that was scanned badly is not among them.
func TestPages(t *testing.T) {
	g := glass(t, pattern)
	page := func() {
		t.Helper()
		if _, err := g.Page(t.Context(), nil, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.More(t.Context()); !errors.Is(err, ErrPages) {
		t.Errorf("no page is taken: %v", err)
	}
	page()
	page() // again
	if err := g.More(t.Context()); err != nil {
		t.Fatal(err)
	}
	page()
	if said := poppler(t, keep(t, g, 2_000_000)); !strings.Contains(said, "Pages:           2\n") {
		t.Errorf("the document is %s", said)
	}
	for range kiosk.MaxScanPages {
		page()
		if err := g.More(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.Page(t.Context(), nil, io.Discard); !errors.Is(err, ErrPages) {
		t.Errorf("more than a document takes: %v", err)
	}
	// What was taken is not lost for that.
	if said := poppler(t, keep(t, g, 2_000_000)); !strings.Contains(said, "Pages:           10\n") {
		t.Errorf("the document is %s", said)
	}
	page()
	if err := g.Drop(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := g.Turn(t.Context(), io.Discard); !errors.Is(err, ErrPages) {
		t.Errorf("what was dropped is there: %v", err)
	}
}

// TestStop: a slow page is given up, and another scanned.
func TestStop(t *testing.T) {
	g := glass(t, pattern+"read-delay true\nread-delay-duration 50000\n")
	_, err := g.Page(t.Context(), func(int) {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
	}, io.Discard)
	if !errors.Is(err, ErrStopped) {
		t.Errorf("given up: %v", err)
	}
	if err := g.Stop(); err != nil { // too late: nobody minds
		t.Error(err)
	}
	if err := g.Drop(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTroubles: what a scanner says that cannot.
func TestTroubles(t *testing.T) {
	for said, want := range map[string]error{"SANE_STATUS_COVER_OPEN": ErrCover, "SANE_STATUS_DEVICE_BUSY": ErrAway, "SANE_STATUS_IO_ERROR": ErrAway, "SANE_STATUS_JAMMED": ErrFailed} {
		if _, err := glass(t, pattern+"read-status-code \""+said+"\"\n").Page(t.Context(), nil, io.Discard); !errors.Is(err, want) {
			t.Errorf("%s: %v", said, err)
		}
	}
	if _, err := glass(t, "").machineNamed(t, "test:7").Page(t.Context(), nil, io.Discard); !errors.Is(err, ErrAway) {
		t.Errorf("no such scanner: %v", err)
	}
}

// machineNamed is another scanner.
func (*Glass) machineNamed(t *testing.T, name string) *Glass {
	return served(t, sane{program: saneProgram, folders: t.TempDir(), name: name})
}

// TestAProgramOfAnother: whatever stands in scanimage's place, it ends.
func TestAProgramOfAnother(t *testing.T) {
	for script, want := range map[string]error{
		"exit 0": ErrFailed, "printf 'P6 99999 99999 255\\n'": ErrFailed, "printf 'P5 2 2 255\\nab'": ErrFailed, "yes | head -c 9000000": ErrFailed,
		"yes Progress: | tr -d '\\n' | head -c 900000 >&2; exit 9": ErrAway,
	} {
		path := filepath.Join(t.TempDir(), "scanimage")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := served(t, sane{program: path, name: "x"}).Page(t.Context(), nil, io.Discard); !errors.Is(err, want) {
			t.Errorf("%q: %v", script, err)
		}
	}
}

// TestLessThanWished: a scanner without colour is scanned in grey, and a finer
// one made as fine as pages are kept.
func TestLessThanWished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scanimage")
	script := `#!/bin/sh
case "$*" in *Color*) echo "scanimage: setting of option --mode failed (Invalid argument)" >&2; exit 1;; esac
echo "scanimage: rounded value of resolution from 200 to 400" >&2
printf 'P5\n# SANE data follows\n800 400\n255\n'; head -c 320000 /dev/zero
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	g := served(t, sane{program: path, name: "x"})
	v, err := g.Page(t.Context(), nil, io.Discard)
	if err != nil || v.Width != 400 || v.Height != 200 {
		t.Errorf("it is %+v, %v", v, err)
	}
	if said := poppler(t, keep(t, g, 2_000_000)); !strings.Contains(said, "Page size:       144 x 72 pts") {
		t.Errorf("the document is %s", said)
	}
}

// noise is a page that nothing makes small.
func noise(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(r.Uint32()) | byte(i%4/3*255)
	}
	return m
}

// TestSmallEnough: quality goes before the page does, and the page before it
// is cut short.
func TestSmallEnough(t *testing.T) {
	k, err := packed(noise(200, 300), keptQuality)
	if err != nil {
		t.Fatal(err)
	}
	for _, most := range []int{len(k) + 2000, len(k) / 2, len(k) / 10} {
		b, err := document([]kept{k}, most)
		if err != nil || len(b) > most {
			t.Errorf("at most %d: %d, %v", most, len(b), err)
		}
		if said := poppler(t, b); !strings.Contains(said, "Page size:       72 x 108 pts") {
			t.Errorf("at most %d, the page is %s", most, said)
		}
	}
	if _, err := document([]kept{k}, 2000); !errors.Is(err, ErrTooLarge) {
		t.Errorf("in 2 000 bytes: %v", err)
	}
}

// TestCardOnAGlass: cut, what lies on the page is left with some room.
func TestCardOnAGlass(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 1654, 2339))
	for i := range m.Pix {
		m.Pix[i] = 250
	}
	card := image.Rect(200, 300, 200+674, 300+425)
	for y := card.Min.Y; y < card.Max.Y; y++ {
		for x := card.Min.X; x < card.Max.X; x++ {
			m.Set(x, y, color.RGBA{180, 200, 220, 255})
		}
	}
	m.Set(1500, 2000, color.Black) // dust
	got := content(m)
	if !card.In(got) || got.Dx() > card.Dx()+6*edgeRoom || got.Dy() > card.Dy()+6*edgeRoom {
		t.Errorf("the card at %v is found at %v", card, got)
	}
	p := page{whole: m, cropped: true, quarters: 1}
	if b := p.picture(480, 680).Bounds(); b.Dx() > 480 || b.Dy() > 680 || b.Dy() < b.Dx() {
		t.Errorf("turned and cut, it is %v", b)
	}
	empty := image.NewRGBA(image.Rect(0, 0, 1654, 2339))
	if got := content(empty); got != empty.Bounds() {
		t.Errorf("an empty glass is cut to %v", got)
	}
}

func TestGreyIsGrey(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i := range m.Pix {
		m.Pix[i] = 240
	}
	if grey(m) == nil {
		t.Error("a grey page has colour")
	}
	for x := range 200 {
		m.Set(x, 100, color.RGBA{0, 0, 200, 255})
	}
	if grey(m) != nil {
		t.Error("a blue line is lost")
	}
}

// FuzzReadPNM: whatever a scanner makes of scanimage's words, a page is whole
// or it is none.
func FuzzReadPNM(f *testing.F) {
	f.Add([]byte("P5\n# SANE data follows\n2 1\n255\nab"))
	f.Add([]byte("P6 1 1 65535\n123456"))
	f.Add([]byte("P6 9999999 9999999 255\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		m, err := readPNM(bytes.NewReader(b))
		if err == nil && (m.Bounds().Dx()*m.Bounds().Dy() > len(b) || m.Bounds().Empty()) {
			t.Fatalf("%v from %d bytes", m.Bounds(), len(b))
		}
	})
}

// FuzzAnswers: whatever a process that was taken over says, no more is written
// than was allowed.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte("%\x00\x00\x00\x01\x05v\x00\x00\x00\x08\x00\x01\x00\x01\x01abc"))
	f.Add([]byte("b\x00\x00\x00\x05%PDF-e\x00\x00\x00\x00"))
	f.Add([]byte("f\x00\x00\x00\x01\x02"))
	f.Add([]byte("v\x7f\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		const limit = 64
		var out bytes.Buffer
		v, n, err := readAnswers(bytes.NewReader(b), func(p int) {
			if p < 0 || p > 100 {
				t.Fatalf("%d %%", p)
			}
		}, &out, limit)
		if out.Len() > limit || err == nil && n != int64(out.Len()) {
			t.Fatalf("%d bytes are written, %d said", out.Len(), n)
		}
		if err == nil && v != (View{}) && v.Bytes() != int64(out.Len()) {
			t.Fatalf("%+v in %d bytes", v, out.Len())
		}
	})
}

// FuzzWords: a line of scanimage's about a hostile scanner.
func FuzzWords(f *testing.F) {
	f.Add([]byte("Progress: 12.3%\rscanimage: rounded value of resolution from 200 to 300\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		w := words{fine: dpi, progress: func(p int) {
			if p < 1 || p > 100 {
				t.Fatalf("%d %%", p)
			}
		}}
		if n, err := w.Write(b); n != len(b) || err != nil || w.fine < 1 {
			t.Fatalf("%d, %v, %d dpi", n, err, w.fine)
		}
	})
}
