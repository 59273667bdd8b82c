package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// confirmScreen asks once before everything is erased.
func (s *Shell) confirmScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return k.centre(area, func(c *column) {
		c.add(c.disc("ui/end", 116, hue{hues[2].disc, danger})).space(18)
		c.title(c.say(textEndTitle)).space(10)
		c.text(c.say(textEndText), words{size: 28}).space(30)
		c.add(c.button("ui/back", c.say(textEndNo), c.plainSkin(), 560, s.keepOn)).space(18)
		c.add(c.button("ui/end", c.say(textEndYes), c.dangerSkin(), 560, s.end))
	})
}

// endingScreen stays while the visit is wiped.
func (s *Shell) endingScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.message(k, area, "ui/erase", hues[0], textEndingTitle)
}

// erasedScreen says in words that nothing is left.
func (s *Shell) erasedScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return k.centre(area, func(c *column) {
		c.add(c.disc("ui/private", 150, hues[1])).space(22)
		c.title(c.say(textErasedTitle)).space(10)
		c.text(c.say(textErasedText), words{size: 28}).space(34)
		if s.shelf.offer.Key != kiosk.NoKey {
			c.text(c.say(textErasedKey), words{size: 34, bold: true, color: hues[2].stroke}).space(34)
		}
		c.add(c.button("ui/home", c.say(textErasedStart), c.plainSkin(), 480, s.leaveErased))
	})
}
