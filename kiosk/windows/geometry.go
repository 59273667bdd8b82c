package windows

// Rect is a rectangle on the screen, in pixels from its top left corner.
type Rect struct {
	X, Y, Width, Height int
}

// pageRect returns the part of a screen of that size that lies between a bar
// and a foot of those heights. It is never empty: X refuses windows without a
// pixel.
func pageRect(width, height, bar, foot int) Rect {
	bar = min(max(bar, 0), max(height-1, 0))
	return Rect{X: 0, Y: bar, Width: max(width, 1), Height: max(height-bar-max(foot, 0), 1)}
}

// within returns r moved, and cut where it is larger, so that it lies in
// outer. Menus keep their size as long as the page can hold them.
func (r Rect) within(outer Rect) Rect {
	r.Width = max(min(r.Width, outer.Width), 1)
	r.Height = max(min(r.Height, outer.Height), 1)
	r.X = min(max(r.X, outer.X), outer.X+outer.Width-r.Width)
	r.Y = min(max(r.Y, outer.Y), outer.Y+outer.Height-r.Height)
	return r
}
