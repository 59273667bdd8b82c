package shell

import (
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// The invitation comes when nobody has touched the first screen for attractAfter,
// and turns to the next language each attractTurn: a picture that stands still
// costs nothing between.
const (
	attractAfter = 3 * time.Minute
	attractTurn  = 30 * time.Second
)

// watchAttract lets the invitation come, turn and go.
func (s *Shell) watchAttract(screen screenID) {
	if s.attractOf == screen {
		return
	}
	s.attractOf = screen
	stop(&s.stopAttract)
	switch screen {
	case screenReady:
		s.stopAttract = s.after(attractAfter, func() { s.stopAttract = nil; s.invite(1) })
	case screenAttract:
		s.turnAttract()
	}
}

func (s *Shell) turnAttract() {
	s.stopAttract = s.after(attractTurn, func() {
		s.turnAttract()
		s.invite(s.choice.attract%len(s.offered()) + 1)
	})
}

// invite shows the invitation in the language of that place, from 1, or none.
func (s *Shell) invite(n int) {
	s.choice.attract = n
	s.draw()
}

// offered are the languages that a visitor may choose.
func (s *Shell) offered() (languages []kiosk.Language) {
	for _, l := range s.settings.Languages {
		if s.options.Texts.Has(l) {
			languages = append(languages, l)
		}
	}
	if len(languages) == 0 {
		languages = []kiosk.Language{kiosk.French}
	}
	return languages
}

// attractLanguage is the one that the invitation is in.
func (s *Shell) attractLanguage(page int) kiosk.Language {
	of := s.offered()
	return of[page%len(of)]
}

// attractScreen is one large greeting. All of it is one button: wherever it is
// touched, the first screen comes back.
func (s *Shell) attractScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	var names []string
	for _, l := range s.offered() {
		names = append(names, k.texts.in(l, textLanguageName, nil))
	}
	content := k.centre(area, func(c *column) {
		if i := c.look.logo(s.settings.Logo, fyne.NewSize(c.px(360), c.px(110)*c.tight)); i != nil {
			c.add(i).space(30)
		}
		c.text(c.say(textReadyTitle), words{size: 110, bold: true, color: primary}).space(34)
		c.add(c.disc("ui/touch", 190, hues[0])).space(34)
		c.text(c.say(textAttractTouch), words{size: 54, bold: true}).space(34)
		for _, line := range c.rowsOf(names, words{size: sizeBody, color: inkSoft}) {
			c.text(line, words{size: sizeBody, color: inkSoft, voice: unsaid})
		}
	})
	skin := skin{fill: ground, pressed: ground}
	return k.box(area, k.pressable(k.say(textAttractTouch), area, skin, content, func() { s.invite(0) }))
}

// rowsOf sets names side by side in as few rows as the column has room for.
func (c *column) rowsOf(names []string, w words) (rows []string) {
	for _, name := range names {
		if last := len(rows) - 1; last >= 0 {
			if longer := rows[last] + "  ·  " + name; c.measure(longer, w).Width <= c.width {
				rows[last] = longer
				continue
			}
		}
		rows = append(rows, name)
	}
	return rows
}
