package shell

import (
	"fyne.io/fyne/v2"
)

// urgentNumber is a number to call, free by day and night in all of France.
type urgentNumber struct {
	number string
	text   textID
}

// urgentNumbers are the State's own: service-public.gouv.fr F33954 lists 15,
// 17, 18, 112, 114, 115 and 119; 3919 is the national number for women who
// suffer violence, 3114 that for the prevention of suicide. They are no matter
// of a house's configuration: a borne without one shows them too.
var urgentNumbers = []urgentNumber{
	{"15", textUrgent15}, {"17", textUrgent17}, {"18", textUrgent18},
	{"112", textUrgent112}, {"114", textUrgent114}, {"115", textUrgent115},
	{"119", textUrgent119}, {"3919", textUrgent3919}, {"3114", textUrgent3114},
}

// urgentScreen says whom to call. It opens nothing, so it needs no network.
func (s *Shell) urgentScreen(k kit, v view, area fyne.Size) *fyne.Container {
	g := grid{title: k.say(textUrgentTitle), remark: k.say(textUrgentText), columns: 3, rows: 3, count: len(urgentNumbers), page: v.page}
	if k.portrait() {
		g.columns, g.rows = 2, 5
	}
	beside := besideTitle(k, &g, area, s.closing(k.modest(), v), s.directoryButton(k.modest(), 240))
	g.tile = func(k kit, i int, size fyne.Size) fyne.CanvasObject { return urgentTile(k, urgentNumbers[i], size) }
	g.turn = s.turnCard
	c := g.build(k, area)
	c.Objects = append(beside, c.Objects...)
	return c
}

func urgentTile(k kit, n urgentNumber, size fyne.Size) fyne.CanvasObject {
	pad := k.px(18)
	words := k.fit(size.Height-pad, func(k kit) *fyne.Container {
		col := k.column(size.Width-2*pad, fyne.TextAlignCenter)
		col.text(n.number, words{size: 48, bold: true, color: danger})
		return col.body(k.say(n.text)).done()
	})
	words.Move(fyne.NewPos(pad, (size.Height-words.Size().Height)/2))
	return k.box(size, k.panel(size), words)
}

func (s *Shell) turnCard(page int) {
	s.choice.cardPage = page
	s.cardTouched()
	s.draw()
}
