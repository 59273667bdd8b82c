package kiosk

import (
	"math"
	"testing"
)

func TestContrastOfColours(t *testing.T) {
	for _, tt := range []struct {
		a, b Colour
		want float64
	}{{"#000000", "#ffffff", 21}, {"#FFFFFF", "#ffffff", 1}, {"#777777", "#ffffff", 4.48}} {
		if got := tt.a.Contrast(tt.b); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("%s on %s: %.2f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestLegibleColours(t *testing.T) {
	for c, same := range map[Colour]bool{"#0b4f6c": true, "#00843d": false, "#ffcc00": false, "#000000": true} {
		got := c.Legible()
		if got.Contrast(ColourGround) < ColourContrast || (got == c) != same {
			t.Errorf("%s becomes %s, %.2f:1", c, got, got.Contrast(ColourGround))
		}
	}
	for _, bad := range []Colour{"", "red", "#12345", "#1234567", "#12345g", "123456"} {
		if _, _, _, ok := bad.RGB(); ok {
			t.Errorf("%q passes for a colour", bad)
		}
	}
}
