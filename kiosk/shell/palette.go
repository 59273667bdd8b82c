package shell

import "image/color"

// The colours. Every pair that carries words or a sign is held to 4.5:1 by a
// test (WCAG 2.2, 1.4.3), and components to 3:1 (1.4.11).
var (
	ground    = color.NRGBA{0xf6, 0xf4, 0xef, 0xff} // warm paper
	surface   = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink       = color.NRGBA{0x17, 0x25, 0x33, 0xff}
	inkSoft   = color.NRGBA{0x4a, 0x58, 0x66, 0xff}
	line      = color.NRGBA{0x78, 0x83, 0x8e, 0xff} // edges of buttons
	lineSoft  = color.NRGBA{0xdc, 0xd8, 0xce, 0xff} // decoration only
	primary   = color.NRGBA{0x0b, 0x4f, 0x6c, 0xff} // petrol blue
	primaryHi = color.NRGBA{0x08, 0x3c, 0x53, 0xff}
	pale      = color.NRGBA{0xe3, 0xee, 0xf2, 0xff}
	danger    = color.NRGBA{0xa6, 0x1b, 0x1b, 0xff}
	dangerHi  = color.NRGBA{0x80, 0x12, 0x12, 0xff}
	notice    = color.NRGBA{0xff, 0xe9, 0xb8, 0xff} // bands: amber paper under ink
	focusRing = color.NRGBA{0xc2, 0x41, 0x0c, 0xff}
)

// hue is a pair for a theme's sign: the disc and the strokes on it.
type hue struct{ disc, stroke color.NRGBA }

var hues = []hue{
	{color.NRGBA{0xdf, 0xee, 0xf3, 0xff}, primary},
	{color.NRGBA{0xe4, 0xf0, 0xe2, 0xff}, color.NRGBA{0x23, 0x62, 0x3a, 0xff}},
	{color.NRGBA{0xfb, 0xe9, 0xd7, 0xff}, color.NRGBA{0x8a, 0x45, 0x10, 0xff}},
	{color.NRGBA{0xf0, 0xe4, 0xf1, 0xff}, color.NRGBA{0x6b, 0x2d, 0x72, 0xff}},
}

// themeHue gives each theme its own colour on every screen, as a second way to
// find it again; the sign and the words come first.
func themeHue(icon string) hue {
	order := map[string]int{"famille": 2, "emploi": 0, "retraite": 3, "sante": 1, "logement": 1, "papiers": 3,
		"vehicule": 0, "impots": 2, "etrangers": 0, "handicap": 3, "justice": 2, "urgences": 2, "demarches": 1,
		"etudes": 3, "local": 1, "apprendre": 0, "droits": 2}
	return hues[order[icon]]
}
