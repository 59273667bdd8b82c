package kiosk

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// Colour is an organisation's own, as "#rrggbb"; empty for the borne's.
type Colour string

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// RGB returns the parts of a colour; ok is false when it is none.
func (c Colour) RGB() (r, g, b uint8, ok bool) {
	if !colourForm.MatchString(string(c)) {
		return 0, 0, 0, false
	}
	v, err := strconv.ParseUint(string(c[1:]), 16, 32)
	return uint8(v >> 16), uint8(v >> 8), uint8(v), err == nil
}

// Darker returns the colour with its parts by so much of theirs: 0.8 for a
// fifth darker.
func (c Colour) Darker(by float64) Colour {
	r, g, b, ok := c.RGB()
	if !ok {
		return c
	}
	part := func(v uint8) uint8 { return uint8(float64(v) * by) }
	return Colour(fmt.Sprintf("#%02x%02x%02x", part(r), part(g), part(b)))
}

// Luminance is the relative luminance of WCAG 2.2, 0 for black to 1 for white.
func (c Colour) Luminance() float64 {
	r, g, b, _ := c.RGB()
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// Contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func (c Colour) Contrast(with Colour) float64 {
	a, b := c.Luminance(), with.Luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// An organisation's colour lies under white words and is that of words
// on the shell's light grounds, of which this is the darkest. WCAG 2.2 (1.4.3)
// asks for 4.5:1.
const (
	ColourGround   Colour = "#dfeef3"
	ColourContrast        = 4.5
)

// Legible returns the colour itself where it can be read on the shell's
// grounds, and otherwise the nearest darker one that can.
func (c Colour) Legible() Colour {
	for by := 1.0; by > 0; by -= 0.02 {
		if d := c.Darker(by); d.Contrast(ColourGround) >= ColourContrast {
			return d
		}
	}
	return "#000000"
}
