package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // a screenshot, a scan
	"io"

	"borne/kiosk"
)

// A4 in points, with a margin that every printer has.
const (
	paperWidth, paperHeight = 595.0, 842.0
	paperMargin             = 18.0
	// maxPixels bounds what a picture takes when it is unpacked, four bytes
	// each: 12 megapixels are a telephone's.
	maxPixels       = 24_000_000
	maxPictureBytes = kiosk.MaxDownloadBytes
)

// drawPicture makes a PDF of one page of a picture, as large as fits, upright
// or lying as the picture is. It is unpacked and packed anew: what else the
// file holds stays behind.
func drawPicture(r io.Reader, w io.Writer) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("read the picture: %w", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > maxPixels/c.Height {
		return errors.New("the picture is too large to be unpacked")
	}
	m, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("read the picture: %w", err)
	}
	// On white: what lets light through would be black.
	plain := image.NewRGBA(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(plain, plain.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(plain, plain.Bounds(), m, m.Bounds().Min, draw.Over)
	var packed bytes.Buffer
	if err := jpeg.Encode(&packed, plain, &jpeg.Options{Quality: 90}); err != nil {
		return err
	}
	return writePDF(w, packed.Bytes(), c.Width, c.Height)
}

// writePDF writes the five objects that a page with a picture needs (ISO
// 32000-2, 7.5).
func writePDF(w io.Writer, picture []byte, width, height int) error {
	pageWidth, pageHeight := paperWidth, paperHeight
	if width > height {
		pageWidth, pageHeight = pageHeight, pageWidth
	}
	scale := min((pageWidth-2*paperMargin)/float64(width), (pageHeight-2*paperMargin)/float64(height))
	x, y := (pageWidth-scale*float64(width))/2, (pageHeight-scale*float64(height))/2
	content := fmt.Sprintf("q %.3f 0 0 %.3f %.3f %.3f cm /P Do Q", scale*float64(width), scale*float64(height), x, y)

	var out bytes.Buffer
	var at []int
	object := func(format string, a ...any) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n", len(at))
		fmt.Fprintf(&out, format, a...)
		out.WriteString("\nendobj\n")
	}
	out.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.0f %.0f]/Resources<</XObject<</P 5 0 R>>>>/Contents 4 0 R>>", pageWidth, pageHeight)
	object("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
	object("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream",
		width, height, len(picture), picture)
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	_, err := w.Write(out.Bytes())
	return err
}
