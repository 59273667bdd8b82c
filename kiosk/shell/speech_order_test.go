package shell

import (
	"slices"
	"strings"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"pgregory.net/rapid"
)

// spokenAt is an object at a place that says something.
func spokenAt(text string, x, y, w, h float32) fyne.CanvasObject {
	c := container.New(&saying{fixed: fixed(fyne.NewSize(w, h)), text: text, language: kiosk.French})
	put(c, x, y, w, h)
	return c
}

func groupAt(x, y, w, h float32, of ...fyne.CanvasObject) fyne.CanvasObject {
	c := container.New(fixed(fyne.NewSize(w, h)), of...)
	put(c, x, y, w, h)
	return c
}

func TestReadingOrder(t *testing.T) {
	said := func(fromRight bool, of ...fyne.CanvasObject) (texts string) {
		for _, u := range utterances(of, fromRight) {
			texts += u.Text + " "
		}
		return strings.TrimSpace(texts)
	}
	row := []fyne.CanvasObject{spokenAt("b1", 200, 103, 100, 50), spokenAt("a1", 0, 100, 100, 50), spokenAt("a2", 0, 200, 100, 50), spokenAt("title", 50, 10, 300, 60)}
	if got, want := said(false, row...), "title a1 b1 a2"; got != want {
		t.Errorf("read as %q, want %q", got, want)
	}
	if got, want := said(true, row...), "title b1 a1 a2"; got != want {
		t.Errorf("read from the right as %q, want %q", got, want)
	}
	columns := []fyne.CanvasObject{
		groupAt(300, 100, 200, 400, spokenAt("right2", 0, 60, 200, 40), spokenAt("right1", 0, 0, 200, 40)),
		groupAt(0, 100, 200, 300, spokenAt("left1", 0, 0, 200, 40), spokenAt("left2", 0, 60, 200, 40)),
	}
	if got, want := said(false, columns...), "left1 left2 right1 right2"; got != want {
		t.Errorf("columns are read as %q, want %q", got, want)
	}
}

// Nothing is said twice and nothing is left out, wherever things stand.
func TestReadingOrderLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var of []fyne.CanvasObject
		var want []string
		for i := range rapid.IntRange(0, 12).Draw(t, "objects") {
			text, at := string(rune('a'+i)), rapid.Float32Range(0, 500)
			of = append(of, spokenAt(text, at.Draw(t, "x"), at.Draw(t, "y"), at.Draw(t, "w"), at.Draw(t, "h")))
			want = append(want, text)
		}
		var got []string
		for _, u := range utterances(of, rapid.Bool().Draw(t, "from the right")) {
			got = append(got, u.Text)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%q of %q is said", got, want)
		}
	})
}

// What the keyboard comes to is said with what it is; a choice that is made, as such.
func TestTheKindOfButtonIsSaid(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Écouter")
	f.openAids()
	f.spoken()
	f.focus("Grande")
	f.wantSpoken("say fr:Grande.\nbouton.")
	f.tap("Grande")
	f.spoken()
	f.focus("Normale")
	f.spoken()
	f.focus("Grande")
	f.wantSpoken("say fr:Grande.\nchoisi.")
}
