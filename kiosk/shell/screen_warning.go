package shell

import (
	"fyne.io/fyne/v2"
)

// idleScreen asks whether somebody is there (WCAG 2.2.1), with one way on.
func (s *Shell) idleScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.warning(k, area, textIdleTitle, textIdleText)
}

// limitScreen says that the time is nearly over, and offers more.
func (s *Shell) limitScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	return s.warning(k, area, textLimitTitle, textLimitText)
}

func (s *Shell) warning(k kit, area fyne.Size, title, text textID) *fyne.Container {
	return k.centre(area, func(c *column) {
		s.clocks = nil // a build that did not fit made one already
		c.add(c.disc("ui/clock", 130, hues[2])).space(20)
		c.title(c.say(title)).space(10)
		c.text(c.say(text), words{size: 28}).space(20)
		if !s.snapshot.Deadline.IsZero() {
			w := words{size: 34, bold: true, color: hues[2].stroke, align: fyne.TextAlignCenter}
			w.narrow = c.narrowFor(w, textWarningMinutes, textWarningSeconds)
			t := s.clock(c.kit, textWarningMinutes, textWarningSeconds, w)
			t.Resize(fyne.NewSize(c.width, c.measure("0", w).Height))
			c.add(t).space(26)
		}
		b := c.button("ui/check", c.say(textWarningContinue), c.primarySkin(), 520, s.goOn)
		c.add(b)
	})
}
