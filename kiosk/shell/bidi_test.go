package shell

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// line says what a line looks like from left to right.
func seenText(s string, right bool) string {
	var out []rune
	for _, l := range seen(s, right) {
		out = append(out, l.runes...)
	}
	return string(out)
}

func TestLinesAreSeenInOrder(t *testing.T) {
	for _, tt := range []struct {
		line  string
		right bool
		want  string
	}{
		{"Encore 12 min", false, "Encore 12 min"},
		{"بقي 12 دقيقة", true, "ةقيقد 12 يقب"},
		{"بقي 12 دقيقة", false, "ةقيقد 12 يقب"},
		{"رقم Caf (7 أرقام)", true, "(ماقرأ 7) Caf مقر"},
		{"Caf – الإعانات", true, "تاناعإلا – Caf"},
		{"9:00 – 12:30", true, "12:30 – 9:00"},
		{"العربية: Touchez", false, "ةيبرعلا: Touchez"},
		{"abc «دا» def", false, "abc «اد» def"},
		{"دا «abc» دا", true, "اد «abc» اد"},
		{"100 % من", true, "نم % 100"},
		{"PDF\u200f · \u200f84 دا", true, "اد 84 · PDF"},
		{"دا 25%", true, "%25 اد"},
		{"name\u202efdp.exe", false, "namefdp.exe"},
	} {
		if got := seenText(tt.line, tt.right); got != tt.want {
			t.Errorf("%q is seen as %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestBaseDirection(t *testing.T) {
	for _, tt := range []struct {
		text     string
		language bool
		want     bool
	}{
		{"Bienvenue", false, false}, {"مرحبا", false, true}, {"Caf دا", false, false}, {"12", false, false},
		{"مرحبا", true, true}, {"Caf – الإعانات", true, true}, {"Caf du Gard.", true, false}, {"9 – 12", true, true}, {"", true, true},
	} {
		if got := fromRight(tt.text, tt.language); got != tt.want {
			t.Errorf("%q in a language from the right (%v): %v", tt.text, tt.language, got)
		}
	}
}

// FriBidi, which most programs of this system set Arabic with, sees the same
// order in whatever line.
func TestOrderIsFriBidis(t *testing.T) {
	program, err := exec.LookPath("fribidi")
	if err != nil {
		t.Skip("fribidi is not installed")
	}
	signs := []rune("abCéЖ0123ابجدهوښګې٠١۲۳  ..,:;-/()[]«»%€+ምህ؟،!…–")
	rapid.Check(t, func(t *rapid.T) {
		right := rapid.Bool().Draw(t, "right")
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return string(rapid.SliceOfN(rapid.SampledFrom(signs), 1, 30).Draw(t, "line"))
		}), 40, 40).Draw(t, "lines")
		args := []string{"--ltr"}
		if right {
			args[0] = "--rtl"
		}
		args = append(args, "--nopad", "--nobreak", "--charset", "UTF-8", "--levels", "--vtol", "--novisual")
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("fribidi: %v %s", err, errs.String())
		}
		want := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		if len(want) != 2*len(lines) {
			t.Fatalf("fribidi answers %d lines to %d", len(want), len(lines))
		}
		for i, line := range lines {
			deep := levels([]rune(line), right)
			got := numbers(order(deep)) + "/ " + numbers(deep)
			if want := want[2*i] + "/ " + want[2*i+1]; got != want {
				t.Fatalf("%q from the right %v: %s, FriBidi says %s", line, right, got, want)
			}
		}
	})
}

func numbers[N int | uint8](all []N) (s string) {
	for _, n := range all {
		s += fmt.Sprint(n, " ")
	}
	return s
}

// Each letter of a line is drawn, in the order in which it is seen.
func TestStripsDrawTheLine(t *testing.T) {
	signs := []rune("abCé0123ابجدهوښګې٠۲۳  .,:-()«»%ምህ؟،!…–")
	rapid.Check(t, func(t *rapid.T) {
		line := string(rapid.SliceOfN(rapid.SampledFrom(signs), 0, 40).Draw(t, "line"))
		right := rapid.Bool().Draw(t, "right")
		var drawn []rune
		for _, p := range strips(line, right) {
			runes := []rune(p.text)
			// Fyne turns what begins with an Arabic letter, and nothing else.
			if len(runes) > 0 && p.face == faceArabic && unicode.IsLetter(runes[0]) {
				if !unicode.IsLetter(runes[len(runes)-1]) {
					t.Fatalf("%q has the strip %q, whose end Fyne would set elsewhere", line, p.text)
				}
				slices.Reverse(runes)
			}
			drawn = append(drawn, runes...)
		}
		if want := seenText(line, right); string(drawn) != want {
			t.Fatalf("%q is drawn as %q, want %q", line, string(drawn), want)
		}
	})
}
