package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// message is a screen with a sign and a few words, and nothing to do.
func (s *Shell) message(k kit, area fyne.Size, icon string, h hue, title textID, texts ...textID) *fyne.Container {
	return k.centre(area, func(c *column) {
		c.add(c.disc(icon, 150, h)).space(24)
		c.title(c.say(title)).space(10)
		for _, t := range texts {
			c.text(c.say(t), words{size: 28})
		}
	})
}

// everyLanguage is a message that no visitor has chosen a language for: large
// in the house's first language, and below in the others.
func (s *Shell) everyLanguage(k kit, area fyne.Size, icon string, h hue, title, text textID) *fyne.Container {
	return k.centre(area, func(c *column) {
		c.add(c.disc(icon, 150, h)).space(24)
		c.title(c.say(title)).space(6)
		c.text(c.say(text), words{size: 32}).space(34)
		if c.many(s.settings.Languages, title) {
			return
		}
		for _, l := range s.settings.Languages {
			if l != k.lang && k.texts.Has(l) {
				c.text(k.texts.in(l, title, nil)+". "+k.texts.in(l, text, nil), words{size: sizeSmall, color: inkSoft}).space(8)
			}
		}
	})
}

// many says a title in the other languages, side by side, where there are too
// many of them for a line of each. It reports whether there are.
func (c *column) many(languages []kiosk.Language, title textID) bool {
	if len(languages) <= manyLanguages {
		return false
	}
	gap, n := c.px(30), 0
	w := words{size: sizeSmall, color: inkSoft, align: fyne.TextAlignCenter}
	columns := 3
	if c.portrait() {
		columns = 2
	}
	width := (c.width - gap*float32(columns-1)) / float32(columns)
	var row []fyne.CanvasObject
	height := float32(0)
	flush := func() {
		if len(row) > 0 {
			c.add(c.box(fyne.NewSize(c.width, height), row...)).space(6)
		}
		row, height = nil, 0
	}
	for _, l := range languages {
		if l == c.lang || l == kiosk.EasyFrench || !c.texts.Has(l) {
			continue
		}
		p := c.paragraph(c.texts.in(l, title, nil), w, width)
		p.Move(fyne.NewPos(float32(n%columns)*(width+gap), 0))
		row, height = append(row, p), max(height, p.Size().Height)
		if n++; n%columns == 0 {
			flush()
		}
	}
	flush()
	return true
}

func (s *Shell) startingScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.everyLanguage(k, area, "ui/wait", hues[0], textStartingTitle, textStartingText)
}

func (s *Shell) openingScreen(k kit, v view, area fyne.Size) *fyne.Container {
	return s.message(k, area, "ui/wait", hues[0], textOpeningTitle)
}
