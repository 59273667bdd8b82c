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
	"borne/kiosk/pdfpage"
)

const (
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
	page := pdfpage.New(w, "")
	if err := page.JPEG(packed.Bytes(), pdfpage.Placing{}); err != nil {
		return err
	}
	return page.Close()
}
