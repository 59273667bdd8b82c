package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Heights at 1280×800.
const (
	barHeight  = 100
	bandHeight = 60
)

// bar makes the buttons on top of every screen of a visit.
func (s *Shell) bar(k kit, v view) *fyne.Container {
	items, in := s.barRows(k, v)
	row := in.barRow()
	var rows [][]*pressable
	for _, of := range items {
		var buttons []*pressable
		for _, item := range of {
			buttons = append(buttons, in.barButton(item))
		}
		rows = append(rows, buttons)
	}
	size := fyne.NewSize(k.size.Width, row*float32(len(rows)))
	ground := canvas.NewRectangle(primary)
	put(ground, 0, 0, size.Width, size.Height)
	objects := []fyne.CanvasObject{ground}
	gap := in.px(barGap)
	room := size.Width - taken(rows[len(rows)-1], gap)
	for n, buttons := range rows {
		x := gap
		for i, p := range buttons {
			if n == len(rows)-1 && i == len(buttons)-2 { // help and the end stand at the end
				middle := s.barMiddle(in, v, x, room, row)
				middle.Move(fyne.NewPos(x, row*float32(n)))
				objects = append(objects, middle)
				x += room
			}
			p.Move(fyne.NewPos(x, row*float32(n)+(row-p.size.Height)/2))
			x += p.size.Width + gap
			objects = append(objects, p)
		}
	}
	c := k.box(size, objects...)
	c.Layout = barLayout{fixed(size)}
	return c
}

func taken(buttons []*pressable, gap float32) float32 {
	width := gap
	for _, p := range buttons {
		width += p.size.Width + gap
	}
	return width
}

// barItem is one button of the bar: a sign over a word.
type barItem struct {
	icon string
	text textID
	look skin
	tap  func()
	// forPage is true for what changes the page that is there.
	forPage bool
}

// barItems are the bar's buttons, in the order of the keyboard.
func (s *Shell) barItems(k kit, v view) []barItem {
	plain := k.barSkin()
	items := []barItem{s.barHome(k), s.barBack(k)}
	if v.screen == screenHome {
		items = items[:1]
	}
	if v.screen != screenAids {
		items = append(items, barItem{"ui/aids", textBarAids, plain, s.openAids, false})
	}
	if s.options.Voice != nil {
		icon, text := s.speechWords(v)
		items = append(items, barItem{icon, text, plain, s.toggleSpeech, false})
	}
	if v.screen != screenDocuments {
		items = append(items, barItem{"ui/document", textBarDocuments, plain, s.showDocuments, false})
	}
	if v.screen == screenPage {
		items = append(items,
			barItem{"ui/larger", textBarLarger, plain, func() { s.zoom(1) }, true},
			barItem{"ui/smaller", textBarSmaller, plain, func() { s.zoom(-1) }, true})
		if s.options.Typist != nil {
			items = append(items, barItem{"ui/keyboard", textBarKeyboard, plain, s.toggleKeyboard, true})
		}
	}
	return append(items,
		barItem{"ui/help", textBarHelp, skin{fill: surface, pressed: pale, radius: k.px(14), ring: surface}, s.help, false},
		barItem{"ui/end", textBarEnd, skin{fill: danger, pressed: dangerHi, edge: surface, radius: k.px(14), ring: surface}, s.askEnd, false})
}

func (s *Shell) barHome(k kit) barItem {
	return barItem{"ui/home", textBarHome, k.barSkin(), s.home, false}
}

func (s *Shell) barBack(k kit) barItem {
	return barItem{"ui/back", textBarBack, k.barSkin(), s.back, false}
}

func (k kit) barSkin() skin {
	return skin{fill: primary, pressed: primaryHi, radius: k.px(14), ring: surface}
}

// barButton makes a button of the bar.
func (k kit) barButton(of barItem) *pressable {
	c := surface
	if of.look.fill == surface {
		c = primary
	}
	label := k.say(of.text)
	w := barWords
	w.color = c
	text := k.measure(label, w)
	size := fyne.NewSize(k.barWidth(of.text), k.barRow()-k.target(12))
	i, l := k.icon(of.icon, 40, c), k.line(label, w)
	i.Move(fyne.NewPos((size.Width-k.px(40))/2, (size.Height-text.Height-k.px(40))/2))
	put(l, 0, size.Height-text.Height-k.px(2), size.Width, text.Height)
	p := k.pressable(label, size, of.look, k.box(size, i, l), of.tap)
	p.ring = k.px(4) // with its gap it fits between two buttons
	return p
}

// clockWidth is the room that the time left asks for, none when not shown.
func (k kit) clockWidth(v view) float32 {
	if !v.timed {
		return 0
	}
	longest := k.texts.in(k.lang, textLeftMinutes, map[string]any{"Count": 88})
	return k.measure(longest, words{size: sizeSmall, bold: true}).Width + k.px(16)
}

// barMiddle tells whose borne it is and the time left, between the two groups of
// buttons: the organisation's logo or its name, where there is room for it.
func (s *Shell) barMiddle(k kit, v view, x, width, height float32) *fyne.Container {
	var objects []fyne.CanvasObject
	w := words{size: sizeSmall, bold: true, color: surface, align: fyne.TextAlignCenter}
	tall := k.measure("0", w).Height
	left, edge := width, k.px(20)
	if v.timed {
		left = width - k.clockWidth(v) - 2*edge
	}
	brand := s.barBrand(k, left-2*edge, height)
	if brand != nil && left < brand.Size().Width+2*edge {
		brand = nil
	}
	if v.timed {
		from := float32(0)
		if brand != nil {
			from = left
			brand.Move(fyne.NewPos((left-brand.Size().Width)/2, (height-brand.Size().Height)/2))
		}
		t := s.clock(k, textLeftMinutes, textLeftSeconds, w)
		put(t, from, height-tall-k.px(9), width-from, tall)
		i := k.icon("ui/clock", 36, surface)
		i.Move(fyne.NewPos(from+(width-from-k.px(36))/2, k.px(16)))
		objects = append(objects, t, i)
	} else if brand != nil {
		brand.Move(fyne.NewPos((width-brand.Size().Width)/2, (height-brand.Size().Height)/2))
	}
	if brand != nil {
		objects = append([]fyne.CanvasObject{brand}, objects...)
	}
	c := k.box(fyne.NewSize(width, height), objects...)
	c.Move(fyne.NewPos(x, 0))
	return c
}

// barBrand is the organisation's logo on a white plate, or its name where there
// is no logo, nil without either or without the room.
func (s *Shell) barBrand(k kit, width, height float32) *fyne.Container {
	pad := k.px(10)
	if i := k.look.logo(s.settings.Logo, fyne.NewSize(k.px(200)-2*pad, height-4*pad)); i != nil {
		size := i.Size().AddWidthHeight(2*pad, 2*pad)
		if size.Width > width {
			return nil
		}
		plate := canvas.NewRectangle(k.tones.mark(surface)) // logos are made for paper, whatever the visitor's colours
		plate.CornerRadius = k.px(10)
		put(plate, 0, 0, size.Width, size.Height)
		i.Move(fyne.NewPos(pad, pad))
		return k.box(size, plate, i)
	}
	w := words{size: sizeSmall, color: surface, align: fyne.TextAlignCenter}
	size := k.measure(s.settings.Organisation, w)
	if s.settings.Organisation == "" || size.Width > width {
		return nil
	}
	t := k.line(s.settings.Organisation, w)
	put(t, 0, 0, size.Width, size.Height)
	return k.box(size, t)
}

// band makes the line under the bar for the one thing that must be known, nil
// when there is nothing to say.
func (s *Shell) band(k kit, v view) *fyne.Container {
	icon, text := bandWords(k, v)
	if text == "" {
		return nil
	}
	size := fyne.NewSize(k.size.Width, k.bandHeight())
	ground := canvas.NewRectangle(notice)
	put(ground, 0, 0, size.Width, size.Height)
	i := k.icon(icon, 34, ink)
	i.Move(fyne.NewPos(k.px(20), (size.Height-k.px(34))/2))
	l := k.fit(size.Height, func(k kit) *fyne.Container {
		return k.paragraph(text, words{size: sizeSmall, bold: true, lines: 2}, size.Width-k.px(90))
	})
	l.Move(fyne.NewPos(k.px(70), (size.Height-l.Size().Height)/2))
	return k.box(size, ground, i, l)
}

// band is its height: two lines of the least letters, more when they are large.
func (k kit) bandHeight() float32 { return k.target(bandHeight) * (1 + (k.scale-1)*0.6) }

func bandWords(k kit, v view) (icon, text string) {
	switch {
	case v.failed:
		return "ui/unreachable", k.say(textFailedText)
	case v.message != "":
		return "ui/message", v.message
	case v.mute:
		return "ui/silent", k.say(textSpeechNone)
	case v.bar && v.help == kiosk.HelpComing:
		return "ui/coming", k.say(textHelpComing)
	case v.bar && v.help == kiosk.HelpCalled:
		return "ui/check", k.say(textHelpCalled)
	case v.practising:
		return "theme/apprendre", k.say(textPracticeBand)
	}
	return "", ""
}

// topHeight is the height of the bar and the band, in Fyne units.
func (s *Shell) topHeight(k kit, v view) float32 {
	height := float32(0)
	if v.bar {
		height = s.barHeight(k, v)
	}
	if _, text := bandWords(k, v); text != "" {
		height += k.bandHeight()
	}
	return height
}
