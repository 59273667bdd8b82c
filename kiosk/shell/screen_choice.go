package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// blockedScreen says which page does not open here, why in plain words where
// that helps, and three ways out.
func (s *Shell) blockedScreen(k kit, v view, area fyne.Size) *fyne.Container {
	title, text := textBlockedTitle, textBlockedText
	switch v.reason {
	case kiosk.ReasonCertificate:
		title, text = textUntrustedTitle, textUntrustedText
	case kiosk.ReasonClock:
		title, text = textClockTitle, textClockText
	case kiosk.ReasonScheme: // a mail address, a telephone number, a page without TLS
		text = textBlockedScheme
	}
	return s.waysOut(k, area, "ui/blocked", title, text, v.host)
}

// unreachableScreen says that an official site does not answer.
func (s *Shell) unreachableScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.waysOut(k, area, "ui/unreachable", textUnreachableTitle, textUnreachableText, "")
}

func (s *Shell) waysOut(k kit, area fyne.Size, icon string, title, text textID, host string) *fyne.Container {
	ways := func(area fyne.Size) *fyne.Container { return s.threeWays(k, area, icon, title, text, host) }
	switch {
	case k.portrait():
		return s.aboveCards(k, area, ways)
	case k.scale > 1:
		return s.fourWays(k, area, icon, title, text, host)
	}
	urgent := s.urgentButton(k, 200) // there is room beside the three
	urgent.Move(fyne.NewPos(area.Width-urgent.size.Width-k.px(24), area.Height-urgent.size.Height-k.px(24)))
	return k.box(area, ways(area), urgent)
}

// fourWays are two beside two, where large letters leave no height for more rows.
func (s *Shell) fourWays(k kit, area fyne.Size, icon string, title, text textID, host string) *fyne.Container {
	width := area.Width - 2*k.px(margin)
	c := k.fit(area.Height-k.px(20), func(k kit) *fyne.Container {
		c := k.column(width, fyne.TextAlignCenter)
		c.add(c.disc(icon, 84, hues[2])).space(10)
		c.title(c.say(title)).space(8)
		if host != "" {
			c.text(c.say(textBlockedHost), words{size: sizeSmall, color: inkSoft})
			c.add(c.host(host, c.width)).space(8)
		}
		c.text(c.say(text), words{size: 28}).space(24)
		b, half := c.modest(), (width/c.factor-18)/2
		c.add(b.sideBySide(width,
			b.button("ui/back", c.say(textChoiceBack), b.primarySkin(), half, s.back),
			b.button("ui/home", c.say(textChoiceHome), b.plainSkin(), half, s.home))).space(16)
		c.add(b.sideBySide(width, b.button("ui/help", c.say(textChoiceHelp), b.plainSkin(), half, s.help), s.urgentButton(b, half)))
		return c.done()
	})
	c.Move(fyne.NewPos((area.Width-width)/2, max((area.Height-c.Size().Height)/2, 0)))
	return k.box(area, c)
}

func (s *Shell) threeWays(k kit, area fyne.Size, icon string, title, text textID, host string) *fyne.Container {
	return k.centre(area, func(c *column) {
		sign, gap := float32(116), float32(16)
		if host != "" {
			sign, gap = 64, 10 // the buttons keep their size on a small screen
		}
		c.add(c.disc(icon, sign, hues[2])).space(gap)
		c.title(c.say(title)).space(8)
		if host != "" {
			c.text(c.say(textBlockedHost), words{size: sizeSmall, color: inkSoft})
			c.add(c.host(host, c.width)).space(8)
		}
		c.text(c.say(text), words{size: 28}).space(gap * 1.5)
		width := float32(640)
		c.add(c.button("ui/back", c.say(textChoiceBack), c.primarySkin(), width, s.back)).space(gap)
		c.add(c.button("ui/home", c.say(textChoiceHome), c.plainSkin(), width, s.home)).space(gap)
		c.add(c.button("ui/help", c.say(textChoiceHelp), c.plainSkin(), width, s.help))
	})
}
