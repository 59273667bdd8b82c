package shell

import (
	"strings"
	"testing"
	"unicode"
)

func TestReadableHost(t *testing.T) {
	for host, want := range map[string]string{
		"":                           "",
		"WWW.Caf.FR.":                "www.caf.fr",
		"xn--mdiathque-53af.example": "médiathèque.example",
		"xn--e1afmkfd.xn--p1ai":      "пример.рф",
		"xn--80ak6aa92e.com":         "xn--80ak6aa92e.com",  // Cyrillic that looks like apple.com, beside a Latin com
		"xn--mgbh0fb.example":        "xn--mgbh0fb.example", // from right to left
		"192.0.2.7":                  "192.0.2.7",
		"[2001:db8::7]":              "[2001:db8::7]",
		"a b":                        "",
		"evil\u202egro.example":      "",
		"<b>":                        "",
		strings.Repeat("a", 254):     "",
	} {
		if got := readableHost(host); got != want {
			t.Errorf("readableHost(%q) = %q, want %q", host, got, want)
		}
	}
}

func FuzzReadableHost(f *testing.F) {
	f.Add("xn--mdiathque-53af.example")
	f.Add("xn--a.example")
	f.Fuzz(func(t *testing.T, host string) {
		got := readableHost(host)
		if i := strings.IndexFunc(got, func(r rune) bool {
			return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsMark(r) ||
				unicode.Is(unicode.Hebrew, r) || unicode.Is(unicode.Arabic, r)
		}); i >= 0 {
			t.Errorf("readableHost(%q) = %q", host, got)
		}
	})
}
