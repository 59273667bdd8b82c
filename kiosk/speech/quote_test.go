package speech

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// A text ends where it ends, whatever a file or a site is called: no order can
// be put into what is said.
func TestNothingSaidIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`(\.|\r|\n|a|SPEAK|QUIT){0,12}`)).Draw(t, "text")
		lines := strings.Split(quote(text), "\r\n")
		if n := len(lines); n < 3 || lines[n-1] != "" || lines[n-2] != "." {
			t.Fatalf("%q is sent as %q", text, lines)
		}
		lines = lines[:len(lines)-2]
		for i, l := range lines {
			if l == "." || strings.IndexFunc(l, unicode.IsControl) >= 0 {
				t.Fatalf("%q is sent as %q", text, lines)
			}
			lines[i] = strings.TrimPrefix(l, ".")
		}
		want := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, text)
		got := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, strings.Join(lines, ""))
		if got != want {
			t.Fatalf("%q is said as %q", text, lines)
		}
	})
}
