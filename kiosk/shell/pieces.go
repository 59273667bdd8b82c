package shell

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// scriptsOfPieces are written letter after letter. In others a letter's form
// depends on its neighbours, and words of those stay whole.
var scriptsOfPieces = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic}

// pieces makes one line of a text of the visitor's: a host, a name of a file.
// Fyne caches each text that it measures or draws for some time, under the
// text itself, and lets go of it only as it draws something else. So it is
// given single letters, in copies, and never the whole.
func (k kit) pieces(s string, w words) fyne.CanvasObject {
	size := k.measurePieces(s, w)
	l := &lineOfPieces{align: w.align, width: size.Width}
	var objects []fyne.CanvasObject
	w.theirs, w.align = false, fyne.TextAlignLeading
	for _, piece := range split(s) {
		t := k.words(piece, w)
		t.Resize(k.measure(piece, w))
		objects = append(objects, t)
	}
	c := container.New(l, objects...)
	c.Resize(size)
	return c
}

// measurePieces is how large pieces makes a text.
func (k kit) measurePieces(s string, w words) fyne.Size {
	w.theirs = false
	size := k.measure("", w)
	for _, piece := range split(s) {
		one := k.measure(piece, w)
		size = fyne.NewSize(size.Width+one.Width, max(size.Height, one.Height))
	}
	return size
}

// split cuts a text into copies of its letters, each with the marks over it.
func split(s string) (pieces []string) {
	start, joined := 0, false
	for i, r := range s {
		joins := unicode.IsLetter(r) && !unicode.In(r, scriptsOfPieces...)
		if i > start && !unicode.IsMark(r) && !(joins && joined) {
			pieces, start = append(pieces, strings.Clone(s[start:i])), i
		}
		if !unicode.IsMark(r) {
			joined = joins
		}
	}
	if start < len(s) {
		pieces = append(pieces, strings.Clone(s[start:]))
	}
	return pieces
}

// lineOfPieces sets pieces side by side in a line.
type lineOfPieces struct {
	align fyne.TextAlign
	width float32
}

func (l *lineOfPieces) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	switch l.align {
	case fyne.TextAlignCenter:
		x = (size.Width - l.width) / 2
	case fyne.TextAlignTrailing:
		x = size.Width - l.width
	}
	for _, o := range objects {
		o.Move(fyne.NewPos(x, 0))
		x += o.Size().Width
	}
}

func (l *lineOfPieces) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(l.width, 0) }
