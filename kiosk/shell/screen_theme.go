package shell

import (
	"strings"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// themeScreen shows the official sites of a life event, each with what people
// come to do there.
func (s *Shell) themeScreen(k kit, v view, area fyne.Size) *fyne.Container {
	services := s.services(v.theme)
	var theme kiosk.Theme
	for _, t := range s.catalogue.Themes {
		if t.ID == v.theme {
			theme = t
		}
	}
	g := grid{title: theme.Name.In(k.lang) + " – " + k.say(textThemeTitle), columns: 2, rows: 3, count: len(services), page: v.page}
	if k.portrait() {
		g.columns, g.rows = 1, 6
	}
	g.tile = func(k kit, i int, size fyne.Size) fyne.CanvasObject {
		return s.serviceTile(k, services[i], theme.Icon, size)
	}
	g.turn = func(page int) {
		s.choice.themePage = page
		s.draw()
	}
	return g.build(k, area)
}

func (s *Shell) serviceTile(k kit, service kiosk.Service, icon string, size fyne.Size) *pressable {
	h, name := themeHue(icon), service.Name.In(k.lang)
	var tasks []string
	for _, t := range service.Tasks {
		tasks = append(tasks, t.In(k.lang))
	}
	disc := k.disc(k.look.themeIcon(icon), 84, h)
	disc.Move(fyne.NewPos(k.px(22), (size.Height-disc.Size().Height)/2))
	left, right := k.px(128), k.px(64)
	content := k.fit(size.Height-k.px(14), func(k kit) *fyne.Container {
		col := k.column(size.Width-left-right, fyne.TextAlignLeading)
		col.text(name, words{size: 30, bold: true, lines: 2})
		if len(tasks) > 0 {
			col.text(strings.Join(tasks, " · "), words{size: sizeSmall, color: inkSoft, lines: 3})
		}
		return col.done()
	})
	content.Move(fyne.NewPos(left, (size.Height-content.Size().Height)/2))
	next := k.icon("ui/next", 40, primary)
	next.Move(fyne.NewPos(size.Width-k.px(54), (size.Height-k.px(40))/2))
	return k.pressable(name, size, k.plainSkin(), k.box(size, disc, content, next), func() {
		c := s.choice
		c.service = service.ID
		s.show(c)
	})
}

// panel is a white sheet of paper behind what belongs together.
func (k kit) panel(size fyne.Size) *canvas.Rectangle {
	r := canvas.NewRectangle(surface)
	r.StrokeColor, r.StrokeWidth, r.CornerRadius = lineSoft, k.px(2), k.px(radius)
	r.Resize(size)
	return r
}
