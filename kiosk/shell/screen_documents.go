package shell

import (
	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// documentsScreen lists what the visit received, and nothing else.
func (s *Shell) documentsScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	offer := s.shelf.offer
	var page *pressable
	if offer.Printing != nil && s.onPaper() {
		page = k.modest().button("ui/printer", k.say(textDocumentsPage), k.plainSkin(), 320, func() { s.askPrint(kiosk.PresentPage) })
	}
	scans := offer.Scanning != nil && s.options.Scanning != nil
	if len(offer.Documents) == 0 {
		title, text := textDocumentsNone, textDocumentsNoneText
		if !s.shelf.known {
			title = textStartingTitle
		}
		return k.centre(area, func(c *column) {
			c.add(c.disc("ui/document", 130, hues[0])).space(24)
			c.title(c.say(title)).space(10)
			c.text(c.say(text), words{size: 28})
			if scans {
				c.space(34).add(c.button("ui/scan", c.say(textScanButton), c.primarySkin(), 480, s.askScan))
			}
			if page != nil {
				// Its own button, of this kit's size.
				c.space(34).add(c.button("ui/printer", c.say(textDocumentsPage), c.plainSkin(), 480, func() { s.askPrint(kiosk.PresentPage) }))
			}
		})
	}
	edge := k.px(margin)
	g := grid{title: k.say(textDocumentsTitle), columns: 1, rows: 3, count: len(offer.Documents), page: s.shelf.page, remark: k.say(textDocumentsErased)}
	if k.portrait() {
		g.rows = 6
	}
	switch three := offer.Printing != nil && offer.Saving != nil; { // buttons for each
	case three && k.portrait():
		g.rows = 3
	case offer.Saving != nil && k.portrait():
		g.rows = 4
	case three && k.scale > 1.7:
		g.rows = 1
	case three:
		g.rows = 2
	}
	if scans {
		g.under = []*pressable{k.modest().button("ui/scan", k.say(textScanButton), k.plainSkin(), 320, s.askScan)}
		g.rows = max(g.rows-1, 1)
	}
	if page != nil {
		page.Move(fyne.NewPos(area.Width-edge-page.size.Width, k.px(22)))
		g.beside = page.size.Width + k.px(22)
	}
	g.tile = func(k kit, i int, size fyne.Size) fyne.CanvasObject {
		return s.receivedTile(k, offer.Documents[i], offer, size)
	}
	g.turn = func(page int) {
		s.shelf.page = page
		s.shelf.revision++
		s.draw()
	}
	c := g.build(k, area)
	if page != nil {
		c.Objects = append([]fyne.CanvasObject{page}, c.Objects...) // beside the title
	}
	return c
}

// receivedTile is one document, with what can be done with it beside it.
func (s *Shell) receivedTile(k kit, d kiosk.Document, offer kiosk.Offer, size fyne.Size) fyne.CanvasObject {
	icon, kind, h := "ui/document", textPickPDF, hues[0]
	if d.Kind != kiosk.DocumentPDF {
		icon, kind, h = "ui/photo", textPickPhoto, hues[1]
	}
	m := k.modest()
	actions := []*pressable{m.button("ui/see", k.say(textDocumentsSee), k.plainSkin(), 150, func() { s.see(d.ID) })}
	if offer.Saving != nil {
		actions = append(actions, m.button("ui/key", k.say(textSaveButton), k.plainSkin(), 200, func() { s.askSave(d.ID) }))
	}
	if offer.Printing != nil {
		actions = append(actions, m.button("ui/printer", k.say(textDocumentsPrint), k.plainSkin(), 200, func() { s.askPrint(d.ID) }))
	}
	left, right, foot, room := k.px(122), k.px(18), float32(0), size.Height
	lines := [][]*pressable{actions}
	// Three buttons, or large letters: under the name.
	stacked := len(actions) > 2 || size.Width-left-taken(actions, k.px(14)) < size.Width*0.25
	if stacked {
		lines = inLines(actions, k.px(14), size.Width-2*right)
		foot = float32(len(lines)) * (actions[0].size.Height + k.px(14))
	}
	size.Height = min(room, k.px(150)+foot)
	y := (size.Height - actions[0].size.Height) / 2
	if stacked {
		y = size.Height - foot
	}
	for _, line := range lines {
		x := size.Width - right - taken(line, k.px(14)) + 2*k.px(14)
		for _, a := range line {
			a.label += " – " + d.Name // two buttons of one word are told apart by what they are for
			a.Move(fyne.NewPos(x, y))
			x += a.size.Width + k.px(14)
		}
		y += actions[0].size.Height + k.px(14)
	}
	if !stacked {
		right += taken(actions, k.px(14)) - k.px(14)
	}
	disc := k.disc(icon, min(76, (size.Height-foot)/k.px(1)-10), h)
	disc.Move(fyne.NewPos(k.px(22), (size.Height-foot-disc.Size().Height)/2))
	content := k.fit(size.Height-foot-k.px(14), func(k kit) *fyne.Container {
		width := size.Width - left - right - k.px(6)
		col := k.column(width, fyne.TextAlignLeading)
		w := words{size: 28, bold: true, lines: 2, theirs: true}
		col.text(k.shorten(d.Name, w, width), w)
		col.text(k.parts(k.say(kind), k.bytes(d.Bytes)), words{size: sizeSmall, color: inkSoft, lines: 2})
		return col.done()
	})
	content.Move(fyne.NewPos(left, (size.Height-foot-content.Size().Height)/2))
	objects := []fyne.CanvasObject{k.panel(size), disc, content}
	for _, a := range actions {
		objects = append(objects, a)
	}
	return k.box(size, objects...)
}

// inLines puts buttons in as many lines as they need in that width.
func inLines(buttons []*pressable, gap, width float32) (lines [][]*pressable) {
	var line []*pressable
	for _, b := range buttons {
		if with := append(line[:len(line):len(line)], b); len(line) > 0 && taken(with, gap)-2*gap > width {
			lines, line = append(lines, line), []*pressable{b}
		} else {
			line = with
		}
	}
	return append(lines, line)
}
