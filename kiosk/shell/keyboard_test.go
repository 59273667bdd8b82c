package shell

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"borne/kiosk"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// pad is the keyboard on the screen.
func (f *fixture) pad() *pad {
	f.t.Helper()
	for _, o := range f.stage.objects {
		if p, ok := o.(*pad); ok {
			return p
		}
	}
	f.t.Fatal("there is no keyboard")
	return nil
}

// finger touches keys one after another, by what they write.
func (f *fixture) finger(keys ...string) {
	f.t.Helper()
	for _, text := range keys {
		p := f.pad()
		i := slices.IndexFunc(p.keys, func(k placedKey) bool {
			return k.text == text && text != "" || k.icon == text || k.act != actWrite && k.label == text
		})
		if i < 0 {
			f.t.Fatalf("no key for %q", text)
		}
		at := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
		at.Position = p.keys[i].at.AddXY(p.keys[i].room.Width/2, p.keys[i].room.Height/2)
		p.MouseDown(at)
		if p.keys[i].face.StrokeWidth < p.kit.px(6) {
			f.t.Errorf("key %q does not show that it is down", text)
		}
		p.MouseUp(at)
	}
}

func each(s string) (keys []string) { return strings.Split(s, "") }

func TestTheKeyboardTypesOnThePage(t *testing.T) {
	f := newFixture(t, 1280, 800)
	aids := make(chan kiosk.Aid, 8)
	f.options.Aids = countAids(aids)
	f.at(kiosk.French, kiosk.Visiting, nil)
	if f.borne.foot != 0 || f.borne.ready != "" {
		t.Fatalf("foot %d, ready %q before the keyboard is there", f.borne.foot, f.borne.ready)
	}
	f.tap("Clavier")
	if want := int(f.pad().area.Height); f.borne.foot < want {
		t.Errorf("the page leaves %d pixels, want %d", f.borne.foot, want)
	}
	f.finger("ui/shift", "É")
	f.finger(each("lodie@exemple")...)
	f.finger(".fr", " ", "1", "2", "€", "\t", "\n", "\b", "←", "→")
	f.finger("#+=", "&", "ABC", "a", "àéî", "ô", "ABC", "b")
	if want := "Élodie@exemple.fr 12€\t\n\b←→&aôb"; f.borne.typed != want {
		t.Errorf("typed %q, want %q", f.borne.typed, want)
	}
	f.tap("Clavier")
	f.tap("Clavier")
	if <-aids != kiosk.AidKeyboard || len(aids) != 0 {
		t.Error("the keyboard is counted more or less than once")
	}
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice = kiosk.IdleWarning })
	if f.borne.foot != 0 || f.borne.ready != "" {
		t.Error("a warning has a keyboard")
	}
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.pad()
	f.at(kiosk.French, kiosk.Ending, nil)
	if f.borne.ready != "" || f.borne.foot != 0 {
		t.Error("the display's keyboard is not given back at the end of the visit")
	}
	f.at("", kiosk.Ready, nil)
	f.at(kiosk.French, kiosk.Visiting, nil)
	if f.borne.foot != 0 {
		t.Error("the next visitor finds the keyboard of the last")
	}
}

type countAids chan kiosk.Aid

func (c countAids) UseAid(_ context.Context, a kiosk.Aid) error { c <- a; return nil }

func TestKeysActWhenTheyAreLetGo(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.tap("Clavier")
	p := f.pad()
	event := func(x, y float32, b desktop.MouseButton) *desktop.MouseEvent {
		e := &desktop.MouseEvent{Button: b}
		e.Position = fyne.NewPos(x, y)
		return e
	}
	k := p.keys[slices.IndexFunc(p.keys, func(k placedKey) bool { return k.text == "z" })]
	x, y := k.at.X+k.room.Width/2, k.at.Y+k.room.Height/2
	p.MouseDown(event(x, y, desktop.MouseButtonPrimary))
	if f.borne.typed != "" {
		t.Error("a key acts before it is let go")
	}
	p.MouseUp(event(x+k.room.Width, y, desktop.MouseButtonPrimary))
	p.MouseDown(event(x, y, desktop.MouseButtonSecondary))
	p.MouseUp(event(x, y, desktop.MouseButtonSecondary))
	p.MouseUp(event(x, y, desktop.MouseButtonPrimary))
	if f.borne.typed != "" || p.down != -1 {
		t.Errorf("typed %q by a finger that slid away, another button, or none", f.borne.typed)
	}
	p.MouseDown(event(x, y, desktop.MouseButtonPrimary))
	p.MouseUp(event(x+k.room.Width*0.6, y, desktop.MouseButtonPrimary)) // a finger that trembles
	if f.borne.typed != "z" {
		t.Errorf("typed %q", f.borne.typed)
	}
}

// Every keyboard fills its rows, writes nothing twice, and leads to Latin
// letters, @ and every sign of a password.
func TestEveryKeyboard(t *testing.T) {
	say := func(id textID) string { return string(id) }
	for _, l := range kiosk.Languages() {
		own, latin := lettersOf(l)
		if !latin.latin {
			t.Errorf("%s leads to no Latin letters", l)
		}
		layers := []layer{layerLetters, layerSigns, layerAccents}
		if !own.latin {
			layers = []layer{layerLetters, layerSigns, layerLatin}
		}
		reach := map[rune]bool{}
		for _, at := range layers {
			for _, shift := range []bool{false, true} {
				b := keyboard{shift: shift}
				if !own.latin && at == layerSigns {
					b = b.after(key{act: actLayer, to: layerLatin}) // the signs of Latin letters
				}
				b = b.after(key{act: actLayer, to: at})
				b.shift = shift
				seen := map[string]bool{}
				for n, row := range b.rows(l, say) {
					width := float32(0)
					for _, k := range row {
						width += k.width
						if k.act == actWrite && seen[k.text] && k.text != "@" && k.text != "." {
							t.Errorf("%s %v: %q twice", l, at, k.text)
						}
						seen[k.text] = k.act == actWrite
						for _, r := range k.text {
							reach[r] = true
							if unicode.IsControl(r) && !strings.ContainsRune("\b\t\n", r) {
								t.Errorf("%s: key %q", l, r)
							}
						}
					}
					if width != padColumns {
						t.Errorf("%s, layer %v, row %d is %v wide", l, at, n, width)
					}
				}
			}
		}
		for r := rune(' '); r <= '~'; r++ {
			if !reach[r] {
				t.Errorf("%s: %q cannot be typed", l, r)
			}
		}
		if !reach['€'] {
			t.Errorf("%s: € cannot be typed", l)
		}
		if l == kiosk.French {
			for _, r := range "éèàçùêëïîôâûœÉÈÀÇÊ" {
				if !reach[r] {
					t.Errorf("%q cannot be typed", r)
				}
			}
		}
	}
}

// What stands on a key lies within it, on every screen, in every language, size
// of letters and page; keys are as large as a finger.
func TestKeysHoldWhatStandsOnThem(t *testing.T) {
	f := newFixture(t, 1280, 800)
	for _, size := range []fyne.Size{{Width: 1280, Height: 800}, {Width: 1024, Height: 768}, {Width: 1080, Height: 1920}} {
		for _, l := range []kiosk.Language{kiosk.French, kiosk.Ukrainian, kiosk.Arabic, kiosk.Tigrinya, kiosk.Spanish} {
			for _, a := range []aids{{}, {size: textExtra, colours: coloursDark}} {
				for _, at := range []layer{layerLetters, layerLatin, layerSigns} {
					f.keyboard = keyboard{layer: at}
					p := f.newPad(newKit(f.look, f.options.Texts, l, size).with(a))
					for _, k := range p.keys {
						c, name := k.content, fmt.Sprintf("%v %s %q", size, l, k.label+k.icon)
						if c.Position().X < k.at.X || c.Position().Y < k.at.Y || c.Position().X+c.Size().Width > k.at.X+k.room.Width+0.5 || c.Position().Y+c.Size().Height > k.at.Y+k.room.Height+0.5 {
							t.Errorf("%s leaves its key: %v at %v in %v at %v", name, c.Size(), c.Position(), k.room, k.at)
						}
						if box, ok := c.(*fyne.Container); ok {
							for _, o := range box.Objects {
								if wide := o.MinSize().Width; wide > k.room.Width-2 {
									t.Errorf("%s is %v wide on a key of %v", name, wide, k.room.Width)
								}
							}
						}
						if k.room.Width < p.kit.target(85) || k.room.Height < p.kit.target(85) {
							t.Errorf("%s is %v", name, k.room)
						}
					}
				}
			}
		}
	}
}

func TestSearch(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Chercher")
	f.wantScreen(screenSearch)
	f.finger(each("caf")...)
	f.finger("\t", "←")
	if f.borne.ready != "" || f.borne.typed != "" {
		t.Error("what is searched is typed on the display")
	}
	if got := string(f.search.typed); got != "caf" {
		t.Fatalf("searched %q", got)
	}
	typed := f.search.typed
	f.finger("\b")
	f.typedRune('F')
	f.typed(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	f.typedRune('f')
	f.tap("Caf – Allocations familiales")
	f.wantScreen(screenNeeds)
	if len(f.search.typed) != 0 || typed[0] != 0 || typed[1] != 0 || typed[2] != 0 || len(f.search.found) != 0 {
		t.Errorf("what was searched stays: %q, %v", string(typed), f.search.found)
	}
	f.tap("Retour")
	f.wantScreen(screenHome)
	f.tap("Chercher")
	for range mostTyped + 5 {
		f.finger("e")
	}
	if len(f.search.typed) != mostTyped {
		t.Errorf("%d characters", len(f.search.typed))
	}
	f.at(kiosk.French, kiosk.Ending, nil)
	if len(f.search.typed) != 0 || slices.ContainsFunc(f.search.typed[:cap(f.search.typed)], func(r rune) bool { return r != 0 }) {
		t.Error("what was searched outlives the visit")
	}
	f.at(kiosk.French, kiosk.Ready, nil)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantScreen(screenHome) // the next visitor begins at the beginning
}
