package shell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"golang.org/x/text/unicode/norm"
)

// scriptsOfPieces are written letter after letter. In others a letter's form
// depends on its neighbours, and words of those stay whole.
var scriptsOfPieces = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic}

// pieces makes one line of a text of the visitor's: a host, a name of a file.
// Fyne caches each text that it measures or draws for some time, under the
// text itself, and lets go of it only as it draws something else. So it is
// given single letters, and never the whole.
func (k kit) pieces(s string, w words) fyne.CanvasObject {
	size := k.measurePieces(s, w)
	l := &lineOfPieces{align: w.align, width: size.Width}
	var objects []fyne.CanvasObject
	w.theirs, w.align = false, fyne.TextAlignLeading
	for _, piece := range k.look.alphabet.split(s) {
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
	for _, piece := range k.look.alphabet.split(s) {
		one := k.measure(piece, w)
		size = fyne.NewSize(size.Width+one.Width, max(size.Height, one.Height))
	}
	return size
}

// alphabet has each letter as a text of its own. Copies made as they are needed
// would not do: Go sets small ones side by side, where they spell the text again.
type alphabet map[rune]string

// newAlphabet covers the scripts of pieces, and general punctuation.
func newAlphabet() alphabet {
	var runes []rune
	for _, block := range [][2]rune{{' ', 0x52f}, {0x2010, 0x2044}} {
		for r := block[0]; r <= block[1]; r++ {
			runes = append(runes, r)
		}
	}
	all := string(runes) // one text, in the order of the standard
	a := make(alphabet, len(runes))
	for i, r := range all {
		a[r] = all[i : i+utf8.RuneLen(r)]
	}
	return a
}

// split cuts a text into its letters, with marks where there is no letter that
// has them. What the alphabet lacks is copied.
func (a alphabet) split(s string) (pieces []string) {
	s = norm.NFC.String(s)
	keep := func(piece string) {
		if r, size := utf8.DecodeRuneInString(piece); size == len(piece) && a[r] != "" {
			piece = a[r]
		} else {
			piece = strings.Clone(piece)
		}
		pieces = append(pieces, piece)
	}
	start, joined := 0, false
	for i, r := range s {
		joins := unicode.IsLetter(r) && !unicode.In(r, scriptsOfPieces...)
		if i > start && !unicode.IsMark(r) && !(joins && joined) {
			keep(s[start:i])
			start = i
		}
		if !unicode.IsMark(r) {
			joined = joins
		}
	}
	if start < len(s) {
		keep(s[start:])
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
