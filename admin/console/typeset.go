package console

import (
	"regexp"
	"strings"
)

// notWords matches what of a page is not text: actions and tags.
var notWords = regexp.MustCompile(`(?s){{.*?}}|<[^>]*>`)

// spaces are where French typography has a space that no line breaks at.
var spaces = strings.NewReplacer("« ", "«\u00a0", " »", "\u00a0»", " :", "\u00a0:", " ;", "\u202f;", " ?", "\u202f?", " !", "\u202f!")

// typeset gives a sentence its spaces, so that pages and messages are written
// with plain ones.
func typeset(sentence string) string { return spaces.Replace(sentence) }

// typesetPage does so for the text of a page's source, and leaves actions and
// tags alone.
func typesetPage(source string) string {
	var out strings.Builder
	at := 0
	for _, span := range notWords.FindAllStringIndex(source, -1) {
		out.WriteString(typeset(source[at:span[0]]))
		out.WriteString(source[span[0]:span[1]])
		at = span[1]
	}
	out.WriteString(typeset(source[at:]))
	return out.String()
}
