package shell

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// The narrow keyboard has the keys of the wide one, all of them, in rows as wide
// as it is.
func TestTheNarrowKeyboardHasEveryKey(t *testing.T) {
	say := func(id textID) string { return string(id) }
	for _, l := range kiosk.Languages() {
		for _, at := range []layer{layerLetters, layerLatin, layerSigns, layerAccents} {
			for _, shift := range []bool{false, true} {
				b := keyboard{layer: at, shift: shift}
				wide := b.rows(l, say)
				rows := narrowed(wide, b.letters(l))
				name := fmt.Sprintf("%s, layer %d, shift %v", l, at, shift)
				if len(rows) != narrowRows {
					t.Fatalf("%s: %d rows", name, len(rows))
				}
				for n, row := range rows {
					width := float32(0)
					for _, k := range row {
						width += k.width
					}
					if width != narrowColumns {
						t.Errorf("%s: row %d is %v wide", name, n, width)
					}
				}
				if got, want := named(rows), named(wide[:]); !slices.Equal(got, want) {
					t.Errorf("%s: keys %q, want %q", name, got, want)
				}
			}
		}
	}
}

// named are the keys of a page, in an order that tells nothing of their places.
func named(rows [][]key) (all []string) {
	for _, row := range rows {
		for _, k := range row {
			all = append(all, fmt.Sprintf("%d %d %s %s %s", k.act, k.to, k.label, k.icon, k.text))
		}
	}
	slices.Sort(all)
	return all
}

// On a screen that stands every key is 20 mm wide and high, whatever its size
// from the smallest on, and the page keeps a third of the height.
func TestKeysOfANarrowScreenAreAsWideAsAFinger(t *testing.T) {
	f := newFixture(t, 1080, 1920)
	size := fyne.NewSize(1080, 1920)
	for inches, narrow := range map[float64]bool{15.6: true, 17.3: true, 22: false, 32: false} {
		f.settings.ScreenDiagonal = inches * 25.4
		k := newKit(f.look, f.options.Texts, kiosk.French, size).measured(f.settings.ScreenDiagonal)
		if k.narrowPad() != narrow {
			t.Errorf("%v inches: narrow is %v", inches, k.narrowPad())
		}
		finger := fingerMM * float32(math.Hypot(1080, 1920)/f.settings.ScreenDiagonal)
		for _, key := range f.newPad(k).keys {
			if key.room.Width < finger || key.room.Height < finger*0.97 {
				t.Errorf("%v inches: key %q is %v, a finger %v", inches, key.label+key.icon, key.room, finger)
			}
		}
		f.at(kiosk.French, kiosk.Visiting, nil)
		if top := f.topHeight(k, view{screen: screenPage, bar: true}); size.Height-top-k.padHeight() < size.Height/3 {
			t.Errorf("%v inches: the page has %v of %v", inches, size.Height-top-k.padHeight(), size.Height)
		}
	}
}
