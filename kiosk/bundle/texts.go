package bundle

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"borne/kiosk"
)

// Longest texts, in characters, that still fit a tile or a line of a list at
// the shell's largest letters.
const (
	maxNameRunes     = 60
	maxSentenceRunes = 120
)

// languages are those that a text may be written in.
func languages() []kiosk.Language { return kiosk.Languages() }

func languageNames() string {
	var names []string
	for _, l := range languages() {
		names = append(names, string(l))
	}
	return strings.Join(names, ", ")
}

// words reads a text in several languages. A plain text stands for French.
func (v value) words(name string, maxRunes int) kiosk.Text {
	if v.absent() {
		v.faultf("%s is missing: write it, in French at least (fr:)", name)
		return nil
	}
	if _, plain := v.node.(ast.ScalarNode); plain {
		return kiosk.Text{kiosk.French: v.sentence(name, maxRunes)}
	}
	t := kiosk.Text{}
	for _, p := range v.pairs() {
		if !slices.Contains(languages(), kiosk.Language(p.name)) {
			p.key.faultf("unknown language %q: write one of %s", p.name, languageNames())
			continue
		}
		t[kiosk.Language(p.name)] = p.sentence(name, maxRunes)
	}
	if _, ok := t[kiosk.French]; !ok {
		v.faultf("%s has no French: add a line \"fr: …\"", name)
	}
	return t
}

// sentence reads one line of text that fits the screen.
func (v value) sentence(name string, maxRunes int) string {
	s := v.required(name)
	switch {
	case utf8.RuneCountInString(s) > maxRunes:
		v.faultf("%s has %d characters: %d at most fit the screen", name, utf8.RuneCountInString(s), maxRunes)
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
		v.faultf("%s holds a line break or a control character: write one line of plain text", name)
	}
	return s
}

// wordsList reads a list of texts.
func (v value) wordsList(name string) []kiosk.Text {
	var out []kiosk.Text
	for _, item := range v.items() {
		out = append(out, item.words(name, maxSentenceRunes))
	}
	return out
}
