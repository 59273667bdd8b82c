package sites

// Where the large buttons are, in CSS pixels from the top left of the page, in a window of at least 1000 by 600 that is
// not zoomed. static/style.css makes them so and a test in a real browser holds it.

// Heights of the page's parts: the banner and the header above, the bar of actions at the bottom.
const (
	topHeight     = 120
	rowHeight     = 64
	rowGap        = 8
	rowsPerColumn = 7
	barHeight     = 96
	sideMargin    = 24
	primaryWidth  = 320
)

// PrimaryCentre is the middle of a page's main button (id "suite"), at the bottom right.
func PrimaryCentre(width, height int) (x, y int) {
	return width - sideMargin - primaryWidth/2, height - barHeight/2
}

// SecondaryCentre is the middle of a page's other button (id "autre"), at the bottom left.
func SecondaryCentre(width, height int) (x, y int) {
	return sideMargin + primaryWidth/2, height - barHeight/2
}

// RowCentre is the middle of the n-th large row of a page (n from 0): choices of a question, links. Rows run down the
// left column of seven, then down the right one.
func RowCentre(width, n int) (x, y int) {
	y = topHeight + rowGap + (n%rowsPerColumn)*(rowHeight+rowGap) + rowHeight/2
	if n < rowsPerColumn {
		return width / 4, y
	}
	return width * 3 / 4, y
}

// BrandCentre is the middle of the site's own name (id "marque"), at the top left: it leads to the site's first page.
func BrandCentre() (x, y int) { return sideMargin + 40, topHeight - 44 }
