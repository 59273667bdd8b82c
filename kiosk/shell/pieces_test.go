package shell

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unsafe"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestSplitKeepsMarksAndForms(t *testing.T) {
	const j = "\u200d"
	a := newAlphabet()
	for text, want := range map[string][]string{
		"":                nil,
		"caf.fr":          {"c", "a", "f", ".", "f", "r"},
		"e\u0301te\u0301": {"é", "t", "é"},
		"q\u0301q":        {"q\u0301", "q"},
		"нёс":             {"н", "ё", "с"},
		"a\xffb":          {"a", "\ufffd", "b"},
		"شهادة":           {"ة", "د", j + "ا", j + "ه" + j, "ش" + j},
		"ښه 12.pdf":       {"p", "d", "f", ".", "1", "2", " ", j + "ه", "ښ" + j},
		"a\u202efdp.exe":  {"a", "f", "d", "p", ".", "e", "x", "e"},
		"क्षत्रिय":        {"क्षत्रिय"},
	} {
		if got := pieceTexts(a.split(text, fromRight(text, false))); !slices.Equal(got, want) {
			t.Errorf("split(%q) is %+q, want %+q", text, got, want)
		}
	}
}

func pieceTexts(of []strip) (all []string) {
	for _, p := range of {
		all = append(all, p.text)
	}
	return all
}

func TestSplitLosesNothing(t *testing.T) {
	a := newAlphabet()
	sorted := func(s string) string {
		runes := []rune(norm.NFC.String(s))
		runes = slices.DeleteFunc(runes, func(r rune) bool { return r == zwj || r == lrm || r == rlm || explicit(r) })
		for i, r := range runes {
			runes[i] = min(r, facing(r))
		}
		slices.Sort(runes)
		return string(runes)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zé0-9.\-_ ]{0,60}`), rapid.StringMatching(`[a-zابةدرشښې0-9٣.()\-_ ]{0,60}`)).Draw(t, "text")
		text = strings.ToValidUTF8(text, "\ufffd")
		pieces := pieceTexts(a.split(text, rapid.Bool().Draw(t, "right")))
		if sorted(strings.Join(pieces, "")) != sorted(text) {
			t.Fatalf("%q became %q", text, pieces)
		}
		for _, p := range pieces {
			letters := 0
			for _, r := range p {
				if !unicode.IsMark(r) && r != zwj && r != zwnj && (!unicode.IsLetter(r) || unicode.In(r, scriptsOfPieces...)) {
					letters++
				}
			}
			if letters > 1 || letters == 1 && len([]rune(strings.ReplaceAll(strings.ReplaceAll(p, "\u200d", ""), "\u200c", ""))) > 1 && !strings.ContainsFunc(p, unicode.IsMark) {
				t.Fatalf("the piece %q of %q holds several letters", p, text)
			}
		}
	})
}

// What the graphics library is given of a host or of a file's name says
// nothing, and what was on a screen that is left says nothing either.
func TestNoTextObjectHoldsWhatIsTheirs(t *testing.T) {
	for _, name := range []string{"13a-blocked-host", "13b-blocked-long", "26-pick"} {
		i := slices.IndexFunc(stories(), func(s story) bool { return s.name == name })
		if i < 0 {
			t.Fatalf("no story %q", name)
		}
		f := newFixture(t, 1280, 800)
		stories()[i].tell(f, kiosk.French)
		theirs := []string{readableHost(f.snapshot.BlockedHost)}
		for _, d := range f.shelf.offer.Documents {
			theirs = append(theirs, d.Name)
		}
		theirs = slices.DeleteFunc(theirs, func(s string) bool { return s == "" })
		if len(theirs) == 0 {
			t.Fatalf("%s shows nothing of a visitor's", name)
		}
		said := texts(f.stage.objects)
		if len(said) < 20 {
			t.Fatalf("%s: only the texts %q were found", name, said)
		}
		for _, text := range said {
			for _, whole := range theirs {
				if len([]rune(text)) > 1 && strings.Contains(whole, text) {
					t.Errorf("%s: the text %q is a part of %q", name, text, whole)
				}
			}
		}
		left := pressables(f.stage.objects)
		f.stage.set()
		for _, p := range left {
			if p.label != "" {
				t.Errorf("%s: a button that was left still says %q", name, p.label)
			}
		}
	}
}

// texts are all that text objects under these say, each once.
func texts(objects []fyne.CanvasObject) (all []string) {
	for _, o := range objects {
		switch o := o.(type) {
		case *canvas.Text:
			all = append(all, o.Text)
		case *fyne.Container:
			all = append(all, texts(o.Objects)...)
		case *pressable:
			all = append(all, texts([]fyne.CanvasObject{o.content})...)
		}
	}
	return all
}

// Letters that were made one after the other stand side by side in memory, and
// would spell the text for whoever keeps one of them.
func TestLettersAreNotMadeAnew(t *testing.T) {
	a := newAlphabet()
	const text = "impots.gouv.fr, été, Київ… n’est – là شهادة"
	first := a.split(text, false)
	for i, again := range a.split(text, false) {
		if unsafe.StringData(again.text) != unsafe.StringData(first[i].text) {
			t.Errorf("the letter %q is another each time", again.text)
		}
	}
}

// Ukrainian has its dots on every screen of the storybook.
func TestUkrainianKeepsItsDots(t *testing.T) {
	with := 0
	for _, st := range stories() {
		f := newFixture(t, 1280, 800)
		st.tell(f, kiosk.Ukrainian)
		for _, text := range texts(f.stage.objects) {
			if strings.Contains(text, "і") {
				t.Errorf("%s: %q would be drawn without dots", st.name, text)
			}
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) && strings.Contains(text, "i") {
				with++
			}
		}
	}
	if with == 0 {
		t.Error("no Ukrainian text was seen")
	}
}
