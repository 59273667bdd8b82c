package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// confirmScreen asks once before everything is erased. Over a site it reminds
// of logging out there, which no wipe of ours can do.
func (s *Shell) confirmScreen(k kit, v view, area fyne.Size) *fyne.Container {
	title, text, stay, leave := textEndTitle, textEndText, textEndNo, textEndYes
	look := k.plainSkin()
	if v.onSite {
		title, text, stay, leave = textLeaveTitle, textLeaveText, textLeaveBack, textLeaveEnd
		look = k.primarySkin()
	}
	return k.centre(area, func(c *column) {
		c.add(c.disc("ui/end", 116, hue{hues[2].disc, danger})).space(18)
		c.title(c.say(title)).space(10)
		c.text(c.say(text), words{size: 28}).space(30)
		switch {
		case s.underWay():
			c.text(c.say(textEndPrinting), words{size: 30, bold: true, color: danger}).space(24)
		case s.stillKeeping():
			c.text(c.say(textEndSaving), words{size: 30, bold: true, color: danger}).space(24)
		case s.printed:
			c.text(c.say(textEndPaper), words{size: 30, bold: true}).space(24)
		}
		if s.shelf.offer.Key != kiosk.NoKey && !s.stillKeeping() {
			c.text(c.say(textErasedKey), words{size: 30, bold: true}).space(24)
		}
		c.add(c.button("ui/back", c.say(stay), look, 560, s.keepOn)).space(18)
		c.add(c.button("ui/end", c.say(leave), c.dangerSkin(), 560, s.end))
	})
}

// endingScreen stays while the visit is wiped and nothing is asked.
func (s *Shell) endingScreen(k kit, v view, area fyne.Size) *fyne.Container {
	title := textEndingTitle
	if v.over {
		title = textOverTitle
	}
	return k.centre(area, func(c *column) {
		c.add(c.disc("ui/erase", 150, hues[0])).space(24)
		c.title(c.say(title)).space(10)
		if v.over {
			c.text(c.say(textEndingTitle), words{size: 28}).space(10)
		}
		c.space(16).text(c.say(textErasedPapers), words{size: 32, bold: true})
		if s.printed {
			c.space(16).text(c.say(textEndPaper), words{size: 34, bold: true, color: hues[2].stroke})
		}
	})
}

// erasedScreen says in words that nothing is left, and what to take along.
func (s *Shell) erasedScreen(k kit, v view, area fyne.Size) *fyne.Container {
	text := textErasedText
	if v.over {
		text = textOverText
	}
	return k.centre(area, func(c *column) {
		c.add(c.disc("ui/private", 130, hues[1])).space(18)
		c.title(c.say(textErasedTitle)).space(10)
		c.text(c.say(text), words{size: 28}).space(28)
		c.text(c.say(textErasedPapers), words{size: 32, bold: true}).space(28)
		if s.printed {
			c.text(c.say(textEndPaper), words{size: 34, bold: true, color: hues[2].stroke}).space(28)
		}
		if s.shelf.offer.Key != kiosk.NoKey {
			c.text(c.say(textErasedKey), words{size: 34, bold: true, color: hues[2].stroke}).space(28)
		}
		c.add(c.button("ui/home", c.say(textErasedStart), c.plainSkin(), 480, s.leaveErased))
	})
}
