package shell

import (
	"errors"
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

func TestAVisit(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.wantScreen(screenStarting)
	f.at("", kiosk.Ready, nil)
	f.wantScreen(screenReady)
	f.tap("English")
	f.wantCall("StartSession en")
	f.at(kiosk.English, kiosk.Choosing, nil)
	f.wantScreen(screenHome)
	f.tap("Family and children")
	f.wantScreen(screenTheme)
	f.tap("Caf – Family benefits")
	f.wantScreen(screenNeeds)
	f.tap("Back")
	f.wantScreen(screenTheme)
	f.tap("Caf – Family benefits")
	f.tap("Start")
	f.wantCall("OpenService caf")
	f.wantScreen(screenNeeds) // a site that opens at once shows nothing between
	f.clock.advance(tapWaits)
	f.wantScreen(screenOpening) // before borned has answered
	f.at(kiosk.English, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice, s.Service = kiosk.Opening, "caf" })
	f.wantScreen(screenOpening)
	f.at(kiosk.English, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	f.wantScreen(screenPage)
	f.tap("Larger")
	f.wantCall("Zoom in")
	f.tap("Smaller")
	f.wantCall("Zoom out")
	f.tap("Back")
	f.wantCall("Back")
	f.tap("Help")
	f.wantCall("CallMediator")
	f.tap("Finish")
	f.wantScreen(screenConfirm)
	f.tap("Back to the site")
	f.wantScreen(screenPage)
	f.tap("Home")
	f.wantCall("Home")
	f.at(kiosk.English, kiosk.Choosing, nil)
	f.wantScreen(screenHome)
	f.tap("Finish")
	f.tap("Yes, finish")
	f.wantScreen(screenConfirm) // an end that comes at once shows nothing between
	f.wantCall("EndSession button")
	f.clock.advance(tapWaits)
	f.wantScreen(screenEnding)
	f.at(kiosk.English, kiosk.Ending, nil)
	f.wantScreen(screenEnding)
	f.at("", kiosk.Ready, nil)
	f.wantScreen(screenErased)
	if find(f.stage.objects, "Back to the start") == nil {
		t.Error("the last screen lost the visitor's language")
	}
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	if f.language != kiosk.French {
		t.Errorf("the language %q outlives the visit", f.language)
	}
	if len(f.borne.calls) != 0 {
		t.Errorf("borned was asked %q as well", <-f.borne.calls)
	}
}

func TestEveryWayOutOfABlockedPage(t *testing.T) {
	for label, call := range map[string]string{"Revenir à la page d’avant": "Back", "Choisir une autre démarche": "Home",
		"Demander de l’aide": "CallMediator", "Retour": "Back", "Accueil": "Home", "Aide": "CallMediator"} {
		for _, n := range []kiosk.Notice{kiosk.Blocked, kiosk.Unreachable} {
			f := newFixture(t, 1280, 800)
			f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice = n })
			f.tap(label)
			f.wantCall(call)
		}
	}
}

func TestThePageShowsOnlyWhenNothingElseMustBeSeen(t *testing.T) {
	f := newFixture(t, 1280, 800)
	shown := func(want bool) {
		t.Helper()
		f.borne.mu.Lock()
		defer f.borne.mu.Unlock()
		if f.borne.page != want {
			t.Fatalf("page shown: %v, want %v", f.borne.page, want)
		}
	}
	f.at(kiosk.French, kiosk.Visiting, nil)
	shown(true)
	bar := f.borne.bar
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Help = kiosk.HelpComing })
	shown(true)
	if f.borne.bar <= bar {
		t.Error("the page covers the band under the bar")
	}
	for _, n := range []kiosk.Notice{kiosk.IdleWarning, kiosk.LimitWarning, kiosk.Blocked, kiosk.Unreachable, kiosk.Opening} {
		f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice = n })
		shown(false)
		f.at(kiosk.French, kiosk.Visiting, nil)
		shown(true)
	}
	f.tap("Terminer")
	shown(false)
	f.tap("Revenir au site")
	shown(true)
	for _, s := range []kiosk.State{kiosk.Ending, kiosk.Ready, kiosk.Starting, kiosk.Choosing, kiosk.Closed, kiosk.OutOfService, ""} {
		f.at(kiosk.French, s, nil)
		shown(false)
	}
}

// A band without a visit must not move the browser that waits.
func TestBarHeightIsWhatTheBrowserWasToldOf(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, func(s *kiosk.Snapshot) { s.Message = "Bonjour" })
	if want := BarHeight(1280, 800); f.borne.bar != want {
		t.Errorf("bar %d before a visit, want %d", f.borne.bar, want)
	}
	f.at(kiosk.French, kiosk.Visiting, nil)
	if want := BarHeight(1280, 800); f.borne.bar != want {
		t.Errorf("bar %d in a visit, want %d", f.borne.bar, want)
	}
}

func TestCountdown(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Deadline = f.clock.Now().Add(3*time.Minute + 10*time.Second) })
	want := func(text string) {
		t.Helper()
		if len(f.clocks) != 1 || f.clocks[0].text.Text != text {
			t.Fatalf("the clock shows %+v, want %q", f.clocks, text)
		}
	}
	want("Encore 4 min")
	if ran := f.clock.advance(2 * time.Minute); ran > 3 {
		t.Errorf("%d wake-ups in two minutes", ran)
	}
	want("Encore 2 min")
	f.clock.advance(40 * time.Second)
	want("Encore 30 s")
	f.clock.advance(29 * time.Second)
	want("Encore 1 s")
	f.clock.advance(time.Hour)
	want("Encore 0 s")
}

// Nothing wakes the shell while nobody is there, but the invitation's turns.
func TestIdleShellSleeps(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	if ran := f.clock.advance(attractAfter - time.Second); ran != 0 {
		t.Errorf("%d wake-ups before the invitation", ran)
	}
	if ran := f.clock.advance(time.Hour); ran > int(time.Hour/attractTurn)+2 {
		t.Errorf("%d wake-ups in an hour", ran)
	}
}

func TestTheSameStateDrawsNothing(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	before := f.stage.objects[0]
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) { s.Reason = "for staff" })
	if f.stage.objects[0] != before {
		t.Error("an update that shows nothing new was drawn")
	}
}

func TestWarningTakesTheKeyboard(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) {
		s.Notice, s.Deadline = kiosk.IdleWarning, f.clock.Now().Add(30*time.Second)
	})
	focused, ok := f.window.Canvas().Focused().(*pressable)
	if !ok {
		t.Fatal("no button has the keyboard")
	}
	focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	f.wantCall("Extend")
}

func TestGoingOnIsAskedOnceATime(t *testing.T) {
	f := newFixture(t, 1280, 800)
	warn := func(left time.Duration) {
		f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) {
			s.Notice, s.Deadline = kiosk.LimitWarning, f.clock.Now().Add(left)
		})
	}
	warn(2 * time.Minute)
	f.tap("Je continue")
	f.tap("Je continue")
	f.wantCall("Extend")
	if len(f.borne.calls) != 0 {
		t.Fatal("a second tap asked for more time again")
	}
	warn(2*time.Minute + 10*time.Millisecond)
	f.tap("Je continue")
	if len(f.borne.calls) != 0 {
		t.Fatal("the same deadline counts as an answer")
	}
	warn(4 * time.Minute)
	f.tap("Je continue")
	f.wantCall("Extend")
}

func TestAnEmptyCatalogueIsNoDeadEnd(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.SetCatalogue(kiosk.Catalogue{}, kiosk.DefaultSettings())
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantScreen(screenHome)
	f.tap("Aide")
	f.wantCall("CallMediator")
	f.SetCatalogue(sampleCatalogue(), kiosk.DefaultSettings())
	f.tap("Santé")
}

// A catalogue may change, or lack what it names, while a visitor looks at it.
func TestACatalogueThatLosesTheService(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.show(choice{theme: "famille", service: "caf"})
	f.SetCatalogue(kiosk.Catalogue{}, kiosk.DefaultSettings())
	f.tap("Retour")
	f.tap("Accueil")
	f.wantScreen(screenHome)
}

func TestKeyboardReachesEveryButton(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	for _, want := range pressables(f.stage.objects) {
		f.window.Canvas().FocusNext()
		if got := f.window.Canvas().Focused(); got != fyne.Focusable(want) {
			t.Fatalf("Tab is at %q, want %q", got.(*pressable).label, want.label)
		}
	}
}

func TestARefusalIsSaidAndThenForgotten(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.borne.err = errors.New("no")
	f.tap("Français")
	f.wantCall("StartSession fr")
	if !f.drawn.failed {
		t.Fatal("the visitor is not told")
	}
	f.clock.advance(failedFor)
	if f.drawn.failed {
		t.Error("the apology stays")
	}
}

func TestResizeDrawsAgain(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.window.Resize(fyne.NewSize(1080, 1920))
	if f.drawnSize != fyne.NewSize(1080, 1920) {
		t.Errorf("drawn for %v", f.drawnSize)
	}
}

func TestNewWantsItsParts(t *testing.T) {
	if _, err := New(nil, nil, Options{}); err == nil {
		t.Error("New without parts succeeded")
	}
}
