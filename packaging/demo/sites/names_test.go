package sites

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTokensForgetTheOldest(t *testing.T) {
	names := newTokens[int](2)
	first, second := names.add(1), names.add(2)
	third := names.add(3)
	if _, ok := names.get(first); ok {
		t.Error("the oldest is still there")
	}
	if v, ok := names.take(second); !ok || v != 2 {
		t.Errorf("take: %d, %v", v, ok)
	}
	if _, ok := names.take(second); ok {
		t.Error("a name was taken twice")
	}
	if v, ok := names.get(third); !ok || v != 3 {
		t.Errorf("get: %d, %v", v, ok)
	}
}

func FuzzFileName(f *testing.F) {
	for _, s := range []string{"facture.pdf", `C:\x\y.pdf`, "../../etc/passwd", "", "a\x00b\nc", strings.Repeat("é", 200), "\xff/\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := fileName(s)
		if utf8.RuneCountInString(name) > 80 || strings.ContainsAny(name, `\`) || strings.Contains(name, "/") && name != "/" {
			t.Errorf("fileName(%q) = %q", s, name)
		}
		for _, r := range name {
			if !unicode.IsPrint(r) {
				t.Errorf("fileName(%q) holds %U", s, r)
			}
		}
	})
}
