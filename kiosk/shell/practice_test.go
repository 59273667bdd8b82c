package shell

import (
	"testing"

	"borne/kiosk"
)

// TestPracticeFromHome: the tile of the first page, wherever the letters put
// it, opens practice; the band over it is the page's own, and leaves room.
func TestPracticeFromHome(t *testing.T) {
	for _, size := range []textSize{textStandard, textLarge, textExtra} {
		f := newFixture(t, 1280, 800)
		f.aids.size = size
		f.at(kiosk.French, kiosk.Choosing, nil)
		f.tap("S’entraîner")
		f.wantCall("OpenService practice")
		f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
		under := f.borne.bar
		f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = kiosk.Practice })
		f.wantScreen(screenPage)
		f.wantText(textPracticeBand)
		if f.borne.bar <= under {
			t.Errorf("the band lies over the page: %d under the bar alone, %d under both", under, f.borne.bar)
		}
	}
}

// TestWhoOnlyPractisedIsNotAsked: practice is no procedure; a site before or
// after it is.
func TestWhoOnlyPractisedIsNotAsked(t *testing.T) {
	for name, c := range map[string]struct {
		visited []kiosk.ServiceID
		asked   bool
	}{
		"practice": {[]kiosk.ServiceID{kiosk.Practice}, false}, "practice, a site": {[]kiosk.ServiceID{kiosk.Practice, "caf"}, true},
		"a site, practice": {[]kiosk.ServiceID{"caf", kiosk.Practice}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 1280, 800)
			for _, id := range c.visited {
				f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = id })
			}
			f.ending()
			if !c.asked {
				f.wantScreen(screenEnding)
				f.proved()
				f.wantScreen(screenErased)
				f.clock.advance(erasedFor)
				f.wantScreen(screenReady)
				f.quiet()
				return
			}
			f.wantScreen(screenFaces)
			if f.asking.report.Service != "caf" {
				t.Errorf("asked about %q", f.asking.report.Service)
			}
		})
	}
}

// TestPracticeMakesNoSecondPage: where the themes fill one page, the end of the
// lesson leads to practice in the tile's place.
func TestPracticeMakesNoSecondPage(t *testing.T) {
	f := newFixture(t, 1280, 800)
	c := sampleCatalogue()
	c.Themes = c.Themes[:8]
	f.SetCatalogue(c, f.settings)
	f.at(kiosk.French, kiosk.Choosing, nil)
	if find(f.stage.objects, "Suite") != nil || find(f.stage.objects, "S’entraîner") != nil {
		t.Fatal("eight themes do not stand alone on one page")
	}
	f.learn(lessonDone)
	f.tap("S’entraîner")
	f.wantCall("OpenService practice")
	f.at(kiosk.French, kiosk.Ready, nil)
	f.learn(lessonDone)
	if find(f.stage.objects, "S’entraîner") != nil {
		t.Error("practice is offered before a visit, when there is no browser for it")
	}
}
