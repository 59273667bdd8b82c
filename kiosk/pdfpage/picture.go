package pdfpage

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/jpeg"
)

const (
	// margin is what every printer leaves white, in points.
	margin = 18.0
	// maxPage is the longest side that readers promise, in points (ISO 32000-1, annex C).
	maxPage = 14400.0
)

// Placing says how a picture lies on its page.
type Placing struct {
	// DPI is how many pixels of the picture make an inch, as a scanner says it:
	// the page is then as large as what was scanned. Zero puts the picture on
	// A4, upright or lying as the picture is, as large as fits with a margin.
	DPI int
	// Turn is by how many degrees a reader turns the page clockwise: 0, 90, 180 or 270.
	Turn int
}

// JPEG adds a page that holds one picture, grey or in colour, and nothing else.
// The picture's bytes are written as they are, with all that is in them; only
// its header is read, so that a page cannot lie about it. A picture that is no such JPEG, or a Placing out of its
// bounds is an error, and no page.
func (d *Doc) JPEG(picture []byte, p Placing) error {
	header, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("read a picture's header: %w", err)
	}
	space := ""
	switch header.ColorModel {
	case color.GrayModel:
		space = "/DeviceGray"
	case color.YCbCrModel, color.RGBAModel:
		space = "/DeviceRGB"
	default:
		return errors.New("a picture in inks (CMYK), which no scanner makes")
	}
	if header.Width < 1 || header.Height < 1 {
		return fmt.Errorf("a picture of %d by %d pixels", header.Width, header.Height)
	}
	if p.DPI < 0 || p.DPI > 4800 || p.Turn%90 != 0 || p.Turn < 0 || p.Turn > 270 {
		return fmt.Errorf("a picture at %d dpi, turned by %d°: 0 to 4800 dpi and quarter turns are known", p.DPI, p.Turn)
	}
	width, height := float64(header.Width), float64(header.Height)
	pageWidth, pageHeight, scale := width, height, 1.0
	if p.DPI > 0 {
		scale = 72 / float64(p.DPI)
		pageWidth, pageHeight = width*scale, height*scale
	} else {
		pageWidth, pageHeight = a4Width, a4Height
		if width > height {
			pageWidth, pageHeight = pageHeight, pageWidth
		}
		scale = min((pageWidth-2*margin)/width, (pageHeight-2*margin)/height)
	}
	if max(pageWidth, pageHeight) > maxPage {
		return fmt.Errorf("a page of %.0f by %.0f points", pageWidth, pageHeight)
	}
	x, y := (pageWidth-scale*width)/2, (pageHeight-scale*height)/2
	drawn := d.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 /Filter /DCTDecode ",
		header.Width, header.Height, space), picture)
	d.page(pageWidth, pageHeight, p.Turn, fmt.Sprintf("/XObject << /P %d 0 R >>", drawn),
		fmt.Sprintf("q %.3f 0 0 %.3f %.3f %.3f cm /P Do Q\n", scale*width, scale*height, x, y))
	return d.err
}
