package shell

import (
	"slices"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// needsScreen says before a site opens what the visitor must have at hand: the
// own phone first, for nothing works without it.
func (s *Shell) needsScreen(k kit, v view, area fyne.Size) *fyne.Container {
	service, ok := s.catalogue.Service(v.service)
	if !ok { // the catalogue changed under the visitor
		return s.homeScreen(k, v, area)
	}
	edge := k.px(margin)
	inner := area.Width - 2*edge
	side := k.px(400)
	if k.portrait() {
		side = inner
	}
	listWidth := inner - side - edge
	if k.portrait() {
		listWidth = inner
	}
	start := k.fit(area.Height-k.px(2*30), func(k kit) *fyne.Container { return s.startPanel(k, service, side) })
	height := area.Height - k.px(2*30)
	if k.portrait() {
		height -= start.Size().Height + k.px(30)
	}
	list := s.needsList(k, service, fyne.NewSize(listWidth, height), v.page)
	list.Move(fyne.NewPos(edge, k.px(30)+(height-list.Size().Height)/2))
	if k.portrait() {
		start.Move(fyne.NewPos(edge, area.Height-start.Size().Height-k.px(30)))
	} else {
		start.Move(fyne.NewPos(area.Width-edge-side, k.px(30)+(height-start.Size().Height)/2))
	}
	return k.box(area, list, start)
}

// needsList is the list on one page where it has room there in the letters that
// the visitor chose, and otherwise on as many as it takes.
func (s *Shell) needsList(k kit, service kiosk.Service, size fyne.Size, page int) *fyne.Container {
	pad := k.px(36)
	room := fyne.NewSize(size.Width-2*pad, size.Height-2*pad)
	entries := needs(k, service)
	var list *fyne.Container
	for tighter := k; ; tighter.tight -= 0.2 {
		list = needsPage(tighter, service, entries, room.Width)
		if list.Size().Height <= room.Height || len(entries) < 2 {
			break
		}
		if tighter.tight < 0.65 {
			return s.needsPages(k, service, entries, size, page)
		}
	}
	if list.Size().Height > room.Height { // a single long one
		list = k.fit(room.Height, func(k kit) *fyne.Container { return needsPage(k, service, entries, room.Width) })
	}
	list.Move(fyne.NewPos(pad, pad))
	size.Height = min(size.Height, max(list.Size().Height+2*pad, k.px(420)))
	return k.box(size, k.panel(size), list)
}

// needsPages cuts the list into pages, with the buttons that turn them below.
// What stands above each is no larger than the bar, to leave room.
func (s *Shell) needsPages(k kit, service kiosk.Service, entries []need, size fyne.Size, page int) *fyne.Container {
	pad := k.px(28)
	width := size.Width - 2*pad
	turner := grid{turn: func(page int) { s.choice.needsPage = page; s.draw() }}
	modest := k.modest()
	foot := turner.turner(modest, width, 1, 3).Size().Height // a page in the middle has both buttons
	room := size.Height - 2*pad - foot - k.px(12)
	k.tight = 0.6
	var pages [][]need
	for _, e := range entries {
		if last := len(pages) - 1; last >= 0 {
			if more := append(slices.Clone(pages[last]), e); needsPage(k, service, more, width).Size().Height <= room {
				pages[last] = more
				continue
			}
		}
		pages = append(pages, []need{e})
	}
	page = min(max(page, 0), len(pages)-1)
	list := k.fit(room, func(k kit) *fyne.Container { return needsPage(k, service, pages[page], width) })
	list.Move(fyne.NewPos(pad, pad))
	turn := turner.turner(modest, width, page, len(pages))
	turn.Move(fyne.NewPos(pad, size.Height-pad-turn.Size().Height))
	return k.box(size, k.panel(size), list, turn)
}

// need is one thing to have at hand.
type need struct {
	icon, text string
	bold       bool
}

func needs(k kit, service kiosk.Service) (all []need) {
	if service.OwnPhone {
		all = append(all, need{"ui/phone", k.say(textNeedsPhone), true})
	}
	for _, n := range service.Needs {
		all = append(all, need{"ui/check", n.In(k.lang), false})
	}
	return all
}

// needsPage is what a page of the list says.
func needsPage(k kit, service kiosk.Service, entries []need, width float32) *fyne.Container {
	head := k.column(width, fyne.TextAlignLeading)
	if k.tight < 0.65 {
		head.kit = k.modest()
	}
	head.text(service.Name.In(k.lang), words{size: 28, color: inkSoft})
	head.title(k.say(textNeedsTitle)).space(16)
	col := k.column(width, fyne.TextAlignLeading).add(head.done())
	for _, e := range entries {
		col.add(k.item(e.icon, e.text, e.bold, width)).space(14)
	}
	if len(entries) == 0 {
		col.body(k.say(textNeedsNothing))
	}
	return col.done()
}

// item makes one line of a list: a sign and words.
func (k kit) item(icon, text string, bold bool, width float32) *fyne.Container {
	sign := k.icon(icon, 40, hues[1].stroke)
	p := k.paragraph(text, words{size: sizeBody + 2, bold: bold}, width-k.px(58))
	height := max(p.Size().Height, k.px(40))
	sign.Move(fyne.NewPos(0, 0))
	p.Move(fyne.NewPos(k.px(58), max((k.px(40)-p.Size().Height)/2, 0)))
	return k.box(fyne.NewSize(width, height), sign, p)
}

func (s *Shell) startPanel(k kit, service kiosk.Service, width float32) *fyne.Container {
	col := k.column(width, fyne.TextAlignCenter)
	if service.Minutes > 0 {
		col.add(k.icon("ui/clock", 60, primary)).space(6)
		col.text(k.texts.in(k.lang, textNeedsMinutes, map[string]any{"Count": service.Minutes}), words{size: 30, bold: true})
		col.space(30)
	}
	start := k.button("ui/next", k.say(textNeedsStart), k.primarySkin(), width/k.factor, func() { s.open(service.ID) })
	col.add(start).space(24)
	col.text(k.say(textNeedsErased), words{size: sizeSmall, color: inkSoft})
	return col.done()
}
