package shell

import (
	"fmt"
	"image/color"
	"strings"

	"borne/kiosk"
	"borne/kiosk/facts"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// maintenanceScreen is the technician's: a menu, and a sheet for each section.
func (s *Shell) maintenanceScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	t := &s.technician
	switch {
	case t.section == sectionMenu:
		return s.maintenanceMenu(k, area)
	case !t.known:
		return k.centre(area, func(c *column) { c.title(wordReading) })
	}
	return s.maintenanceSheet(k, area, s.sheetOf(k, t.section))
}

func (s *Shell) maintenanceMenu(k kit, area fyne.Size) *fyne.Container {
	edge, gap := k.px(margin), k.px(20)
	leave := k.button("ui/end", wordLeave, k.primarySkin(), 240, s.leaveMaintenance)
	leave.Move(fyne.NewPos(area.Width-edge-leave.size.Width, k.px(22)))
	title := k.paragraph(wordMaintenance, words{size: 40, bold: true}, area.Width-leave.size.Width-3*edge)
	title.Move(fyne.NewPos(edge, k.px(22)))
	remark := k.paragraph(wordLeft, words{size: sizeSmall, color: inkSoft}, area.Width-leave.size.Width-3*edge)
	remark.Move(fyne.NewPos(edge, k.px(26)+title.Size().Height))
	top := max(remark.Position().Y+remark.Size().Height, leave.Position().Y+leave.size.Height) + gap
	columns := 4
	if k.portrait() {
		columns = 2
	}
	rows := (len(sections) + columns - 1) / columns
	tile := fyne.NewSize((area.Width-2*edge-gap*float32(columns-1))/float32(columns),
		min((area.Height-top-edge-gap*float32(rows-1))/float32(rows), k.px(230)))
	objects := []fyne.CanvasObject{leave}
	for i, of := range sections {
		disc := k.disc(of.icon, 84, hues[i%len(hues)])
		name := k.paragraph(of.words, words{size: 28, bold: true, align: fyne.TextAlignCenter}, tile.Width-k.px(16))
		y := (tile.Height - disc.Size().Height - name.Size().Height - k.px(10)) / 2
		disc.Move(fyne.NewPos((tile.Width-disc.Size().Width)/2, y))
		name.Move(fyne.NewPos(k.px(8), y+disc.Size().Height+k.px(10)))
		p := k.pressable(of.words, tile, k.plainSkin(), k.box(tile, disc, name), func() { s.openSection(of.section) })
		p.Move(fyne.NewPos(edge+float32(i%columns)*(tile.Width+gap), top+float32(i/columns)*(tile.Height+gap)))
		objects = append(objects, p)
	}
	return k.box(area, append(objects, title, remark)...)
}

// line is one thing on a sheet.
type sheetLine struct {
	label, value string
	level        kiosk.Level
}

// sheet is a section as it is shown.
type sheet struct {
	title   string
	text    string
	lines   []sheetLine
	buttons []*pressable
	extra   *fyne.Container
}

// maintenanceSheet lays a section out: its lines in pages, what came of the last
// touch, and the buttons.
func (s *Shell) maintenanceSheet(k kit, area fyne.Size, of sheet) *fyne.Container {
	t := &s.technician
	edge, gap := k.px(margin), k.px(16)
	width := area.Width - 2*edge
	var objects, buttons []fyne.CanvasObject
	y := k.px(22)
	place := func(o *fyne.Container, space float32) {
		o.Move(fyne.NewPos(edge, y))
		y += o.Size().Height + space
		objects = append(objects, o)
	}
	place(k.paragraph(of.title, words{size: 40, bold: true}, width), k.px(10))
	if of.text != "" {
		place(k.paragraph(of.text, words{size: sizeSmall}, width), k.px(10))
	}
	if of.extra != nil {
		place(of.extra, gap)
	}
	back := k.button("ui/back", wordBackMenu, k.plainSkin(), 200, func() { s.openSection(sectionMenu) })
	foot := k.buttonsBelow(append([]*pressable{back}, of.buttons...), width)
	foot.Move(fyne.NewPos(edge, area.Height-foot.Size().Height-k.px(20)))
	buttons = append(buttons, foot)
	bottom := foot.Position().Y - gap
	if t.says != "" {
		w := words{size: sizeSmall, bold: true, lines: 3}
		if t.wrong {
			w.color = danger
		}
		says := k.paragraph(t.says, w, width)
		bottom -= says.Size().Height
		says.Move(fyne.NewPos(edge, bottom))
		objects = append(objects, says)
		bottom -= gap
	}
	turner := grid{turn: func(page int) { t.page = page; s.redrawTechnician() }}
	pages := s.sheetPages(k, of.lines, width, bottom-y)
	if len(pages) > 1 {
		probe := turner.turner(k, width, 0, 2)
		pages = s.sheetPages(k, of.lines, width, bottom-y-probe.Size().Height-gap)
		t.page = min(t.page, len(pages)-1)
		turn := turner.turner(k, width, t.page, len(pages))
		bottom -= turn.Size().Height
		turn.Move(fyne.NewPos(edge, bottom))
		buttons = []fyne.CanvasObject{turn, foot} // in the order of reading
	}
	if len(pages) > 0 {
		for _, o := range pages[min(t.page, len(pages)-1)] {
			place(o, 0)
		}
	}
	return k.box(area, append(objects, buttons...)...)
}

// buttonsBelow lays buttons out in rows.
func (k kit) buttonsBelow(of []*pressable, width float32) *fyne.Container {
	gap := k.px(16)
	x, y, line := float32(0), float32(0), float32(0)
	var objects []fyne.CanvasObject
	for _, b := range of {
		if x > 0 && x+b.size.Width > width {
			x, y, line = 0, y+line+gap, 0
		}
		b.Move(fyne.NewPos(x, y))
		x, line = x+b.size.Width+gap, max(line, b.size.Height)
		objects = append(objects, b)
	}
	return k.box(fyne.NewSize(width, y+line), objects...)
}

// sheetPages cuts lines into pages of that height.
func (s *Shell) sheetPages(k kit, lines []sheetLine, width, height float32) (pages [][]*fyne.Container) {
	left := float32(0)
	for _, l := range lines {
		o := k.sheetLine(l, width)
		if len(pages) == 0 || o.Size().Height > left {
			pages, left = append(pages, nil), height
		}
		pages[len(pages)-1] = append(pages[len(pages)-1], o)
		left -= o.Size().Height
	}
	return pages
}

// sheetLine has a name on the left, and what is known beside it, or below on a
// tall screen.
func (k kit) sheetLine(l sheetLine, width float32) *fyne.Container {
	pad := k.px(8)
	var objects []fyne.CanvasObject
	label := l.label
	x, y, room := width*0.3, pad, width*0.29
	if k.portrait() {
		x, room = k.px(20), width
	}
	name := k.paragraph(label, words{size: sizeSmall, bold: true}, room)
	name.Move(fyne.NewPos(0, y))
	if k.portrait() {
		y += name.Size().Height
	}
	value := l.value
	if word := levelWords[l.level]; word != "" {
		value = word + " · " + value
	}
	w := words{size: sizeSmall}
	if l.level == kiosk.LevelFail {
		w.color, w.bold = danger, true
	} else if l.level == kiosk.LevelWarn {
		w.bold = true
	}
	text := k.paragraph(value, w, width-x)
	text.Move(fyne.NewPos(x, y))
	height := max(name.Position().Y+name.Size().Height, y+text.Size().Height) + pad
	rule := canvas.NewRectangle(line)
	put(rule, 0, height-k.px(1), width, k.px(1))
	objects = append(objects, name, text, rule)
	return k.box(fyne.NewSize(width, height), objects...)
}

// orNoneWord is for what there is none of.
func orNoneWord(of ...string) string {
	if all := strings.Join(of, ", "); all != "" {
		return all
	}
	return wordNone
}

// sheetOf says what a section shows.
func (s *Shell) sheetOf(k kit, of section) sheet {
	r := s.technician.report
	switch of {
	case sectionNetwork:
		return sheet{title: "Réseau", lines: networkLines(r)}
	case sectionEnrolment:
		out := sheet{title: "Rattachement", lines: enrolmentLines(r)}
		if r.KioskID == "" {
			out.buttons = []*pressable{k.button("ui/keyboard", wordEnrolHere, k.primarySkin(), 260, func() { s.openSection(sectionEnrol) })}
		}
		return out
	case sectionSound:
		return sheet{title: "Son", text: "Un son doux, celui des avertissements.", buttons: []*pressable{
			k.button("ui/listen", wordPlaySound, k.primarySkin(), 260, func() {
				s.options.Sound.Chime()
				s.technician.says = wordPlayed
				s.redrawTechnician()
			})}}
	case sectionScreen:
		return sheet{title: "Écran", lines: s.screenLines(k), text: wordSquare, extra: k.square(20)}
	case sectionPrinter:
		out := sheet{title: "Imprimante", lines: factLines(r.Facts, "printer")}
		if len(out.lines) == 0 {
			out.text = "L’impression n’est pas permise par la configuration (settings.yaml, printing)."
			return out
		}
		out.buttons = []*pressable{k.button("ui/printer", wordTestPage, k.primarySkin(), 260, func() { s.act(kiosk.ActionTestPage, wordPagePrints) })}
		return out
	case sectionDiagnostics:
		return sheet{title: "Diagnostic", lines: factLines(r.Facts, "")}
	case sectionVersions:
		bundle := fmt.Sprint(r.BundleVersion)
		if r.BundleVersion == 0 {
			bundle = "celle du paquet"
		}
		return sheet{title: "Versions", lines: []sheetLine{{"Borne", r.Versions.Borne, ""}, {"Configuration", bundle, ""}, {"Chromium", orNoneWord(r.Versions.Chromium), ""},
			{"Debian", orNoneWord(r.Versions.Debian), ""}, {"Noyau", orNoneWord(r.Versions.Kernel), ""}}}
	case sectionReboot:
		return sheet{title: wordReboot, text: wordRebootSure, buttons: []*pressable{
			k.button("ui/check", wordReboot, k.dangerSkin(), 260, func() { s.act(kiosk.ActionReboot, wordRestarts) })}}
	case sectionRestart:
		return sheet{title: "Redémarrer", text: wordRestartText, buttons: []*pressable{
			k.button("ui/see", wordRestartScreen, k.primarySkin(), 240, func() { s.act(kiosk.ActionRestartScreen, wordRestarts) }),
			k.button("ui/home", wordRestartService, k.primarySkin(), 240, func() { s.act(kiosk.ActionRestartService, wordRestarts) }),
			k.button("ui/clock", wordReboot, k.plainSkin(), 240, func() { s.openSection(sectionReboot) })}}
	}
	return sheet{title: wordMaintenance}
}

func networkLines(r kiosk.MaintenanceReport) (lines []sheetLine) {
	for _, l := range r.Links {
		state, level := wordJoined, kiosk.LevelOK
		switch {
		case !l.Up && l.Kind == kiosk.LinkCable:
			state, level = wordNo, kiosk.LevelWarn
		case !l.Up:
			state, level = wordNotJoined, kiosk.LevelWarn
		case l.Kind == kiosk.LinkCable:
			state = wordYes
		}
		lines = append(lines, sheetLine{linkWords[l.Kind] + " " + l.Name, state, level}, sheetLine{"Adresse", orNoneWord(l.Addresses...), ""})
		if l.Hardware != "" {
			lines = append(lines, sheetLine{"Adresse matérielle", l.Hardware, ""})
		}
	}
	if len(lines) == 0 {
		lines = append(lines, sheetLine{"Carte réseau", wordNone, kiosk.LevelFail})
	}
	gateway := sheetLine{"Passerelle", orNoneWord(r.Gateways...), ""}
	if len(r.Gateways) == 0 {
		gateway.level = kiosk.LevelWarn
	}
	lines = append(lines, gateway, sheetLine{"Serveurs de noms (DNS)", orNoneWord(r.NameServers...), ""}, sheetLine{"Proxy", orNoneWord(r.Proxy), ""})
	return append(lines, factLines(r.Facts, "central-office")...)
}

func enrolmentLines(r kiosk.MaintenanceReport) []sheetLine {
	if r.KioskID == "" {
		return []sheetLine{{"Rattachement", "Cette borne n’est rattachée à aucun serveur central.", kiosk.LevelWarn}}
	}
	contact := "aucun depuis le démarrage"
	if !r.LastContact.IsZero() {
		contact = r.LastContact.Local().Format("02/01/2006 15:04")
	}
	lines := []sheetLine{{"Serveur central", r.Server, ""}, {"Nom", r.Name, ""}, {"Identifiant", r.KioskID, ""}, {"Dernier contact", contact, ""}}
	if r.Problem != "" {
		lines = append(lines, sheetLine{"Problème", problemText(r.Problem), kiosk.LevelWarn})
	}
	return append(lines, sheetLine{"Horloge de la borne", r.Clock.Local().Format("02/01/2006 15:04"), ""})
}

// factLines are the facts of one name, or all of them, faults first.
func factLines(of []kiosk.Fact, name string) (lines []sheetLine) {
	for _, level := range []kiosk.Level{kiosk.LevelFail, kiosk.LevelWarn, kiosk.LevelOK} {
		for _, f := range of {
			if f.Level != level || name != "" && f.Name != name {
				continue
			}
			lines = append(lines, sheetLine{facts.Name(f.Name), factText(f), f.Level})
		}
	}
	return lines
}

// factText is a fact in French; what is wrong has borned's own words too, to look
// for in the journal and in the documents.
func factText(f kiosk.Fact) string {
	switch french := facts.French(f); {
	case french == "":
		return f.Detail
	case f.Level == kiosk.LevelOK:
		return french
	default:
		return french + " (" + f.Detail + ")"
	}
}

// problemText is factText of an error.
func problemText(said string) string {
	if french := facts.Problem(said); french != "" {
		return french + " (" + said + ")"
	}
	return said
}

// screenLines tell of the screen as the shell draws on it.
func (s *Shell) screenLines(k kit) []sheetLine {
	scale := s.window.Canvas().Scale()
	turned := "paysage"
	if k.portrait() {
		turned = "portrait"
	}
	size, known := "inconnue : écrivez screen_diagonal dans settings.yaml", "supposée"
	if mm, written := s.diagonal(k.size); mm > 0 {
		size, known = fmt.Sprintf("%.0f mm (%.1f pouces)", mm, mm/25.4), "dite par l’écran"
		if written {
			known = "écrite dans la configuration"
		}
	}
	finger := fmt.Sprintf("%.0f mm au moins (taille %s)", k.target(sizeTarget)/k.millimetres(1), known)
	return []sheetLine{{"Diagonale", size, ""}, {"Boutons", finger, ""}, {"Définition", fmt.Sprintf("%.0f × %.0f points, %s", k.size.Width*scale, k.size.Height*scale, turned), ""}}
}

// square is as long and wide as so many millimetres are.
func (k kit) square(mm float32) *fyne.Container {
	side := k.millimetres(mm)
	r := canvas.NewRectangle(color.Transparent)
	r.StrokeColor, r.StrokeWidth = ink, k.px(3)
	put(r, 0, 0, side, side)
	return k.box(fyne.NewSize(side, side), r)
}

// enrolScreen has two fields to write in, above the keyboard.
func (s *Shell) enrolScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	t := &s.technician
	edge, gap := k.px(margin), k.px(8)
	width := area.Width - 2*edge
	back := k.button("ui/back", wordBack, k.plainSkin(), 180, func() { s.openSection(sectionEnrolment) })
	enrol := k.button("ui/check", wordEnrol, k.primarySkin(), 180, s.enrol)
	back.Move(fyne.NewPos(edge, gap))
	enrol.Move(fyne.NewPos(area.Width-edge-enrol.size.Width, gap))
	y := gap + back.size.Height + gap
	objects := []fyne.CanvasObject{back, enrol}
	for i, label := range []string{wordServer, wordEnrolCode} {
		f := s.textField(k, label, string(t.fields[i]), t.field == i, width, func() { t.field = i; s.redrawTechnician() })
		f.Move(fyne.NewPos(edge, y))
		y += f.size.Height + gap
		objects = append(objects, f)
	}
	if t.says != "" {
		w := words{size: sizeSmall, bold: true, lines: 2}
		if t.wrong {
			w.color = danger
		}
		says := k.paragraph(t.says, w, width-back.size.Width-enrol.size.Width-2*gap)
		says.Move(fyne.NewPos(edge+back.size.Width+gap, gap))
		objects = append(objects, says)
	}
	return k.box(area, objects...)
}

// textField is a line that is written in once it was touched.
func (s *Shell) textField(k kit, label, text string, chosen bool, width float32, onTap func()) *pressable {
	size := fyne.NewSize(width, k.target(sizeTarget))
	name := k.line(label, words{size: sizeSmall, color: inkSoft})
	name.Resize(k.measure(label, words{size: sizeSmall}))
	name.Move(fyne.NewPos(k.px(16), k.px(6)))
	w := words{size: 28, bold: true, theirs: true}
	for k.measure(text, w).Width > width-k.px(48) { // its end is what is being written
		_, text = splitFirst(text)
	}
	l := k.line(text, w)
	measured := k.measure(text, w)
	put(l, k.px(16), size.Height-measured.Height-k.px(8), measured.Width, measured.Height)
	inside := []fyne.CanvasObject{name, l}
	if chosen {
		caret, frame := canvas.NewRectangle(primary), canvas.NewRectangle(color.Transparent)
		put(caret, k.px(20)+measured.Width, size.Height-k.px(46), k.px(4), k.px(38))
		frame.StrokeColor, frame.StrokeWidth, frame.CornerRadius = primary, k.px(4), k.px(radius)
		frame.Resize(size)
		inside = append(inside, frame, caret)
	}
	return k.pressable(label, size, k.plainSkin(), k.box(size, inside...), onTap)
}
