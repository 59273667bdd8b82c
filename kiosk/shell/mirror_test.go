package shell

import (
	"strings"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// The Arabic screens are the mirror image of the French ones: what begins a
// line there ends it here, and the keyboard goes from right to left.
func TestArabicIsMirrored(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.Arabic, kiosk.Choosing, nil)
	all := pressables(f.stage.objects)
	first, second := absolute(f.stage.objects, all[0], fyne.Position{}), absolute(f.stage.objects, all[1], fyne.Position{})
	if first.X <= second.X || first.Y != second.Y {
		t.Errorf("the first theme is at %v, the second at %v", first, second)
	}
	k := newKit(f.look, f.options.Texts, kiosk.Arabic, f.drawnSize)
	home, end := find(f.stage.objects, k.say(textBarHome)), find(f.stage.objects, k.say(textBarEnd))
	if a, b := absolute(f.stage.objects, home, fyne.Position{}), absolute(f.stage.objects, end, fyne.Position{}); a.X < b.X {
		t.Errorf("home is at %v, the end at %v", a, b)
	}
	f.window.Canvas().Focus(all[0])
	all[0].TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if f.window.Canvas().Focused() != fyne.Focusable(all[1]) {
		t.Error("the left arrow does not go to the next theme, which is on the left")
	}
}

// A countdown in words from right to left goes on by itself.
func TestArabicCountsDown(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.Arabic, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Deadline = f.clock.Now().Add(30 * time.Second) })
	if len(f.clocks) != 1 {
		t.Fatalf("%d clocks", len(f.clocks))
	}
	before := f.clocks[0].shown
	f.clock.advance(10 * time.Second)
	if after := f.clocks[0].shown; after == before || after == "" {
		t.Errorf("the clock still shows %q", after)
	}
	found := false
	for _, s := range texts(f.clocks[0].box.Objects) {
		found = found || strings.TrimSpace(s) == "20"
	}
	if !found {
		t.Errorf("the clock draws %q", texts(f.clocks[0].box.Objects))
	}
}
