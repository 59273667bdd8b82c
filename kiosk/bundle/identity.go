package bundle

import (
	"bytes"
	"errors"
	"image/png"
	"io/fs"

	"borne/kiosk"
)

// The organisation's logo, and what it may take: it goes to each borne with
// every configuration.
const (
	logoFile     = "logo.png"
	maxLogoBytes = 48 << 10
	maxLogoSide  = 1024 // pixels
)

// colour reads an organisation's colour, and holds it to the contrast that
// words need.
func (v value) colour() kiosk.Colour {
	s, ok := v.text()
	if !ok || s == "" {
		return ""
	}
	c := kiosk.Colour(s)
	if _, _, _, ok := c.RGB(); !ok {
		v.faultf("colour is %q: write six hexadecimal digits in quotes, such as '#0b4f6c'", s)
		return ""
	}
	if legible := c.Legible(); legible != c {
		v.faultf("colour %s is too light: words in it or on it have a contrast of %.1f:1, and need %.1f:1; write a darker one, such as '%s'",
			c, c.Contrast(kiosk.ColourGround), kiosk.ColourContrast, legible)
	}
	return c
}

// logo reads logo.png, where there is one.
func (l *loader) logo() []byte {
	data, err := fs.ReadFile(l.dir, logoFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		l.at(logoFile).faultf("the file cannot be read: %v", err)
		return nil
	case len(data) > maxLogoBytes:
		l.at(logoFile).faultf("%d kB: %d kB at most, save it smaller", len(data)>>10, maxLogoBytes>>10)
		return nil
	}
	size, err := png.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		l.at(logoFile).faultf("no PNG picture (%v): save the logo as PNG", err)
		return nil
	case size.Width > maxLogoSide || size.Height > maxLogoSide || size.Width < 16 || size.Height < 16:
		l.at(logoFile).faultf("%d by %d pixels: 16 to %d a side, save it in another size", size.Width, size.Height, maxLogoSide)
		return nil
	}
	if _, err := png.Decode(bytes.NewReader(data)); err != nil {
		l.at(logoFile).faultf("the picture is damaged (%v): save it again", err)
		return nil
	}
	return data
}
