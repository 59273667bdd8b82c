package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Longest query that is read, in characters and in words: no one types more to
// find a site, and the work per touch of a key stays small.
const (
	maxQueryRunes = 120
	maxQueryWords = 10
)

// letters that decomposition leaves as they are and that people type alike:
// one alphabet's two ways to write a sound, or a keyboard that lacks one.
var letters = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ı", "i", "ł", "l", "đ", "d", "ø", "o",
	"ى", "ي", "ی", "ي", "ې", "ي", "ۍ", "ي", "ک", "ك", "ګ", "ك", "گ", "ك", "ة", "ه", "ۀ", "ه", "ـ", "", "ؤ", "و", "ئ", "ي", "ء", "",
	"\u200c", "", "\u200d", "")

// fold lowers a text to what is compared: no accents, no case, no vowel marks,
// words apart by one space.
func fold(s string) string {
	if utf8.RuneCountInString(s) > maxQueryRunes {
		s = string([]rune(s)[:maxQueryRunes])
	}
	// "c2s" and "css" are names; "n°" and "€" are not.
	var b strings.Builder
	space := true
	for _, r := range norm.NFKD.String(letters.Replace(strings.ToLower(norm.NFC.String(s)))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(unicode.ToLower(r))
			space = false
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	return strings.TrimSpace(letters.Replace(b.String()))
}

// empty are words that say nothing of what is looked for. Languages other than
// French need no list: frequent words weigh little by themselves.
var empty = set(`a ai au aux avec avoir ce ces comment d dans de des du elle en est et etre faire fais il j je l la le les leur lui m ma me mes moi mon
	n ne nos notre nous on ou par pas plait pour qu que quel quelle quels quelles qui s sa se ses si sil site son sont sur svp t ta te tes ton
	tu un une veux vais vos votre voudrais vous y bonjour internet www http https fr gouv com`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// words splits a folded text and leaves the empty ones out, unless nothing
// else is there.
func words(folded string) []string {
	all := strings.Fields(folded)
	var full []string
	for _, w := range all {
		if !empty[w] {
			full = append(full, w)
		}
	}
	if len(full) == 0 {
		full = all
	}
	return full[:min(len(full), maxQueryWords)]
}

// stem takes a French or Spanish plural from a word.
func stem(w string) string {
	if n := len(w); n > 3 && (w[n-1] == 's' || w[n-1] == 'x') {
		return w[:n-1]
	}
	return w
}

// sounds are spellings of one French sound, applied in this order to a word
// without accents. It needs not be phonetics: two spellings of a word must
// meet.
var sounds = []struct{ from, to string }{
	{"eaux", "o"}, {"eau", "o"}, {"aux", "o"}, {"au", "o"}, {"ph", "f"}, {"qu", "k"}, {"ck", "k"}, {"cqu", "k"}, {"ch", "@"}, {"sch", "@"}, {"sh", "@"},
	{"gea", "ja"}, {"geo", "jo"}, {"ge", "je"}, {"gi", "ji"}, {"gy", "ji"}, {"gu", "g"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {"c", "k"},
	{"tion", "sion"}, {"ill", "y"}, {"ail", "ay"}, {"eil", "ey"}, {"ain", "in"}, {"ein", "in"}, {"aim", "in"}, {"im", "in"}, {"yn", "in"},
	{"en", "an"}, {"em", "an"}, {"am", "an"}, {"om", "on"}, {"oe", "e"}, {"ai", "e"}, {"ei", "e"}, {"ay", "e"}, {"ou", "w"}, {"z", "s"}, {"y", "i"}, {"h", ""},
}

// sound writes a word of Latin letters as it is heard, "" for a word too short
// or of other letters.
func sound(w string) string {
	if len(w) < 3 {
		return ""
	}
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf || w[i] < 'a' {
			return ""
		}
	}
	for _, p := range sounds {
		w = strings.ReplaceAll(w, p.from, p.to)
	}
	var b strings.Builder
	var last byte
	for i := range len(w) {
		if w[i] != last {
			b.WriteByte(w[i])
		}
		last = w[i]
	}
	// What is silent at a word's end, twice for "emplois".
	heard := b.String()
	for range 2 {
		if n := len(heard); n > 2 && strings.IndexByte("esxtdpr", heard[n-1]) >= 0 {
			heard = heard[:n-1]
		}
	}
	return heard
}
