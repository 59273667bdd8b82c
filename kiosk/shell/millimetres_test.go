package shell

import (
	"fmt"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

func TestPlausible(t *testing.T) {
	for _, c := range []struct {
		what          string
		width, height int
		size          fyne.Size
		want          bool
	}{
		{"a screen of 15.6 inches", 344, 194, fyne.NewSize(1920, 1080), true},
		{"the same, upright", 344, 194, fyne.NewSize(1080, 1920), true},
		{"nothing", 0, 0, fyne.NewSize(1920, 1080), false},
		{"proportions alone", 16, 9, fyne.NewSize(1920, 1080), false},
		{"proportions in centimetres", 160, 90, fyne.NewSize(1920, 1080), false},
		{"another's", 340, 270, fyne.NewSize(1920, 1080), false},
		{"a wall", 4000, 2250, fyne.NewSize(1920, 1080), false},
	} {
		if got := plausible(c.width, c.height, c.size); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

// small are screens on which the layout's own targets are less than 20 mm.
var small = []monitor{{fyne.NewSize(1280, 800), 12.1}, {fyne.NewSize(1920, 1080), 13.3}}

// TestMillimetres tells stories on small screens that say how large they are,
// and looks for targets under 20 mm and for what no longer fits.
func TestMillimetres(t *testing.T) {
	told := visitStories()
	for _, m := range small {
		p := page{screen: m, language: kiosk.French}
		for i, st := range append(told, maintenanceStories()...) {
			if i%4 != 0 && i < len(told) {
				continue
			}
			f := newFixture(t, m.size.Width, m.size.Height)
			f.settings.Languages, f.settings.ScreenDiagonal = kiosk.Languages(), m.inches*25.4
			f.drawn = view{}
			st.tell(f, p.language)
			checkStory(t, fmt.Sprintf("%s, %.1f inches: %s", p, m.inches, st.name), f, p)
		}
	}
	f := newFixture(t, 1280, 800)
	k := func() kit { return newKit(f.look, f.options.Texts, kiosk.French, fyne.NewSize(1280, 800)) }
	if got := k().measured(0); got.full != 1 {
		t.Errorf("nobody knows the size, and targets are %v", got.full)
	}
	if got := k().measured(800); got.full != 1 {
		t.Errorf("on a large screen targets are %v of the layout's", got.full)
	}
	if got := k().measured(100); got.full != mostStretched {
		t.Errorf("on a screen of 4 inches targets are %v of the layout's", got.full)
	}
	if side := k().measured(12.1 * 25.4).target(sizeTarget); side < 98 || side > 99 {
		t.Errorf("20 mm on 12.1 inches are %v points", side)
	}
}
