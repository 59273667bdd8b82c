package shell

import (
	"fyne.io/fyne/v2"
)

// blockedScreen says that a page does not open here, why, and three ways out.
func (s *Shell) blockedScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.waysOut(k, area, "ui/blocked", textBlockedTitle, textBlockedText)
}

// unreachableScreen says that an official site does not answer.
func (s *Shell) unreachableScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.waysOut(k, area, "ui/unreachable", textUnreachableTitle, textUnreachableText)
}

func (s *Shell) waysOut(k kit, area fyne.Size, icon string, title, text textID) *fyne.Container {
	return k.centre(area, func(c *column) {
		c.add(c.disc(icon, 116, hues[2])).space(16)
		c.title(c.say(title)).space(8)
		c.text(c.say(text), words{size: 28}).space(24)
		width := float32(640)
		c.add(c.button("ui/back", c.say(textChoiceBack), c.primarySkin(), width, s.back)).space(16)
		c.add(c.button("ui/home", c.say(textChoiceHome), c.plainSkin(), width, s.home)).space(16)
		c.add(c.button("ui/help", c.say(textChoiceHelp), c.plainSkin(), width, s.help))
	})
}
