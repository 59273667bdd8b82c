package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// option is one of three ways to show everything.
type option struct {
	text   textID
	aids   aids
	letter float32
}

// aidsScreen lets a visitor choose how large the letters are and on what
// colours. Each choice shows at once, here and on every other screen.
func (s *Shell) aidsScreen(k kit, v view, area fyne.Size) *fyne.Container {
	sizes := []option{
		{textAidsSizeStandard, v.aids.sized(textStandard), 34},
		{textAidsSizeLarge, v.aids.sized(textLarge), 48},
		{textAidsSizeExtra, v.aids.sized(textExtra), 68},
	}
	sets := []option{
		{textAidsColoursStandard, v.aids.coloured(coloursStandard), 44},
		{textAidsColoursContrast, v.aids.coloured(coloursContrast), 44},
		{textAidsColoursDark, v.aids.coloured(coloursDark), 44},
	}
	return k.centre(area, func(c *column) {
		c.align = fyne.TextAlignLeading
		c.text(c.say(textAidsTitle), words{size: 40, bold: true}).space(14)
		c.text(c.say(textAidsSize), words{size: sizeBody, bold: true}).space(6)
		c.add(s.threeOptions(c.kit, v, sizes, c.width)).space(16)
		c.text(c.say(textAidsColours), words{size: sizeBody, bold: true}).space(6)
		c.add(s.threeOptions(c.kit, v, sets, c.width)).space(16)
		c.text(c.say(textAidsOnce), words{size: sizeSmall, color: inkSoft}).space(12)
		done := c.button("ui/check", c.say(textAidsDone), c.primarySkin(), 320, s.closeAids)
		if !s.tunes() {
			c.add(done)
			return
		}
		voice := c.button("ui/listen", c.say(textVoiceTitle), c.plainSkin(), 320, s.openVoice)
		c.add(c.sideBySide(c.width, voice, done))
	})
}

// sideBySide sets two buttons in a row, or one under the other where they do not
// fit.
func (k kit) sideBySide(width float32, a, b *pressable) *fyne.Container {
	gap := k.px(18)
	if a.size.Width+gap+b.size.Width > width {
		b.Move(fyne.NewPos(0, a.size.Height+k.px(12)))
		return k.box(fyne.NewSize(max(a.size.Width, b.size.Width), b.Position().Y+b.size.Height), a, b)
	}
	b.Move(fyne.NewPos(a.size.Width+gap, 0))
	return k.box(fyne.NewSize(a.size.Width+gap+b.size.Width, max(a.size.Height, b.size.Height)), a, b)
}

// threeOptions sets three choices side by side, each drawn as it makes the screen.
func (s *Shell) threeOptions(k kit, v view, of []option, width float32) *fyne.Container {
	gap, pad := k.px(18), k.px(10)
	size := fyne.NewSize((width-2*gap)/3, k.target(sizeTarget+12))
	var contents []*fyne.Container
	for _, o := range of {
		col := k.toned(o.aids).column(size.Width-2*pad, fyne.TextAlignCenter)
		col.text("Aa", words{size: o.letter, bold: true, color: primary, fixed: true})
		col.text(k.say(o.text), words{size: sizeSmall, bold: true})
		contents = append(contents, col.done())
		size.Height = max(size.Height, col.y+2*pad)
	}
	var tiles []fyne.CanvasObject
	for i, o := range of {
		own, content := k.toned(o.aids), contents[i]
		content.Move(fyne.NewPos(pad, (size.Height-content.Size().Height)/2))
		inside := []fyne.CanvasObject{content}
		if o.aids == v.aids { // chosen: a frame and a tick, for colour alone says nothing to some
			frame := canvas.NewRectangle(color.Transparent)
			frame.StrokeColor, frame.StrokeWidth, frame.CornerRadius = own.tones.mark(primary), k.px(6), k.px(radius)
			frame.Resize(size)
			tick := own.icon("ui/check", 34, primary)
			tick.Move(fyne.NewPos(size.Width-k.px(46), k.px(12)))
			inside = append(inside, frame, tick)
		}
		p := own.pressable(k.say(o.text), size, own.plainSkin(), k.box(size, inside...), func() { s.chooseAids(o.aids) })
		p.chosen = o.aids == v.aids
		p.focus = k.tones.mark(focusRing) // it lies on the screen's own ground
		p.Move(fyne.NewPos(float32(i)*(size.Width+gap), 0))
		tiles = append(tiles, p)
	}
	return k.box(fyne.NewSize(width, size.Height), tiles...)
}

// cornerAids is the button on the first screen, which has no bar.
func (s *Shell) cornerAids(k kit) *pressable {
	return k.button("ui/aids", k.say(textBarAids), k.plainSkin(), 200, s.openAids)
}
