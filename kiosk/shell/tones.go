package shell

import (
	"image/color"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// tones are the colours that a visitor chose. Screens name the usual ones, of
// palette.go, by what they are for; tones put others in their place: fills
// lie below, marks (words, signs, edges) on them.
type tones struct {
	fills, marks map[color.NRGBA]color.NRGBA
	// edge goes round buttons that have none, where fills are too much alike.
	edge color.Color
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// tonesOf returns the colours of a set.
func tonesOf(c colours) tones {
	white, black := rgb(0xffffff), rgb(0x000000)
	switch c {
	case coloursContrast:
		grey := rgb(0xe6e6e6)
		return tones{
			fills: map[color.NRGBA]color.NRGBA{ground: white, surface: white, primary: black, primaryHi: rgb(0x3a3a3a), pale: grey,
				danger: rgb(0x8b0000), dangerHi: rgb(0x600000), notice: rgb(0xffe600), focusRing: rgb(0xd94f00),
				hues[0].disc: grey, hues[1].disc: grey, hues[2].disc: grey, hues[3].disc: grey},
			marks: map[color.NRGBA]color.NRGBA{ink: black, inkSoft: black, line: black, lineSoft: black, primary: black, danger: rgb(0x8b0000),
				focusRing: rgb(0xd94f00), hues[1].stroke: black, hues[2].stroke: black, hues[3].stroke: black},
		}
	case coloursDark:
		disc := rgb(0x2b3a48)
		return tones{
			edge: rgb(0xb4c0ca),
			fills: map[color.NRGBA]color.NRGBA{ground: rgb(0x10161c), surface: rgb(0x1c2630), primary: rgb(0x0d5a7c), primaryHi: rgb(0x094560),
				pale: disc, notice: rgb(0x4a3a08), focusRing: rgb(0xffb43a),
				hues[0].disc: disc, hues[1].disc: disc, hues[2].disc: disc, hues[3].disc: disc},
			marks: map[color.NRGBA]color.NRGBA{ink: rgb(0xf3f5f7), inkSoft: rgb(0xc3ccd5), line: rgb(0xb4c0ca), lineSoft: rgb(0x465564),
				primary: rgb(0x93d3f0), danger: rgb(0xffa59c), focusRing: rgb(0xffb43a),
				hues[1].stroke: rgb(0x9fd8aa), hues[2].stroke: rgb(0xf4be92), hues[3].stroke: rgb(0xe0b2e6)},
		}
	}
	return tones{}
}

// ownTones puts an organisation's colour in the place of ours. What cannot be
// read is left out: the central office's check says so before.
func ownTones(c kiosk.Colour) tones {
	r, g, b, ok := c.RGB()
	if !ok || c.Legible() != c {
		return tones{}
	}
	own := color.NRGBA{r, g, b, 0xff}
	r, g, b, _ = c.Darker(0.75).RGB()
	return tones{
		fills: map[color.NRGBA]color.NRGBA{primary: own, primaryHi: {r, g, b, 0xff}},
		marks: map[color.NRGBA]color.NRGBA{primary: own},
	}
}

func (t tones) usual() bool { return t.fills == nil }

// fill returns what lies below instead of c, mark what lies on top.
func (t tones) fill(c color.Color) color.Color { return swap(t.fills, c) }
func (t tones) mark(c color.Color) color.Color { return swap(t.marks, c) }

func swap(with map[color.NRGBA]color.NRGBA, c color.Color) color.Color {
	if n, ok := c.(color.NRGBA); ok {
		if other, ok := with[n]; ok {
			return other
		}
	}
	return c
}

// paint gives the grounds of a screen the chosen colours. Words, signs and
// buttons have them already.
func (t tones) paint(objects []fyne.CanvasObject) {
	for _, o := range objects {
		switch o := o.(type) {
		case *canvas.Rectangle:
			o.FillColor, o.StrokeColor = t.fill(o.FillColor), t.mark(o.StrokeColor)
		case *canvas.Circle:
			o.FillColor, o.StrokeColor = t.fill(o.FillColor), t.mark(o.StrokeColor)
		case *pressable:
			t.paint([]fyne.CanvasObject{o.content})
		case *fyne.Container:
			t.paint(o.Objects)
		}
	}
}
