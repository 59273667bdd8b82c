package shell

import (
	"unicode"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// closedScreen says when the borne opens again, in every language, and the
// hours of the week.
func (s *Shell) closedScreen(k kit, v view, area fyne.Size) *fyne.Container {
	week := k.texts.week(k.lang, s.settings.Opening)
	return s.aboveCards(k, area, func(area fyne.Size) *fyne.Container { return s.closedWords(k, v, area, week) })
}

func (s *Shell) closedWords(k kit, v view, area fyne.Size, week []dayHours) *fyne.Container {
	return k.centre(area, func(c *column) {
		sign := float32(150)
		if len(week) > 0 {
			sign = 84
		}
		c.add(c.disc("ui/closed", sign, hues[0])).space(sign / 8)
		c.title(c.say(textClosedTitle)).space(6)
		if v.opens != "" {
			c.text(v.opens, words{size: 40, bold: true, color: primary}).space(14)
		} else {
			c.text(c.say(textDeskText), words{size: 32}).space(14)
		}
		if len(week) > 0 {
			c.add(c.weekPanel(week)).space(18)
		}
		if c.many(s.settings.Languages, textClosedTitle) {
			return
		}
		for _, l := range s.settings.Languages {
			if l == k.lang || !k.texts.Has(l) {
				continue
			}
			second := k.texts.in(l, textDeskText, nil)
			if opens := k.texts.opens(l, s.snapshot.OpensAt, s.options.Clock.Now()); opens != "" {
				second = opens + "."
			}
			c.text(k.texts.in(l, textClosedTitle, nil)+". "+second, words{size: sizeSmall, color: inkSoft}).space(6)
		}
	})
}

// weekPanel is the week on a sheet of paper: days on the left, hours beside.
func (k kit) weekPanel(week []dayHours) *fyne.Container {
	w, b := words{size: sizeSmall}, words{size: sizeSmall, bold: true}
	var left, right float32
	for _, line := range week {
		left = max(left, k.measure(line.days, b).Width)
		right = max(right, k.measure(line.hours, w).Width)
	}
	pad, gap := k.px(26), k.px(30)
	height := k.measure("0", b).Height
	y := k.px(14)
	var objects []fyne.CanvasObject
	row := func(days, hours string, hoursLook words) {
		d, h := k.line(days, b), k.line(hours, hoursLook)
		put(d, pad, y, left, height)
		put(h, pad+left+gap, y, right, height)
		objects = append(objects, d, h)
		y += height * 1.12
	}
	title := k.say(textHoursTitle)
	left = max(left, k.measure(title, b).Width)
	row(title, "", w)
	for _, line := range week {
		look := w
		if line.closed {
			look.color = inkSoft
		}
		row(line.days, line.hours, look)
	}
	size := fyne.NewSize(left+gap+right+2*pad, y+k.px(14))
	return k.box(size, append([]fyne.CanvasObject{k.panel(size)}, objects...)...)
}

// reasonMax bounds what the line for staff shows of a reason, in characters.
const reasonMax = 160

// outScreen is calm: a visitor can help nothing. What failed is a small line at
// the foot, for whoever is called.
func (s *Shell) outScreen(k kit, v view, area fyne.Size) *fyne.Container {
	return s.aboveCards(k, area, func(area fyne.Size) *fyne.Container { return s.outWords(k, v, area) })
}

func (s *Shell) outWords(k kit, v view, area fyne.Size) *fyne.Container {
	if v.reasonForStaff == "" {
		return s.everyLanguage(k, area, "ui/pause", hues[2], textOutTitle, textDeskText)
	}
	small := words{size: 18, color: inkSoft, align: fyne.TextAlignCenter, lines: 2}
	text := k.texts.in(k.lang, textOutStaff, map[string]any{"Reason": v.reasonForStaff})
	width := area.Width - 2*k.px(margin)
	foot := k.paragraph(text, small, width)
	foot.Move(fyne.NewPos(k.px(margin), area.Height-foot.Size().Height-k.px(14)))
	main := s.everyLanguage(k, fyne.NewSize(area.Width, foot.Position().Y), "ui/pause", hues[2], textOutTitle, textDeskText)
	return k.box(area, main, foot)
}

// forStaff makes a reason fit to be shown: one line of printable characters.
func forStaff(n kiosk.Snapshot) string {
	var out []rune
	for _, r := range n.Reason {
		if !unicode.IsPrint(r) {
			r = ' '
		}
		if out = append(out, r); len(out) == reasonMax {
			return string(out) + "…"
		}
	}
	return string(out)
}
