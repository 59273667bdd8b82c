package shell

import (
	"fmt"

	"fyne.io/fyne/v2"
)

// codeScreen asks for the technician's code, on a large pad of digits.
func (s *Shell) codeScreen(k kit, v view, area fyne.Size) *fyne.Container {
	t := &s.technician
	says := words{size: sizeSmall, color: inkSoft}
	text := fmt.Sprintf(wordCodeClock, s.options.Clock.Now().Local().Format("02/01/2006 15:04"))
	if t.says != "" {
		says, text = words{size: sizeSmall, bold: true, color: ink}, t.says
		if t.wrong {
			says.color = danger
		}
	}
	left := func(width float32) func(k kit) *fyne.Container {
		return func(k kit) *fyne.Container {
			c := k.column(width, fyne.TextAlignCenter)
			c.title(wordCodeTitle).space(8)
			c.text(wordCodeText, words{size: sizeSmall}).space(18)
			c.add(k.codeBoxes(t.code, width)).space(16)
			c.text(text, says).space(20)
			return c.add(k.button("ui/back", wordBack, k.plainSkin(), 260, s.leaveMaintenance)).done()
		}
	}
	edge := k.px(margin)
	pad := s.digitPad(k)
	if k.portrait() {
		width := area.Width - 2*edge
		words := k.fit(area.Height-pad.Size().Height-3*edge, left(width))
		top := (area.Height - words.Size().Height - pad.Size().Height - edge) / 2
		words.Move(fyne.NewPos(edge, top))
		pad.Move(fyne.NewPos((area.Width-pad.Size().Width)/2, top+words.Size().Height+edge))
		return k.box(area, words, pad)
	}
	width := area.Width - pad.Size().Width - 3*edge
	words := k.fit(area.Height-2*edge, left(width))
	words.Move(fyne.NewPos(edge, (area.Height-words.Size().Height)/2))
	pad.Move(fyne.NewPos(area.Width-pad.Size().Width-edge, (area.Height-pad.Size().Height)/2))
	return k.box(area, words, pad)
}

// codeBoxes shows what was typed, in two halves as it is read aloud.
func (k kit) codeBoxes(code []rune, width float32) *fyne.Container {
	gap, middle := k.px(8), k.px(26)
	cell := min((width-gap*(codeDigits-2)-middle)/codeDigits, k.px(62))
	size := fyne.NewSize(cell, k.px(76))
	var objects []fyne.CanvasObject
	x := float32(0)
	for i := range codeDigits {
		if i > 0 {
			x += cell + gap
		}
		if i == codeDigits/2 {
			x += middle - gap
		}
		panel := k.panel(size)
		panel.Move(fyne.NewPos(x, 0))
		if i == len(code) {
			panel.StrokeColor, panel.StrokeWidth = primary, k.px(4)
		}
		objects = append(objects, panel)
		if i < len(code) {
			w := words{size: 40, bold: true, align: fyne.TextAlignCenter, fixed: true, theirs: true}
			height := k.measure("0", w).Height
			l := k.line(string(code[i]), w)
			put(l, x, (size.Height-height)/2, cell, height)
			objects = append(objects, l)
		}
	}
	return k.box(fyne.NewSize(x+cell, size.Height), objects...)
}

// digitPad are the digits as on a telephone, with what erases and what sends.
func (s *Shell) digitPad(k kit) *fyne.Container {
	gap := k.px(14)
	size := fyne.NewSize(k.target(132), k.target(112))
	var objects []fyne.CanvasObject
	for i, label := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", wordErase, "0", wordValidate} {
		look, w := k.plainSkin(), words{size: 44, bold: true, color: ink, align: fyne.TextAlignCenter, fixed: true}
		act := func() { s.digit([]rune(label)[0]) }
		switch label {
		case wordErase:
			w.size, act = sizeSmall, s.eraseDigit
		case wordValidate:
			w.size, w.color, look, act = sizeSmall, surface, k.primarySkin(), s.sendCode
		}
		words := k.paragraph(label, w, size.Width-k.px(12))
		words.Move(fyne.NewPos(k.px(6), (size.Height-words.Size().Height)/2))
		p := k.pressable(label, size, look, k.box(size, words), act)
		p.Move(fyne.NewPos(float32(i%3)*(size.Width+gap), float32(i/3)*(size.Height+gap)))
		objects = append(objects, p)
	}
	return k.box(fyne.NewSize(3*size.Width+2*gap, 4*size.Height+3*gap), objects...)
}
