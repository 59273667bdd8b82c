package facts

import (
	"fmt"
	"regexp"
	"strings"
)

// saying is one English sentence of borned's, as the code that makes it writes it
// (%s for a part), and its French, with the same parts in their order, or named
// (%[2]s) where French wants another.
type saying struct{ english, french string }

var verb = regexp.MustCompile(`%(\.\d)?[sqvd]|%\.\df`)

// told puts text into French by the first of sayings that it is an instance of.
func told(text string, sayings []saying) (string, bool) {
	for _, s := range sayings {
		if french, ok := s.of(text); ok {
			return french, true
		}
	}
	return "", false
}

// of is the French of text where text is what s says. Nothing is tried that does
// not begin alike.
func (s saying) of(text string) (string, bool) {
	english := strings.ReplaceAll(s.english, "%%", "%")
	first := verb.FindStringIndex(english)
	if first == nil {
		return s.french, english == text
	}
	if !strings.HasPrefix(text, english[:first[0]]) {
		return "", false
	}
	pattern, at := "(?s)^", 0
	for _, place := range verb.FindAllStringIndex(english, -1) {
		pattern += regexp.QuoteMeta(english[at:place[0]]) + "(.*?)"
		at = place[1]
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(english[at:]) + "$").FindStringSubmatch(text)
	if found == nil {
		return "", false
	}
	var parts []any
	for _, part := range found[1:] {
		parts = append(parts, quoted(part))
	}
	return fmt.Sprintf(s.french, parts...), true
}

// decimal is a number as Go's %.1f writes it.
var decimal = regexp.MustCompile(`^(\d+)\.(\d)$`)

// quoted gives a part that Go's %q wrote French marks, and a number a comma.
func quoted(part string) string {
	if decimal.MatchString(part) {
		return strings.Replace(part, ".", ",", 1)
	}
	if inside, ok := strings.CutPrefix(part, `"`); ok {
		if inside, ok = strings.CutSuffix(inside, `"`); ok && !strings.Contains(inside, `"`) {
			return "« " + inside + " »"
		}
	}
	return part
}
