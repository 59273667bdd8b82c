package scan

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"io"

	"borne/kiosk"
	"borne/kiosk/pdfpage"
)

// dpi is how finely pages are kept: small print is read well by a person, and
// by what sites check papers with.
const dpi = 200

// keptQuality is what a page is packed at when it is taken (JPEG, 1 to 100).
const keptQuality = 85

// steps are tried until a document is small enough: below 100 dpi nobody reads
// a form any more.
var steps = []struct{ dpi, quality int }{{200, 70}, {200, 55}, {150, 65}, {150, 50}, {120, 50}, {100, 45}, {100, 30}}

// page is what was scanned, as the visitor wants it.
type page struct {
	whole    *image.RGBA
	quarters int
	cropped  bool
}

// picture is the page as it will be kept, of so many pixels at most.
func (p *page) picture(width, height int) *image.RGBA {
	m := p.whole
	if p.cropped {
		m = part(m, content(m))
	}
	if p.quarters%2 == 1 {
		width, height = height, width
	}
	return turned(within(m, width, height), p.quarters)
}

// kept is a page that was taken, packed.
type kept []byte

func packed(m *image.RGBA, quality int) (kept, error) {
	var from image.Image = m
	if g := grey(m); g != nil {
		from = g
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, from, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// again packs a page anew, smaller.
func (k kept) again(to, quality int) (kept, error) {
	m, err := jpeg.Decode(bytes.NewReader(k))
	if err != nil {
		return nil, err
	}
	b := m.Bounds()
	plain := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(plain, plain.Bounds(), m, b.Min, draw.Src)
	return packed(shrunk(plain, b.Dx()*to/dpi, b.Dy()*to/dpi), quality)
}

// document writes the pages as one PDF of at most so many bytes, as finely as
// that lets them be.
func document(pages []kept, most int) ([]byte, error) {
	if len(pages) == 0 || len(pages) > kiosk.MaxScanPages {
		return nil, ErrPages
	}
	if b, err := written(pages, dpi, most); !errors.Is(err, ErrTooLarge) {
		return b, err
	}
	for _, s := range steps {
		var smaller []kept
		size := 0
		for _, k := range pages {
			k, err := k.again(s.dpi, s.quality)
			if err != nil {
				return nil, err
			}
			if size += len(k); size > most {
				break
			}
			smaller = append(smaller, k)
		}
		if size > most {
			continue
		}
		if b, err := written(smaller, s.dpi, most); !errors.Is(err, ErrTooLarge) {
			return b, err
		}
	}
	return nil, ErrTooLarge
}

// bounded holds a document of at most so many bytes.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, ErrTooLarge
	}
	return b.Buffer.Write(p)
}

func written(pages []kept, dpi, most int) ([]byte, error) {
	b := &bounded{most: most}
	d := pdfpage.New(b, "")
	for _, k := range pages {
		if err := d.JPEG(k, pdfpage.Placing{DPI: dpi}); err != nil {
			return nil, err
		}
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// parts sends a document.
func parts(w io.Writer, b []byte) error {
	for len(b) > 0 {
		part := b[:min(len(b), maxPart)]
		if err := answer(w, answerPart, part); err != nil {
			return err
		}
		b = b[len(part):]
	}
	return answer(w, answerDone)
}
