package scan

import (
	"image"
	"slices"
)

const (
	// edgeCell is the side of what is looked at as one, in pixels: 2 mm at dpi.
	edgeCell = 16
	// edgeApart is how many levels something differs from what the lid looks like.
	edgeApart = 28
	// edgeRoom is left around what was found, in pixels: 3 mm.
	edgeRoom = 24
)

// content is where something lies on a page: a card on a glass that is larger
// than it. The whole page, when nothing or nearly all of it is something else
// than its edge.
func content(m *image.RGBA) image.Rectangle {
	b := m.Bounds()
	columns, rows := b.Dx()/edgeCell, b.Dy()/edgeCell
	if columns < 4 || rows < 4 {
		return b
	}
	small := shrunk(m, columns, rows)
	level := func(x, y int) int {
		o := small.PixOffset(x, y)
		return (299*int(small.Pix[o]) + 587*int(small.Pix[o+1]) + 114*int(small.Pix[o+2])) / 1000
	}
	var edge []int
	for x := range columns {
		edge = append(edge, level(x, 0), level(x, rows-1))
	}
	for y := range rows {
		edge = append(edge, level(0, y), level(columns-1, y))
	}
	slices.Sort(edge)
	lid := edge[len(edge)/2]
	differs := func(x, y int) bool { d := level(x, y) - lid; return d > edgeApart || d < -edgeApart }
	// A line of cells counts with two of them: one alone is dust.
	inColumn, inRow := make([]int, columns), make([]int, rows)
	for y := range rows {
		for x := range columns {
			if differs(x, y) {
				inColumn[x]++
				inRow[y]++
			}
		}
	}
	some := func(n int) bool { return n > 1 }
	left, top := slices.IndexFunc(inColumn, some), slices.IndexFunc(inRow, some)
	if left < 0 || top < 0 {
		return b
	}
	slices.Reverse(inColumn)
	slices.Reverse(inRow)
	right, bottom := columns-slices.IndexFunc(inColumn, some), rows-slices.IndexFunc(inRow, some)
	r := image.Rect(left*b.Dx()/columns, top*b.Dy()/rows, right*b.Dx()/columns, bottom*b.Dy()/rows).Inset(-edgeRoom).Add(b.Min).Intersect(b)
	return r
}
