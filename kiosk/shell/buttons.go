package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// The three weights of a button: the one thing to do, another way, and what
// cannot be undone.
func (k kit) primarySkin() skin { return skin{primary, primaryHi, nil, k.px(radius)} }
func (k kit) plainSkin() skin   { return skin{surface, pale, line, k.px(radius)} }
func (k kit) dangerSkin() skin  { return skin{danger, dangerHi, nil, k.px(radius)} }

// button makes a large button with a sign and words on one line, at least
// width wide (at 1280×800).
func (k kit) button(icon, label string, s skin, width float32, onTap func()) *pressable {
	var c color.NRGBA = surface
	if s.fill == surface {
		c = ink
	}
	w := words{size: 28, bold: true, color: c}
	text := k.measure(label, w)
	gap, sign := k.px(16), k.px(38)
	size := fyne.NewSize(max(k.px(width), text.Width+sign+gap+k.px(64)), k.px(sizeTarget+4))
	x := (size.Width - text.Width - sign - gap) / 2
	i, l := k.icon(icon, 38, c), k.line(label, w)
	i.Move(fyne.NewPos(x, (size.Height-sign)/2))
	put(l, x+sign+gap, (size.Height-text.Height)/2, text.Width, text.Height)
	return k.pressable(label, size, s, k.box(size, i, l), onTap)
}
