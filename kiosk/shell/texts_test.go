package shell

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	assets "borne/assets/shell"
	"borne/kiosk"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// declared returns the text constants of the package by name, and how often
// the screens use each.
func declared(t *testing.T) (ids map[string]string, uses map[string]int) {
	t.Helper()
	ids, uses = map[string]string{}, map[string]int{}
	for _, name := range mustGlob(t, "*.go") {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if kind, ok := n.Type.(*ast.Ident); ok && kind.Name == "textID" {
					ids[n.Names[0].Name], _ = strconv.Unquote(n.Values[0].(*ast.BasicLit).Value)
				}
			case *ast.Ident:
				if name != "textids.go" {
					uses[n.Name]++
				}
			}
			return true
		})
	}
	return ids, uses
}

func messages(t *testing.T, l kiosk.Language) map[string]map[string]string {
	t.Helper()
	b, err := fs.ReadFile(assets.Files, "texts/"+string(l)+".json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTextsAreNeitherMissingNorUnused(t *testing.T) {
	ids, uses := declared(t)
	if len(ids) < 40 {
		t.Fatalf("only %d texts found in the source", len(ids))
	}
	for name := range ids {
		if uses[name] == 0 {
			t.Errorf("no screen uses %s", name)
		}
	}
	want := slices.Sorted(maps.Values(ids))
	for _, l := range written(t) {
		if got := slices.Sorted(maps.Keys(messages(t, l))); !slices.Equal(got, want) {
			t.Errorf("texts/%s.json has other texts than the screens:\n got %q\nwant %q", l, got, want)
		}
	}
}

// written are the languages that have a file.
func written(t *testing.T) (ls []kiosk.Language) {
	t.Helper()
	names, err := fs.Glob(assets.Files, "texts/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		ls = append(ls, kiosk.Language(strings.TrimSuffix(path.Base(name), ".json")))
	}
	return ls
}

func TestEveryLanguageIsWrittenAndNoOther(t *testing.T) {
	got, want := slices.Sorted(slices.Values(written(t))), kiosk.Languages()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("there are files for %q, want %q", got, want)
	}
}

// TestLanguagesAreDocumented: translators and managers read there which
// language is in which state.
func TestLanguagesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/guides/langues.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, row := range strings.Split(string(page), "\n") {
		if cells := strings.Split(row, "|"); len(cells) == 9 {
			rows[strings.Trim(cells[1], " `")] = cells[6]
		}
	}
	for _, l := range kiosk.Languages() {
		awaiting := false
		for _, m := range messages(t, l) {
			awaiting = awaiting || strings.HasPrefix(m["description"], "awaiting review")
		}
		if state := rows[string(l)]; state == "" || strings.Contains(state, "à relire") != awaiting {
			t.Errorf("docs/guides/langues.md says %q of %s, of which texts await review: %v", state, l, awaiting)
		}
	}
}

func TestTextsFillTheSamePlaces(t *testing.T) {
	place := regexp.MustCompile(`{{[^}]*}}`)
	french := messages(t, kiosk.French)
	for _, l := range written(t) {
		for id, forms := range messages(t, l) {
			want := place.FindAllString(french[id]["other"], -1)
			for form, text := range forms {
				if form == "description" {
					continue
				}
				got := place.FindAllString(text, -1)
				// "One minute", "two minutes" may be words without a figure.
				if slices.Contains([]string{"zero", "one", "two"}, form) && len(got) < len(want) {
					got = slices.Insert(got, 0, "{{.Count}}")
				}
				if text == "" || !slices.Equal(got, want) {
					t.Errorf("%s %s (%s): %q, want the places %q", l, id, form, text, want)
				}
			}
		}
	}
}

// TestPluralForms wants the forms that the language has, no fewer: a count
// without its form would be said in another.
func TestPluralForms(t *testing.T) {
	french := messages(t, kiosk.French)
	for _, l := range written(t) {
		for id, forms := range messages(t, l) {
			if !strings.Contains(french[id]["other"], "{{.Count}}") {
				if len(forms) != 2 {
					t.Errorf("%s %s counts nothing and has several forms", l, id)
				}
				continue
			}
			for n := range 200 {
				form := pluralNames[plural.Cardinal.MatchPlural(language.Make(string(l)), n, 0, 0, 0, 0)]
				if forms[form] == "" {
					t.Errorf("%s %s: no form %q, which %d takes", l, id, form, n)
					break
				}
			}
		}
	}
}

var pluralNames = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}

// TestTextsAreNotTooLong holds each text to a length that its place was made
// for: that of the French, and half as much again. Letters of width are
// counted, not marks over them.
func TestTextsAreNotTooLong(t *testing.T) {
	french := messages(t, kiosk.French)
	letters := func(s string) (n int) {
		for _, r := range s {
			if !unicode.Is(unicode.Mn, r) {
				n++
			}
		}
		return n
	}
	for _, l := range written(t) {
		for id, forms := range messages(t, l) {
			limit := letters(french[id]["other"])*8/5 + 8
			if bar := strings.HasPrefix(id, "bar_"); bar {
				limit = 14 // six of them stand side by side
			}
			for form, text := range forms {
				if form != "description" && letters(text) > limit {
					t.Errorf("%s %s (%s) has %d letters, %d at most: %q", l, id, form, letters(text), limit, text)
				}
			}
		}
	}
}

// TestTextsNameButtonsAsTheyAre: a text that says which button to touch says
// it in that button's own word.
func TestTextsNameButtonsAsTheyAre(t *testing.T) {
	for _, l := range written(t) {
		ms := messages(t, l)
		for id, button := range map[textID]textID{textNeedsErased: textBarEnd, textLeaveText: textBarEnd, textPickUnreadableText: textBarHelp} {
			if word := ms[string(button)]["other"]; !strings.Contains(ms[string(id)]["other"], word) {
				t.Errorf("%s %s does not name the button %q: %q", l, id, word, ms[string(id)]["other"])
			}
		}
	}
}

// TestTextsAreInTheirLetters catches a line left in another language.
func TestTextsAreInTheirLetters(t *testing.T) {
	scripts := map[kiosk.Language]*unicode.RangeTable{kiosk.Arabic: unicode.Arabic, kiosk.Dari: unicode.Arabic, kiosk.Pashto: unicode.Arabic,
		kiosk.Tigrinya: unicode.Ethiopic, kiosk.Ukrainian: unicode.Cyrillic, kiosk.Russian: unicode.Cyrillic}
	latin := regexp.MustCompile(`{{[^}]*}}|PDF|USB|JPEG|PNG|IBAN`)
	for _, l := range written(t) {
		script := scripts[l]
		if script == nil {
			script = unicode.Latin
		}
		for id, forms := range messages(t, l) {
			for form, text := range forms {
				if form == "description" {
					continue
				}
				for _, r := range latin.ReplaceAllString(text, "") {
					if unicode.IsLetter(r) && !unicode.Is(script, r) {
						t.Errorf("%s %s (%s): %q is in other letters: %q", l, id, form, r, text)
						break
					}
					if unicode.Is(unicode.Bidi_Control, r) {
						t.Errorf("%s %s (%s) holds a mark of direction, which the shell sets itself", l, id, form)
					}
				}
			}
		}
	}
}

func TestMachineTranslationsAwaitReview(t *testing.T) {
	for _, l := range written(t) {
		if l == kiosk.French || l == kiosk.English {
			continue
		}
		for id, m := range messages(t, l) {
			if !strings.HasPrefix(m["description"], "awaiting review") {
				t.Errorf("%s %s is not marked as awaiting review", l, id)
			}
		}
	}
}

func TestPlurals(t *testing.T) {
	texts, err := LoadTexts(assets.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		l    kiosk.Language
		n    int
		want string
	}{
		{kiosk.French, 1, "Il reste 1 seconde"}, {kiosk.French, 30, "Il reste 30 secondes"}, {kiosk.English, 1, "1 second left"},
		{kiosk.Russian, 1, "Осталась 1 секунда"}, {kiosk.Russian, 3, "Осталось 3 секунды"}, {kiosk.Russian, 11, "Осталось 11 секунд"},
		{kiosk.Ukrainian, 22, "Залишилося 22 секунди"}, {"xx", 2, "Il reste 2 secondes"},
		{kiosk.Arabic, 1, "بقيت ثانية واحدة"}, {kiosk.Arabic, 2, "بقيت ثانيتان"}, {kiosk.Arabic, 5, "بقيت 5 ثوانٍ"}, {kiosk.Arabic, 11, "بقيت 11 ثانية"},
		{kiosk.Romanian, 5, "Au rămas 5 secunde"}, {kiosk.Romanian, 20, "Au rămas 20 de secunde"}, {kiosk.Turkish, 5, "5 saniye kaldı"},
		{kiosk.EasyFrench, 5, "Il reste 5 secondes"},
	} {
		if got := texts.in(tt.l, textWarningSeconds, map[string]any{"Count": tt.n}); got != tt.want {
			t.Errorf("%s %d: %q, want %q", tt.l, tt.n, got, tt.want)
		}
	}
}

func TestLoadTextsRefuses(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no French": {"texts/en.json": {Data: []byte(`{"a":{"other":"b"}}`)}},
		"broken":    {"texts/fr.json": {Data: []byte(`{"a":`)}},
		"nothing":   {},
	} {
		if _, err := LoadTexts(files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestIconsAreAllThereAndAllUsed(t *testing.T) {
	l, err := newLook(assets.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range sampleCatalogue().Themes {
		if got := l.themeIcon(theme.Icon); got != "theme/"+theme.Icon {
			t.Errorf("no icon for theme %s", theme.Icon)
		}
	}
	if l.themeIcon("unheard-of") != "theme/autre" || l.themeIcon("../ui/home") == "theme/../ui/home" {
		t.Error("a theme without an icon gets none, or one from elsewhere")
	}
	source := regexp.MustCompile(`"(ui/[a-z]+)"`)
	used := map[string]bool{}
	for _, name := range mustGlob(t, "*.go") {
		for _, m := range source.FindAllStringSubmatch(readSource(t, name), -1) {
			used["icons/"+m[1]+".svg"] = true
		}
	}
	icons, _ := fs.Glob(assets.Files, "icons/ui/*.svg")
	for _, i := range icons {
		if !used[i] {
			t.Errorf("%s is not used", i)
		}
		delete(used, i)
	}
	for i := range used {
		t.Errorf("%s is missing", i)
	}
}
