package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// The three weights of a button: the one thing to do, another way, and what
// cannot be undone.
func (k kit) primarySkin() skin { return skin{fill: primary, pressed: primaryHi, radius: k.px(radius)} }
func (k kit) plainSkin() skin {
	return skin{fill: surface, pressed: pale, edge: line, radius: k.px(radius)}
}
func (k kit) dangerSkin() skin { return skin{fill: danger, pressed: dangerHi, radius: k.px(radius)} }

// urgentSkin stands out and is not the red of what erases.
func (k kit) urgentSkin() skin {
	return skin{fill: notice, pressed: pale, edge: line, radius: k.px(radius)}
}

// button makes a large button with a sign and words on one line, at least
// width wide (at 1280×800).
func (k kit) button(icon, label string, s skin, width float32, onTap func()) *pressable {
	var c color.NRGBA = surface
	if s.fill == surface || s.fill == notice {
		c = ink
	}
	w := words{size: 28, bold: true, color: c, align: fyne.TextAlignCenter}
	gap, sign, edge := k.px(16), k.px(38), k.px(64)
	room := k.size.Width - 2*k.px(margin) - sign - gap - edge
	text := k.line(label, w)
	measured := k.measure(label, w)
	text.Resize(measured)
	if measured.Width > room { // large letters of a long text
		lines := k.paragraph(label, w, room)
		text, measured = lines, lines.Size()
	}
	size := fyne.NewSize(max(k.px(width), measured.Width+sign+gap+edge), max(k.target(sizeTarget+4), measured.Height+k.px(20)))
	x := (size.Width - measured.Width - sign - gap) / 2
	i := k.icon(icon, 38, c)
	i.Move(fyne.NewPos(x, (size.Height-sign)/2))
	text.Move(fyne.NewPos(x+sign+gap, (size.Height-measured.Height)/2))
	return k.pressable(label, size, s, k.box(size, i, text), onTap)
}
