package shell

import (
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
	list := s.needsList(k, service, fyne.NewSize(listWidth, height))
	list.Move(fyne.NewPos(edge, k.px(30)+(height-list.Size().Height)/2))
	if k.portrait() {
		start.Move(fyne.NewPos(edge, area.Height-start.Size().Height-k.px(30)))
	} else {
		start.Move(fyne.NewPos(area.Width-edge-side, k.px(30)+(height-start.Size().Height)/2))
	}
	return k.box(area, start, list)
}

func (s *Shell) needsList(k kit, service kiosk.Service, size fyne.Size) *fyne.Container {
	pad := k.px(36)
	list := k.fit(size.Height-2*pad, func(k kit) *fyne.Container {
		col := k.column(size.Width-2*pad, fyne.TextAlignLeading)
		col.text(service.Name.In(k.lang), words{size: 28, color: inkSoft})
		col.title(k.say(textNeedsTitle)).space(16)
		if service.OwnPhone {
			col.add(k.item("ui/phone", k.say(textNeedsPhone), true, col.width)).space(14)
		}
		for _, need := range service.Needs {
			col.add(k.item("ui/check", need.In(k.lang), false, col.width)).space(14)
		}
		if len(service.Needs) == 0 && !service.OwnPhone {
			col.body(k.say(textNeedsNothing))
		}
		return col.done()
	})
	list.Move(fyne.NewPos(pad, pad))
	size.Height = min(size.Height, max(list.Size().Height+2*pad, k.px(420)))
	return k.box(size, k.panel(size), list)
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
