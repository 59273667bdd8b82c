package shell

import (
	"slices"
	"strings"

	"borne/kiosk"
)

// A screen that stands may be too narrow for twelve keys of a finger's width side by
// side. Its keyboard is higher instead: the same keys, six letters a row in the
// order of the alphabet, which who never typed knows, and beside them the digits
// as on a telephone.
const (
	narrowColumns = 9
	narrowRows    = 7
	blockColumns  = 6
)

// narrowPad reports whether the keyboard is the narrow one.
func (k kit) narrowPad() bool {
	if !k.portrait() {
		return false // nor is such a screen high enough
	}
	finger := k.target(sizeTarget)
	if k.perMM > 0 {
		finger = k.millimetres(fingerMM)
	}
	return (k.size.Width-2*k.target(padEdge))/padColumns < finger
}

// columns and lines are how many keys of usual width stand beside and above each
// other.
func (k kit) padSize() (columns, lines int) {
	if k.narrowPad() {
		return narrowColumns, narrowRows
	}
	return padColumns, 5
}

// keys are the rows of the keyboard's present page on a screen like this one.
func (b keyboard) keys(k kit) [][]key {
	wide := b.rows(k.lang, k.say)
	if !k.narrowPad() {
		return wide[:]
	}
	return narrowed(wide, b.letters(k.lang))
}

// narrowed sets the keys of a wide keyboard anew: what stands in its last row is
// spread below the digits.
func narrowed(wide [5][]key, of letters) [][]key {
	digits, last := wide[0], wide[4]
	resized := func(k key, width float32) key { k.width = width; return k }
	at := func(text string) key { return resized(last[indexOf(last, text)], 1) }
	zero, back := digits[9], resized(digits[10], 1)
	beside := [blockColumns][]key{
		digits[0:3], digits[3:6], digits[6:9],
		{at("@"), zero, back},
		{last[0], last[1], at(".fr")},
		{at("←"), at("→"), at(".com")},
	}
	var rows [][]key
	written := slices.Concat(wide[1], wide[2], wide[3])
	order := of.order()
	for n, more := range beside {
		var row []key
		for _, i := range order[n*blockColumns : (n+1)*blockColumns] {
			row = append(row, written[i])
		}
		if of.fromRight {
			slices.Reverse(row)
		}
		rows = append(rows, append(row, more...))
	}
	return append(rows, []key{resized(at(" "), 4), resized(at("\t"), 3), resized(at("\n"), 2)})
}

func indexOf(row []key, text string) int {
	return slices.IndexFunc(row, func(k key) bool { return k.text == text })
}

// order is where in its rows the letters of the alphabet stand, one after another;
// signs have no order but their own.
func (l letters) order() (at []int) {
	typed := strings.Fields(strings.Join(l.rows[:], " "))
	alphabet := strings.Fields(l.alphabet)
	if len(alphabet) == 0 {
		alphabet = typed
	}
	for _, letter := range alphabet {
		at = append(at, slices.Index(typed, letter))
	}
	return at
}

// letters are those of the present page.
func (b keyboard) letters(l kiosk.Language) letters {
	own, latin := lettersOf(l)
	switch b.layer {
	case layerLatin:
		return latin
	case layerSigns:
		if l.RightToLeft() && b.back == layerLetters {
			return signsArabic
		}
		return signs
	case layerAccents:
		return accents
	}
	return own
}
