package shell

import (
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
		for _, l := range s.settings.Languages {
			if l != k.lang && k.texts.Has(l) {
				c.text(k.texts.in(l, title, nil)+". "+k.texts.in(l, text, nil), words{size: sizeSmall, color: inkSoft}).space(8)
			}
		}
	})
}

func (s *Shell) startingScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.everyLanguage(k, area, "ui/wait", hues[0], textStartingTitle, textStartingText)
}

func (s *Shell) openingScreen(k kit, v view, area fyne.Size) *fyne.Container {
	return s.message(k, area, "ui/wait", hues[0], textOpeningTitle)
}
