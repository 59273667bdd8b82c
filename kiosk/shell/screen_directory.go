package shell

import (
	"slices"
	"strings"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// directoryScreen says who helps in the house, for what, where and when.
func (s *Shell) directoryScreen(k kit, v view, area fyne.Size) *fyne.Container {
	people := s.settings.Directory
	if len(people) == 0 { // the configuration changed under the visitor
		return s.urgentScreen(k, v, area)
	}
	g := grid{title: k.say(textDirectoryTitle), columns: 2, rows: 2, count: len(people), page: v.page}
	switch {
	case k.portrait():
		g.columns, g.rows = 1, 4
	case len(people) > 4 && slices.ContainsFunc(people, wordy): // beside the buttons that turn pages there is less room
		g.rows = 1
	}
	beside := besideTitle(k, &g, area, s.closing(k.modest(), v), s.urgentButton(k.modest(), 200))
	g.tile = func(k kit, i int, size fyne.Size) fyne.CanvasObject { return contactTile(k, people[i], size) }
	g.turn = s.turnCard
	c := g.build(k, area)
	c.Objects = append(beside, c.Objects...)
	return c
}

// wordy tells whether all is known of somebody.
func wordy(c kiosk.Contact) bool { return len(c.Where) > 0 && len(c.Hours) > 0 && c.Phone != "" }

func contactTile(k kit, c kiosk.Contact, size fyne.Size) fyne.CanvasObject {
	pad := k.px(22)
	text := k.fit(size.Height-pad, func(k kit) *fyne.Container {
		col := k.column(size.Width-2*pad, fyne.TextAlignLeading)
		col.text(c.Name.In(k.lang), words{size: 28, bold: true, color: primary}).space(2)
		col.text(c.For.In(k.lang), words{size: sizeSmall}).space(8)
		for _, line := range []struct{ icon, text string }{
			{"ui/home", c.Where.In(k.lang)}, {"ui/clock", c.Hours.In(k.lang)}, {"ui/phone", dialled(c.Phone)},
		} {
			if line.text != "" {
				col.add(k.detail(line.icon, line.text, col.width)).space(4)
			}
		}
		return col.done()
	})
	text.Move(fyne.NewPos(pad, (size.Height-text.Size().Height)/2))
	return k.box(size, k.panel(size), text)
}

// detail is a small sign and a line of words.
func (k kit) detail(icon, text string, width float32) *fyne.Container {
	sign, gap := k.px(28), k.px(14)
	p := k.paragraph(text, words{size: sizeSmall}, width-sign-gap)
	p.Move(fyne.NewPos(sign+gap, 0))
	i := k.icon(icon, 28, hues[1].stroke)
	i.Move(fyne.NewPos(0, max((k.measure("0", words{size: sizeSmall}).Height-sign)/2, 0)))
	return k.box(fyne.NewSize(width, max(p.Size().Height, sign)), i, p)
}

// dialled keeps the groups of a number in their order and on one line: between
// figures a no-break space is a separator of one number, where a space would
// let Arabic turn the groups round (UAX #9, rules W4 and N1).
func dialled(phone string) string { return strings.ReplaceAll(phone, " ", "\u00a0") }
