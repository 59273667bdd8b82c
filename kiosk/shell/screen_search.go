package shell

import (
	"unicode"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Finder returns the services that a query may mean, the likeliest first, limit
// at most.
type Finder func(query string, l kiosk.Language, limit int) []kiosk.ServiceID

// mostTyped is how long a query may be, in characters.
const mostTyped = 40

// search is what the visitor looks for. It is forgotten as the screen goes.
type search struct {
	// find is of the present catalogue, nil until somebody searches.
	find     Finder
	typed    []rune
	found    []kiosk.ServiceID
	page     int
	revision int
}

// at is the revision that a screen shows.
func (q search) at(screen screenID) int {
	if screen != screenSearch {
		return 0
	}
	return q.revision + 1
}

// openSearch shows the empty screen, with the keyboard.
func (s *Shell) openSearch() {
	if s.search.find == nil {
		s.search.find = s.options.Search(s.catalogue)
	}
	s.forgetSearch()
	s.show(choice{homePage: s.choice.homePage, searching: true})
	s.tellKeyboard()
}

// forgetSearch overwrites what was typed.
func (s *Shell) forgetSearch() {
	clear(s.search.typed)
	s.search.typed, s.search.found, s.search.page = s.search.typed[:0], nil, 0
	s.search.revision++
}

// write adds to what is searched.
func (s *Shell) write(text string) {
	if s.drawn.screen == screenEnrol {
		s.writeField(text)
		return
	}
	if s.drawn.screen == screenLessonType {
		s.lessonWrite(text)
		return
	}
	q := &s.search
	switch {
	case text == "\b" && len(q.typed) > 0:
		last := len(q.typed) - 1
		q.typed[last] = 0
		q.typed = q.typed[:last]
	case text == "\b", text == "\t", text == "\n", text == "←", text == "→":
		return
	default:
		for _, r := range text {
			if len(q.typed) < mostTyped && unicode.IsPrint(r) {
				q.typed = append(q.typed, r)
			}
		}
	}
	q.found, q.page = q.find(string(q.typed), s.language, searchMost), 0
	q.revision++
	s.draw()
}

// typedRune takes what is typed on a keyboard that is plugged in.
func (s *Shell) typedRune(r rune) {
	if s.drawn.screen == screenCode {
		s.digit(r)
	}
	if takesText(s.drawn.screen) {
		s.write(string(r))
	}
}

// searchMost is how many services are found at most, on all pages: more is not
// an answer.
const searchMost = 24

// searchScreen is a line to write on and what it finds, above the keyboard.
func (s *Shell) searchScreen(k kit, _ view, area fyne.Size) *fyne.Container {
	edge, gap := k.px(margin), k.target(8)
	entry := s.searchEntry(k, area.Width-2*edge)
	entry.Move(fyne.NewPos(edge, gap))
	top := gap + entry.Size().Height + gap
	room := fyne.NewSize(area.Width-2*edge, area.Height-top-gap/4)
	objects := []fyne.CanvasObject{entry}
	if len(s.search.found) == 0 {
		text, icon := textSearchHint, "ui/search"
		if len(s.search.typed) > 0 {
			text, icon = textSearchNothing, "ui/help"
		}
		remark := k.fit(room.Height, func(k kit) *fyne.Container {
			col := k.column(room.Width, fyne.TextAlignCenter)
			col.add(col.disc(icon, 84, hues[0])).space(10)
			return col.text(k.say(text), words{size: 28}).done()
		})
		remark.Move(fyne.NewPos(edge, top+max((room.Height-remark.Size().Height)/2, 0)))
		return k.box(area, append(objects, remark)...)
	}
	columns := 2
	if k.portrait() {
		columns = 1
	}
	tall := k.target(sizeTarget)
	rows := max(int((room.Height+gap)/(tall+gap)), 1)
	pages := (len(s.search.found) + rows*columns - 1) / (rows * columns)
	page := min(s.search.page, pages-1)
	found := s.search.found[page*rows*columns : min(len(s.search.found), (page+1)*rows*columns)]
	var turner []fyne.CanvasObject
	if pages > 1 {
		t := s.searchTurner(k, page, pages, room.Height)
		t.Move(fyne.NewPos(area.Width-edge-t.Size().Width, top))
		room.Width -= t.Size().Width + gap
		turner = append(turner, t)
	}
	size := fyne.NewSize((room.Width-gap*float32(columns-1))/float32(columns), min((room.Height-gap*float32(rows-1))/float32(rows), k.px(130)))
	for i, id := range found {
		tile := s.foundTile(k, id, size)
		tile.Move(fyne.NewPos(edge+float32(i%columns)*(size.Width+gap), top+float32(i/columns)*(size.Height+gap)))
		objects = append(objects, tile)
	}
	return k.box(area, append(objects, turner...)...)
}

// searchTurner are the buttons of the pages before and after, in a column beside
// what was found: below it they would take a row of it.
func (s *Shell) searchTurner(k kit, page, pages int, height float32) *fyne.Container {
	k = k.modest()
	turn := func(by int) func() {
		return func() { s.search.page = page + by; s.search.revision++; s.draw() }
	}
	before := k.barButton(barItem{"ui/previous", textPagePrevious, k.plainSkin(), turn(-1), false})
	after := k.barButton(barItem{"ui/next", textPageNext, k.plainSkin(), turn(1), false})
	size := fyne.NewSize(max(before.size.Width, after.size.Width), before.size.Height+after.size.Height+k.target(8))
	if size.Height > height { // one row of what was found
		size = fyne.NewSize(before.size.Width+after.size.Width+k.target(8), before.size.Height)
	}
	var objects []fyne.CanvasObject
	if page > 0 {
		objects = append(objects, before)
	}
	if page < pages-1 {
		after.Move(fyne.NewPos(size.Width-after.size.Width, size.Height-after.size.Height))
		objects = append(objects, after)
	}
	return k.box(size, objects...)
}

// searchEntry is the line that is written on.
func (s *Shell) searchEntry(k kit, width float32) *fyne.Container {
	w := words{size: 34, bold: true, lines: 1, theirs: true, color: ink}
	size := fyne.NewSize(width, max(k.target(60), k.measure("É", w).Height+k.px(8)))
	panel := k.panel(size)
	panel.StrokeColor, panel.StrokeWidth = primary, k.px(4)
	i := k.icon("ui/search", 40, primary)
	i.Move(fyne.NewPos(k.px(18), (size.Height-k.px(40))/2))
	left := k.px(74)
	text := string(s.search.typed)
	if text == "" { // what to do, in letters that fit one line
		w = words{size: 28, color: inkSoft, lines: 1}
		text, k = k.say(textSearchTitle), k.modest()
	}
	for w.theirs && len(text) > 0 && k.measure(text, w).Width > size.Width-left-k.px(40) { // its end is what is being written
		_, first := splitFirst(text)
		text = first
	}
	measured := k.measure(text, w)
	l := k.line(text, w)
	put(l, left, (size.Height-measured.Height)/2, measured.Width, measured.Height)
	objects := []fyne.CanvasObject{panel, i, l}
	if w.theirs {
		caret := canvas.NewRectangle(primary)
		at := left + measured.Width + k.px(4)
		if fromRight(text, k.lang.RightToLeft()) != k.lang.RightToLeft() {
			at = left - k.px(8) // what is written grows to the other side
		}
		put(caret, at, size.Height*0.2, k.px(4), size.Height*0.6)
		objects = append(objects, caret)
	}
	return k.box(size, objects...)
}

// splitFirst cuts a text after its first character.
func splitFirst(s string) (first, rest string) {
	for i := range s {
		if i > 0 {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// foundTile is a service that was found.
func (s *Shell) foundTile(k kit, id kiosk.ServiceID, size fyne.Size) fyne.CanvasObject {
	for _, service := range s.catalogue.Services {
		if service.ID != id {
			continue
		}
		icon := ""
		for _, t := range s.catalogue.Themes {
			if t.ID == service.Theme {
				icon = t.Icon
			}
		}
		return s.smallServiceTile(k, service, icon, size)
	}
	return k.box(size)
}

// smallServiceTile has a name and the first thing that people come to do.
func (s *Shell) smallServiceTile(k kit, service kiosk.Service, icon string, size fyne.Size) *pressable {
	name := service.Name.In(k.lang)
	disc := k.disc(k.look.themeIcon(icon), 60, themeHue(icon))
	disc.Move(fyne.NewPos(k.px(14), (size.Height-disc.Size().Height)/2))
	left, right := k.px(88), k.px(16)
	content := k.fit(size.Height-k.px(8), func(k kit) *fyne.Container {
		col := k.column(size.Width-left-right, fyne.TextAlignLeading)
		col.text(name, words{size: 28, bold: true, lines: 2})
		if len(service.Tasks) > 0 && size.Height > k.target(110) {
			col.text(service.Tasks[0].In(k.lang), words{size: sizeSmall, color: inkSoft, lines: 1})
		}
		return col.done()
	})
	content.Move(fyne.NewPos(left, (size.Height-content.Size().Height)/2))
	return k.pressable(name, size, k.plainSkin(), k.box(size, disc, content), func() {
		c := s.choice
		c.service = service.ID
		s.show(c)
	})
}

// homeButtons are those that the first page of the home screen always has, beside
// its tiles.
func (s *Shell) homeButtons() []func(kit) *pressable {
	buttons := []func(kit) *pressable{func(k kit) *pressable { return s.urgentButton(k, 200) }}
	if s.options.Search != nil {
		buttons = append(buttons, func(k kit) *pressable {
			return k.button("ui/search", k.say(textSearchButton), k.plainSkin(), 200, s.openSearch)
		})
	}
	return append(buttons, s.lessonButton)
}
