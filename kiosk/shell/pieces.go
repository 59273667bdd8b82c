package shell

import (
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"golang.org/x/text/unicode/norm"
)

// A text of the visitor's, a host or a name of a file, is drawn in pieces. Fyne
// caches each text that it measures or draws for some time, under the text
// itself, and lets go of it only as it draws something else. So it is given
// single letters, and never the whole.

// scriptsOfPieces are written letter after letter. An Arabic letter has a form
// for each place in a word, which joiners beside it ask for. In other scripts
// of that kind words stay whole.
var scriptsOfPieces = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, arabicLetters, ethiopicLetters}

// alphabet has each letter as a text of its own. Copies made as they are needed
// would not do: Go sets small ones side by side, where they spell the text again.
type alphabet map[string]string

// newAlphabet covers the scripts of pieces, and general punctuation.
func newAlphabet() alphabet {
	var all strings.Builder // one text, in the order of the standard
	var ends []int
	add := func(s string) {
		all.WriteString(s)
		ends = append(ends, all.Len())
	}
	for _, block := range [][2]rune{{' ', 0x52f}, {0x0600, 0x06ff}, {0x0750, 0x077f}, {0x1200, 0x137f}, {0x2010, 0x2044}} {
		for r := block[0]; r <= block[1]; r++ {
			add(string(r))
		}
	}
	for r := rune(0x0620); r <= 0x077f; r++ {
		if joinsBefore(r) {
			add(string([]rune{zwj, r}))
		}
		if joinsAfter(r) {
			add(string([]rune{r, zwj}))
			add(string([]rune{zwj, r, zwj}))
		}
	}
	a := make(alphabet, len(ends))
	start := 0
	for _, end := range ends {
		piece := all.String()[start:end]
		a[piece] = piece
		start = end
	}
	return a
}

// split cuts a text into its letters, with marks where there is no letter that
// has them, in the order from left to right. What the alphabet lacks is copied.
func (a alphabet) split(s string, right bool) (pieces []strip) {
	letters := seen(norm.NFC.String(s), right)
	keep := func(piece string, f face) {
		if own := a[piece]; own != "" {
			piece = own
		} else {
			piece = strings.Clone(piece)
		}
		pieces = append(pieces, strip{piece, f})
	}
	for i := 0; i < len(letters); i++ {
		l := letters[i]
		switch f := l.face(); {
		case f == faceArabic && l.right && l.joins():
			keep(string(formed(letters, i)), f)
		case l.joins() && !unicode.In(l.runes[0], scriptsOfPieces...):
			end := i + 1
			for end < len(letters) && letters[end].right == l.right && letters[end].joins() && !unicode.In(letters[end].runes[0], scriptsOfPieces...) {
				end++
			}
			var word []rune
			of := slices.Clone(letters[i:end])
			if l.right {
				slices.Reverse(of) // the shaper turns it again
			}
			for _, l := range of {
				word = append(word, l.runes...)
			}
			keep(string(word), f)
			i = end - 1
		default:
			keep(string(l.runes), f)
		}
	}
	return pieces
}

// formed gives the Arabic letter at i, whose neighbours are those of a line as
// it is seen, the form for its place.
func formed(letters []letter, i int) []rune {
	r := letters[i].runes[0]
	var out []rune
	if i+1 < len(letters) && letters[i+1].right && joinsBefore(r) && joinsAfter(letters[i+1].runes[0]) {
		out = append(out, zwj)
	}
	out = append(out, letters[i].runes...)
	if i > 0 && letters[i-1].right && joinsAfter(r) && joinsBefore(letters[i-1].runes[0]) {
		out = append(out, zwj)
	}
	return out
}

// The letters of U+0620 to U+077F that join only the one before them, and those
// that join none (Unicode, ArabicShaping.txt).
const (
	joinRight = "\u0622\u0623\u0624\u0625\u0627\u0629\u062f\u0630\u0631\u0632\u0648\u0671\u0672\u0673\u0675\u0676\u0677" +
		"\u0688\u0689\u068a\u068b\u068c\u068d\u068e\u068f\u0690\u0691\u0692\u0693\u0694\u0695\u0696\u0697\u0698\u0699" +
		"\u06c0\u06c3\u06c4\u06c5\u06c6\u06c7\u06c8\u06c9\u06ca\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef" +
		"\u0759\u075a\u075b\u076b\u076c\u0771\u0773\u0774\u0778\u0779"
	joinNone = "\u0621\u0674"
)

// joinsBefore reports whether an Arabic letter joins the one before it.
func joinsBefore(r rune) bool {
	return unicode.Is(arabicLetters, r) && (unicode.IsLetter(r) && !strings.ContainsRune(joinNone, r) || r == 'ـ')
}

// joinsAfter reports whether an Arabic letter joins the one after it.
func joinsAfter(r rune) bool { return joinsBefore(r) && !strings.ContainsRune(joinRight, r) }

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
		o.Move(fyne.NewPos(x, o.Position().Y))
		x += o.Size().Width
	}
}

func (l *lineOfPieces) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(l.width, 0) }
