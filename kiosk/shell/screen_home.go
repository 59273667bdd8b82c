package shell

import (
	"slices"
	"strings"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// homeScreen shows the life events that have a service, six to eight a page.
// The last tile of the first page leads to practice, unless it alone would make
// a second page: the lesson leads there too.
func (s *Shell) homeScreen(k kit, v view, area fyne.Size) *fyne.Container {
	themes := s.themes()
	if len(themes) == 0 { // nothing to offer is never a dead end
		return s.message(k, area, "ui/pause", hues[2], textOutTitle, textDeskText)
	}
	count := len(themes)
	if len(s.settings.Directory) > 0 {
		count++ // those who help in the house come after the sites
	}
	g := grid{title: k.say(textHomeTitle), columns: 4, rows: 2, count: count, page: v.page}
	if k.portrait() {
		g.columns, g.rows = 2, 4
		if k.scale > 1.7 {
			g.rows = 5 // one column of three
		}
	}
	if !k.portrait() && k.scale == 1 && s.wideNames(k, themes, (area.Width-2*k.px(margin)-3*k.px(22))/4-k.px(24)) {
		g.columns = 3
	}
	practice := count // none of them
	without, _ := g.forLetters(k).pages()
	g.count++
	if with, each := g.forLetters(k).pages(); with == 1 || without > 1 {
		practice = min(each, g.count) - 1
	} else {
		g.count--
	}
	g.tile = func(k kit, i int, size fyne.Size) fyne.CanvasObject {
		switch {
		case i == practice:
			return k.homeTile("theme/apprendre", themeHue("apprendre"), k.say(textPracticeTile), size, func() { s.open(kiosk.Practice) })
		case i > practice:
			i--
		}
		if i == len(themes) {
			return k.homeTile("ui/coming", hues[1], k.say(textDirectoryTitle), size, func() { s.showCard(directoryCard) })
		}
		return s.themeTile(k, themes[i], size)
	}
	g.turn = func(page int) {
		s.choice.homePage = page
		s.draw()
	}
	var beside []fyne.CanvasObject
	var buttons []*pressable
	makers := s.homeButtons()
	for _, of := range makers {
		buttons = append(buttons, of(k.modest()))
	}
	if d := s.directoryButton(k.modest(), 200); d != nil { // where there is room: it has a tile
		buttons = append(buttons, d)
	}
	if k.portrait() {
		g.under = buttons
	} else {
		beside = besideTitle(k, &g, area, buttons...)
		for i, of := range makers {
			if !slices.Contains(beside, fyne.CanvasObject(buttons[i])) {
				g.lead = append(g.lead, of)
			}
		}
	}
	c := g.build(k, area)
	c.Objects = append(beside, c.Objects...)
	return c
}

// wideNames reports whether a word on a tile is longer than room in the smallest
// letters that there are.
func (s *Shell) wideNames(k kit, themes []kiosk.Theme, room float32) bool {
	names := []string{k.say(textPracticeTile)}
	if len(s.settings.Directory) > 0 {
		names = append(names, k.say(textDirectoryTitle))
	}
	for _, t := range themes {
		names = append(names, t.Name.In(k.lang))
	}
	for word := range strings.FieldsSeq(strings.Join(names, " ")) {
		if k.measure(word, words{size: sizeSmall, bold: true, narrow: 0.01}).Width > room {
			return true
		}
	}
	return false
}

// themes returns the themes that lead somewhere.
func (s *Shell) themes() (with []kiosk.Theme) {
	for _, t := range s.catalogue.Themes {
		if len(s.services(t.ID)) > 0 {
			with = append(with, t)
		}
	}
	return with
}

func (s *Shell) services(id kiosk.ThemeID) (of []kiosk.Service) {
	for _, service := range s.catalogue.Services {
		if service.Theme == id {
			of = append(of, service)
		}
	}
	return of
}

func (s *Shell) themeTile(k kit, t kiosk.Theme, size fyne.Size) *pressable {
	return k.homeTile(k.look.themeIcon(t.Icon), themeHue(t.Icon), t.Name.In(k.lang), size, func() { s.openTheme(t.ID) })
}

// homeTile is a sign over a name.
func (k kit) homeTile(icon string, h hue, name string, size fyne.Size, onTap func()) *pressable {
	if low := size.Height < k.px(64)+2*k.letters(words{size: 28}); low && size.Width > 3*size.Height {
		return k.lowTile(icon, h, name, size, onTap)
	}
	content := k.fit(size.Height-k.px(16), func(k kit) *fyne.Container {
		col := k.column(size.Width-k.px(24), fyne.TextAlignCenter)
		col.add(k.disc(icon, 104, h)).space(12)
		col.text(name, words{size: 28, bold: true, lines: 2})
		return col.done()
	})
	content.Move(fyne.NewPos(k.px(12), (size.Height-content.Size().Height)/2))
	return k.pressable(name, size, k.plainSkin(), k.box(size, content), onTap)
}

// lowTile is a sign before a name, where a band and large letters leave no height
// for one above the other.
func (k kit) lowTile(icon string, h hue, name string, size fyne.Size, onTap func()) *pressable {
	disc := k.disc(icon, 64, h)
	left, pad := k.px(16)+disc.Size().Width+k.px(12), k.px(12)
	text := k.fit(size.Height-k.px(16), func(k kit) *fyne.Container {
		return k.paragraph(name, words{size: 28, bold: true, lines: 2}, size.Width-left-pad)
	})
	disc.Move(fyne.NewPos(k.px(16), (size.Height-disc.Size().Height)/2))
	text.Move(fyne.NewPos(left, (size.Height-text.Size().Height)/2))
	return k.pressable(name, size, k.plainSkin(), k.box(size, disc, text), onTap)
}

// openTheme goes to a theme, or straight to its checklist when it has one
// service only: a screen with a single choice teaches nothing.
func (s *Shell) openTheme(id kiosk.ThemeID) {
	c := choice{homePage: s.choice.homePage}
	if only := s.services(id); len(only) == 1 {
		c.service = only[0].ID
	} else {
		c.theme = id
	}
	s.show(c)
}
