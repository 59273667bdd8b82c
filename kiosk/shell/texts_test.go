package shell

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	assets "borne/assets/shell"
	"borne/kiosk"
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
	for _, l := range kiosk.DefaultSettings().Languages {
		if got := slices.Sorted(maps.Keys(messages(t, l))); !slices.Equal(got, want) {
			t.Errorf("texts/%s.json has other texts than the screens:\n got %q\nwant %q", l, got, want)
		}
	}
}

func TestTextsFillTheSamePlaces(t *testing.T) {
	place := regexp.MustCompile(`{{[^}]*}}`)
	french := messages(t, kiosk.French)
	for _, l := range kiosk.DefaultSettings().Languages {
		for id, forms := range messages(t, l) {
			want := place.FindAllString(french[id]["other"], -1)
			for form, text := range forms {
				if form == "description" {
					continue
				}
				if text == "" || !slices.Equal(place.FindAllString(text, -1), want) {
					t.Errorf("%s %s (%s): %q, want the places %q", l, id, form, text, want)
				}
			}
		}
	}
}

func TestMachineTranslationsAwaitReview(t *testing.T) {
	for _, l := range []kiosk.Language{kiosk.Ukrainian, kiosk.Russian} {
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
