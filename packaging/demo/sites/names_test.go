package sites

import (
	"bytes"
	"os/exec"
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

func FuzzPDFString(f *testing.F) {
	for _, s := range []string{"Été (à) l’ombre", `\)`, "\x00\n", "日本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		depth, escaped := 0, false
		for _, b := range []byte(pdfString(s)) {
			switch {
			case escaped:
				escaped = false
			case b == '\\':
				escaped = true
			case b == '(' || b == ')':
				depth++
			}
		}
		if depth != 0 || escaped {
			t.Errorf("pdfString(%q) ends its string early", s)
		}
	})
}

// The document is read back by a program that is not ours, where the machine has one.
func TestPDFIsReadByPoppler(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	command := exec.Command(tool, "-", "-")
	command.Stdin = bytes.NewReader(pdf("Attestation de dépôt", "Personne (née) : Mme Exemple", "Été"))
	text, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v\n%s", err, text)
	}
	for _, want := range []string{"Attestation de dépôt", "Personne (née) : Mme Exemple", "Été"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the document lacks %q:\n%s", want, text)
		}
	}
}
