package shell

import (
	"image/color"
	"strings"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// readyScreen invites: a greeting in every language, one button a language,
// and what the borne and the sites keep of a visit (CNIL: said first).
func (s *Shell) readyScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	languages := s.offered()
	foot := k.fit(area.Height*0.18, func(k kit) *fyne.Container { return s.privacy(k, area.Width) })
	foot.Move(fyne.NewPos(0, area.Height-foot.Size().Height))
	above, top := s.readyButtons(k.modest(), area.Width)
	room := area.Height - foot.Size().Height - top
	main := k.fit(room, func(k kit) *fyne.Container {
		return s.welcome(k, area.Width, languages)
	})
	main.Move(fyne.NewPos(0, top+(room-main.Size().Height)/2))
	return k.box(area, append(above, main, foot)...)
}

// readyButtons stand above the greeting, in as many rows as they take: reading
// aloud at the start, which the keyboard comes to first, the rest at the end.
func (s *Shell) readyButtons(k kit, width float32) (objects []fyne.CanvasObject, height float32) {
	edge, gap := k.px(24), k.px(18)
	buttons := []*pressable{s.lessonButton(k), s.cornerAids(k)}
	if s.options.Voice != nil {
		buttons = append([]*pressable{s.cornerSpeech(k)}, buttons...)
	}
	for len(buttons) > 0 {
		n, room := len(buttons), width-2*edge
		for n > 1 && taken(buttons[:n], gap)-2*gap > room {
			n--
		}
		x, row := width-edge+gap-(taken(buttons[:n], gap)-gap), float32(0)
		for i, p := range buttons[:n] {
			at := x
			if i == 0 && n > 2 {
				at = edge
			}
			p.Move(fyne.NewPos(at, edge+height))
			x += p.size.Width + gap
			row = max(row, p.size.Height)
			objects = append(objects, p)
		}
		buttons = buttons[n:]
		height += row + k.px(12)
	}
	return objects, edge + height
}

// manyLanguages is from how many languages on each speaks on its own button
// alone.
const manyLanguages = 6

func (s *Shell) welcome(k kit, width float32, languages []kiosk.Language) *fyne.Container {
	c := k.column(width, fyne.TextAlignCenter)
	if i := k.look.logo(s.settings.Logo, fyne.NewSize(k.px(360), k.px(100)*k.tight)); i != nil {
		c.add(i).space(12)
	}
	name := s.settings.Organisation
	if s.settings.Site != "" {
		name = strings.TrimPrefix(name+" · "+s.settings.Site, " · ")
	}
	if name != "" {
		c.text(name, words{size: 28, color: inkSoft}).space(18)
	}
	c.text(k.say(textReadyTitle), words{size: 72, bold: true, color: primary})
	if len(languages) > manyLanguages {
		c.text(k.say(textReadyChoose), words{size: sizeBody, bold: true}).space(18)
		return c.add(s.languageGrid(k, width, languages)).done()
	}
	var others []string
	for _, l := range languages {
		if l != k.lang {
			others = append(others, k.texts.in(l, textReadyTitle, nil))
		}
	}
	c.text(strings.Join(others, "  ·  "), words{size: 30, color: inkSoft, voice: unsaid}).space(28)
	c.add(s.languageGrid(k, width, languages))
	c.space(18)
	for _, l := range languages {
		w := words{size: sizeSmall, color: inkSoft, voice: l}
		if l == k.lang {
			w = words{size: sizeBody, bold: true}
		}
		c.text(k.texts.in(l, textReadyChoose, nil), w)
	}
	return c.done()
}

func (s *Shell) languageGrid(k kit, width float32, languages []kiosk.Language) *fyne.Container {
	n := len(languages)
	columns, widest, height := min(n, 4), float32(268), float32(140)
	if k.portrait() || n > 4 && n <= manyLanguages {
		columns = min(n, 2+n/5)
	}
	if n > manyLanguages {
		columns, height = 5, 104
		if k.portrait() {
			columns = 3
		}
	}
	if k.scale > 1.7 {
		columns = max(columns*3/4, 1)
	}
	gap := k.px(24)
	if n > manyLanguages {
		gap = k.px(18)
	}
	tile := fyne.NewSize(min(k.px(widest), (width-k.px(2*margin)-gap*float32(columns-1))/float32(columns)), 0)
	var tiles []*pressable
	for _, l := range languages { // the highest tells how high they are
		tile.Height = max(tile.Height, s.languageWords(k, l, tile.Width, primary).Size().Height+k.px(12))
	}
	tile.Height = max(tile.Height, k.target(sizeTarget), k.px(height*k.tight))
	for _, l := range languages {
		tiles = append(tiles, s.languageTile(k, l, tile))
	}
	var objects []fyne.CanvasObject
	for i, p := range tiles {
		inRow := min(columns, n-i/columns*columns) // a last row that is not full stands in the middle
		x := float32(columns-inRow) * (tile.Width + gap) / 2
		p.Move(fyne.NewPos(x+float32(i%columns)*(tile.Width+gap), float32(i/columns)*(tile.Height+gap)))
		objects = append(objects, p)
	}
	rows := float32((n + columns - 1) / columns)
	return k.box(fyne.NewSize(float32(columns)*(tile.Width+gap)-gap, rows*(tile.Height+gap)-gap), objects...)
}

// languageWords are what a language's button says.
func (s *Shell) languageWords(k kit, l kiosk.Language, width float32, c color.NRGBA) *fyne.Container {
	col := k.column(width-k.px(16), fyne.TextAlignCenter)
	col.text(k.texts.in(l, textLanguageName, nil), words{size: 34, bold: true, color: c})
	col.text(k.texts.in(l, textLanguageStart, nil), words{size: sizeSmall, color: c})
	return col.done()
}

func (s *Shell) languageTile(k kit, l kiosk.Language, tile fyne.Size) *pressable {
	look, c := k.plainSkin(), primary
	if l == k.lang {
		look, c = k.primarySkin(), surface
	}
	name := k.texts.in(l, textLanguageName, nil)
	content := s.languageWords(k, l, tile.Width, c)
	content.Move(fyne.NewPos(k.px(8), (tile.Height-content.Size().Height)/2))
	p := k.pressable(name, tile, look, k.box(tile, content), func() { s.start(l) })
	p.language = l
	return p
}

// privacy is the notice at the foot of the first screen.
func (s *Shell) privacy(k kit, width float32) *fyne.Container {
	i := k.icon("ui/private", 44, primary)
	text := k.paragraph(k.say(textReadyPrivacy), words{size: sizeSmall}, width-k.px(2*margin+70))
	height := text.Size().Height + k.px(32)
	ground := canvas.NewRectangle(pale)
	put(ground, 0, 0, width, height)
	i.Move(fyne.NewPos(k.px(margin), (height-k.px(44))/2))
	text.Move(fyne.NewPos(k.px(margin+70), (height-text.Size().Height)/2))
	return k.box(fyne.NewSize(width, height), ground, i, text)
}
