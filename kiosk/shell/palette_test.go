package shell

import (
	"image/color"
	"math"
	"testing"

	"borne/kiosk"
)

// contrast is the contrast ratio of WCAG 2.2.
func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func TestContrast(t *testing.T) {
	type pair struct {
		name  string
		a, b  color.NRGBA
		least float64
	}
	pairs := []pair{
		{"words on the ground", ink, ground, 7}, {"words on a tile", ink, surface, 7}, {"words on a pressed tile", ink, pale, 7},
		{"soft words on the ground", inkSoft, ground, 4.5}, {"soft words on a tile", inkSoft, surface, 4.5},
		{"the bar's words", surface, primary, 4.5}, {"the pressed bar's words", surface, primaryHi, 4.5},
		{"the end's words", surface, danger, 4.5}, {"the pressed end's words", surface, dangerHi, 4.5},
		{"help's words", primary, surface, 4.5}, {"pressed help's words", primary, pale, 4.5},
		{"the band's words", ink, notice, 4.5}, {"the edge of what is urgent", line, notice, 3}, {"the privacy notice", ink, pale, 4.5}, {"the greeting", primary, ground, 4.5},
		{"the time left in a warning", hues[2].stroke, ground, 4.5},
		{"edge of a tile", line, ground, 3}, {"edge of a tile inside", line, surface, 3},
		{"focus on the ground", focusRing, ground, 3}, {"focus on a tile", focusRing, surface, 3},
		{"the end's sign", danger, hues[2].disc, 3},
	}
	for _, h := range hues {
		pairs = append(pairs, pair{"a theme's sign", h.stroke, h.disc, 4.5})
	}
	for _, p := range pairs {
		if got := contrast(p.a, p.b); got < p.least {
			t.Errorf("%s: %.2f:1, want %.1f:1", p.name, got, p.least)
		}
	}
	if got := contrast(color.NRGBA{A: 255}, color.NRGBA{255, 255, 255, 255}); math.Abs(got-21) > 0.01 {
		t.Errorf("black on white is %.2f:1", got)
	}
}

// The focus stands out from the bar and from the page in whatever colour an
// organisation has, and is not covered by the button's neighbours.
func TestFocusStandsOutOfAnyColour(t *testing.T) {
	for _, own := range []kiosk.Colour{"", "#c2410c", "#a61b1b", "#ffe900", "#0b4f6c", "#6b2d72", "#1a7f37", "#000000", "#777777", "#003399"} {
		for _, c := range []colours{coloursStandard, coloursContrast, coloursDark} {
			f := newFixture(t, 1280, 800)
			f.settings.Colour, f.aids.colours = own.Legible(), c
			f.at(kiosk.French, kiosk.Choosing, nil)
			for _, fault := range faults(f, page{monitors[0], kiosk.French, f.aids}) {
				t.Errorf("%s, colours %d: %s", own, c, fault)
			}
			k := newKit(f.look, f.options.Texts, kiosk.French, f.drawnSize)
			for _, item := range f.barItems(k, f.drawn) {
				p := k.barButton(item)
				r := p.CreateRenderer().(*pressableRenderer)
				if reach := p.ring + r.gap(); reach > k.px(6) {
					t.Errorf("the focus of %q reaches %.1f, between buttons there is %.1f", p.label, reach, k.px(6))
				}
			}
		}
	}
}
