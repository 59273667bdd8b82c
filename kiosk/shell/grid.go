package shell

import (
	"slices"

	"fyne.io/fyne/v2"
)

// grid lays tiles out in pages: a title above, the tiles, and the two buttons
// that turn pages below when there are several. Fingers do not scroll here.
type grid struct {
	title         string
	columns, rows int
	count, page   int
	tile          func(k kit, i int, size fyne.Size) fyne.CanvasObject
	turn          func(page int)
	// beside is the width that the title leaves free at its end; remark is a
	// line below it. Buttons stand under both, on a tall screen.
	beside float32
	remark string
	under  []*pressable
	// lead stands at the foot of the first page, where the others lead back.
	lead []func(kit) *pressable
}

func (g grid) build(k kit, area fyne.Size) *fyne.Container {
	g = g.forLetters(k)
	pages, perPage := g.pages()
	if !k.portrait() && g.columns == 4 && perPage <= 6 {
		g.columns = 3
	}
	page := min(max(g.page, 0), pages-1)
	edge, gap := k.px(margin), k.px(22)
	title := k.fit(k.px(100), func(k kit) *fyne.Container {
		col := k.column(area.Width-2*edge-g.beside, fyne.TextAlignLeading)
		col.text(g.title, words{size: 40, bold: true})
		if g.remark != "" {
			col.text(g.remark, words{size: sizeSmall, color: inkSoft})
		}
		return col.done()
	})
	title.Move(fyne.NewPos(edge, k.px(22)))
	objects := []fyne.CanvasObject{title}
	top := k.px(22) + title.Size().Height + k.px(18)
	if g.beside > 0 {
		top = max(top, k.px(22+18)+k.target(sizeTarget+4)*max(1, k.scale*0.8))
	}
	under, height := g.row(k, edge, top, area.Width-2*edge)
	top += height
	bottom := area.Height - k.px(26)
	if pages > 1 || len(g.lead) > 0 {
		turner := g.turner(k, area.Width-2*edge, page, pages)
		turner.Move(fyne.NewPos(edge, area.Height-turner.Size().Height-k.px(20)))
		bottom = turner.Position().Y - k.px(20)
		objects = append(objects, turner)
	}
	size := fyne.NewSize(
		(area.Width-2*edge-gap*float32(g.columns-1))/float32(g.columns),
		min((bottom-top-gap*float32(g.rows-1))/float32(g.rows), k.px(300)))
	var tiles []fyne.CanvasObject
	for i := page * perPage; i < min(g.count, (page+1)*perPage); i++ {
		at := i - page*perPage
		o := g.tile(k, i, size)
		o.Move(fyne.NewPos(edge+float32(at%g.columns)*(size.Width+gap), top+float32(at/g.columns)*(size.Height+gap)))
		tiles = append(tiles, o)
	}
	return k.box(area, slices.Concat(under, tiles, objects)...)
}

// pages is how many there are, and how many tiles each has: pages are as full
// as each other.
func (g grid) pages() (pages, perPage int) {
	pages = max((g.count+g.columns*g.rows-1)/(g.columns*g.rows), 1)
	return pages, (g.count + pages - 1) / pages
}

// row lays the buttons under the title out, in more rows where they are wide.
func (g grid) row(k kit, x, y, width float32) (buttons []fyne.CanvasObject, height float32) {
	gap, at, line := k.px(18), float32(0), float32(0)
	for _, b := range g.under {
		if at > 0 && at+b.size.Width > width {
			at, height = 0, height+line+gap
		}
		b.Move(fyne.NewPos(x+at, y+height))
		at, line = at+b.size.Width+gap, b.size.Height
		buttons = append(buttons, b)
	}
	if line > 0 {
		height += line + gap
	}
	return buttons, height
}

// forLetters has fewer tiles on a page where letters are large.
func (g grid) forLetters(k kit) grid {
	switch {
	case k.scale > 1.7 && k.portrait():
		g.columns, g.rows = 1, max(g.rows*3/5, 2)
	case k.scale > 1.7:
		g.columns, g.rows = max(g.columns/2, 1), min(g.rows, 2)
	case k.scale > 1.1 && k.portrait():
		g.rows = max(g.rows*3/4, 2)
	case k.scale > 1.1:
		g.columns, g.rows = max(g.columns-g.columns/4, 1), min(g.rows, 2)
	}
	return g
}

// turner makes the buttons of the pages before and after, and between them which
// page it is, or under them where large letters leave no room for it.
func (g grid) turner(k kit, width float32, page, pages int) *fyne.Container {
	var objects []fyne.CanvasObject
	height, gap := k.target(sizeTarget+4), k.px(10)
	left, right := float32(0), width
	buttons := k.modest()
	before := func() *pressable {
		return buttons.button("ui/previous", k.say(textPagePrevious), k.plainSkin(), 240, func() { g.turn(page - 1) })
	}
	after := func() *pressable {
		return buttons.button("ui/next", k.say(textPageNext), k.plainSkin(), 240, func() { g.turn(page + 1) })
	}
	lead := func() (all []*pressable, taken float32) {
		for _, of := range g.lead {
			b := of(buttons)
			all, taken = append(all, b), taken+b.size.Width+gap
		}
		return all, taken
	}
	for range 8 { // the same on each page, where there is room for both
		_, first := lead()
		if max(before().size.Width+gap, first)+after().size.Width <= width {
			break
		}
		buttons.factor *= 0.93
	}
	start, _ := lead()
	if page > 0 {
		start = []*pressable{before()}
	}
	for _, p := range start {
		if left > 0 {
			left += gap
		}
		p.Move(fyne.NewPos(left, 0))
		height, left = max(height, p.size.Height), left+p.size.Width
		objects = append(objects, p)
	}
	if page < pages-1 {
		n := after()
		height, right = max(height, n.size.Height), width-n.size.Width
		n.Move(fyne.NewPos(width-n.size.Width, 0))
		objects = append(objects, n)
	}
	if pages == 1 {
		return k.box(fyne.NewSize(width, height), objects...)
	}
	said, w := k.texts.in(k.lang, textPageCount, map[string]any{"Page": page + 1, "Pages": pages}), words{size: sizeBody, align: fyne.TextAlignCenter, color: inkSoft}
	if k.measure(said, w).Width <= right-left-2*gap {
		count := k.paragraph(said, w, right-left-2*gap)
		height = max(height, count.Size().Height)
		count.Move(fyne.NewPos(left+gap, (height-count.Size().Height)/2))
		objects = append(objects, count)
	} else {
		count := k.paragraph(said, w, width)
		count.Move(fyne.NewPos(0, height+gap))
		height += gap + count.Size().Height
		objects = append(objects, count)
	}
	return k.box(fyne.NewSize(width, height), objects...)
}
