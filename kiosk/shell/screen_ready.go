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
	var languages []kiosk.Language
	for _, l := range s.settings.Languages {
		if k.texts.Has(l) {
			languages = append(languages, l)
		}
	}
	if len(languages) == 0 {
		languages = []kiosk.Language{kiosk.French}
	}
	foot := k.fit(area.Height*0.18, func(k kit) *fyne.Container { return s.privacy(k, area.Width) })
	foot.Move(fyne.NewPos(0, area.Height-foot.Size().Height))
	display := s.cornerAids(k.modest())
	edge := k.px(24)
	display.Move(fyne.NewPos(area.Width-edge-display.size.Width, edge))
	top := float32(0)
	if k.portrait() || len(languages) > manyLanguages || k.scale > 1 { // otherwise there is room beside the words
		top = display.size.Height + edge
	}
	room := area.Height - foot.Size().Height - top
	main := k.fit(room, func(k kit) *fyne.Container {
		return s.welcome(k, area.Width, languages)
	})
	main.Move(fyne.NewPos(0, top+(room-main.Size().Height)/2))
	objects := []fyne.CanvasObject{display, main, foot}
	if s.options.Voice != nil { // the first thing that the keyboard comes to
		listen := s.cornerSpeech(k.modest())
		listen.Move(fyne.NewPos(edge, edge))
		objects = append([]fyne.CanvasObject{listen}, objects...)
	}
	return k.box(area, objects...)
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
