package shell

import (
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
	foot := s.privacy(k, area.Width)
	foot.Move(fyne.NewPos(0, area.Height-foot.Size().Height))
	main := k.fit(area.Height-foot.Size().Height, func(k kit) *fyne.Container {
		return s.welcome(k, area.Width, languages)
	})
	main.Move(fyne.NewPos(0, (area.Height-foot.Size().Height-main.Size().Height)/2))
	return k.box(area, main, foot)
}

func (s *Shell) welcome(k kit, width float32, languages []kiosk.Language) *fyne.Container {
	c := k.column(width, fyne.TextAlignCenter)
	name := s.settings.Organisation
	if s.settings.Site != "" {
		name = strings.TrimPrefix(name+" · "+s.settings.Site, " · ")
	}
	if name != "" {
		c.text(name, words{size: 28, color: inkSoft}).space(18)
	}
	c.text(k.say(textReadyTitle), words{size: 72, bold: true, color: primary})
	var others []string
	for _, l := range languages {
		if l != k.lang {
			others = append(others, k.texts.in(l, textReadyTitle, nil))
		}
	}
	c.text(strings.Join(others, "  ·  "), words{size: 30, color: inkSoft}).space(28)
	c.add(s.languageGrid(k, width, languages))
	c.space(18)
	for _, l := range languages {
		w := words{size: sizeSmall, color: inkSoft}
		if l == k.lang {
			w = words{size: sizeBody, bold: true}
		}
		c.text(k.texts.in(l, textReadyChoose, nil), w)
	}
	return c.done()
}

func (s *Shell) languageGrid(k kit, width float32, languages []kiosk.Language) *fyne.Container {
	columns := min(len(languages), 4)
	if k.portrait() || len(languages) > 4 && len(languages) <= 6 {
		columns = min(len(languages), 2+len(languages)/5)
	}
	gap := k.px(24)
	tile := fyne.NewSize(min(k.px(268), (width-k.px(2*margin)-gap*float32(columns-1))/float32(columns)), k.px(140))
	var objects []fyne.CanvasObject
	for i, l := range languages {
		p := s.languageTile(k, l, tile)
		p.Move(fyne.NewPos(float32(i%columns)*(tile.Width+gap), float32(i/columns)*(tile.Height+gap)))
		objects = append(objects, p)
	}
	rows := float32((len(languages) + columns - 1) / columns)
	return k.box(fyne.NewSize(float32(columns)*(tile.Width+gap)-gap, rows*(tile.Height+gap)-gap), objects...)
}

func (s *Shell) languageTile(k kit, l kiosk.Language, tile fyne.Size) *pressable {
	look, c := k.plainSkin(), primary
	if l == k.lang {
		look, c = k.primarySkin(), surface
	}
	name := k.texts.in(l, textLanguageName, nil)
	col := k.column(tile.Width, fyne.TextAlignCenter)
	col.text(name, words{size: 34, bold: true, color: c})
	col.text(k.texts.in(l, textLanguageStart, nil), words{size: sizeSmall, color: c})
	content := col.done()
	content.Move(fyne.NewPos(0, (tile.Height-content.Size().Height)/2))
	return k.pressable(name, tile, look, k.box(tile, content), func() { s.start(l) })
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
