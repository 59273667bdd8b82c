package shell

import (
	"testing"
	"time"

	"borne/kiosk"

	"fyne.io/fyne/v2"
)

// The invitation comes when nobody does, speaks each language, and goes at the
// first touch without beginning a visit.
func TestTheInvitation(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.settings.Languages = []kiosk.Language{kiosk.French, kiosk.Arabic, kiosk.Ukrainian}
	f.at("", kiosk.Ready, nil)
	f.clock.advance(attractAfter - time.Second)
	if f.drawn.screen != screenReady {
		t.Fatalf("screen %q too soon", f.drawn.screen)
	}
	f.clock.advance(2 * time.Second)
	for _, l := range []kiosk.Language{kiosk.French, kiosk.Arabic, kiosk.Ukrainian, kiosk.French} {
		if f.drawn.screen != screenAttract || f.drawn.language != l {
			t.Fatalf("screen %q in %q, want the invitation in %q", f.drawn.screen, f.drawn.language, l)
		}
		f.clock.advance(attractTurn)
	}
	// Between two languages nothing runs: a borne that waits costs nothing.
	f.clock.advance(time.Second)
	if ran := f.clock.advance(attractTurn - 3*time.Second); ran > 0 {
		t.Errorf("%d timers ran between two languages", ran)
	}
	pressables(f.stage.objects)[0].Tapped(nil)
	if f.drawn.screen != screenReady || f.language != kiosk.French {
		t.Errorf("a touch leads to %q in %q", f.drawn.screen, f.language)
	}
	f.clock.advance(attractAfter + time.Second)
	f.typed(&fyne.KeyEvent{Name: fyne.KeyA})
	if f.drawn.screen != screenReady {
		t.Errorf("a key leads to %q", f.drawn.screen)
	}
	if len(f.borne.calls) > 0 {
		t.Errorf("borned was asked %q", <-f.borne.calls)
	}
	f.clock.advance(attractAfter + time.Second)
	f.at("", kiosk.Choosing, nil)
	f.at("", kiosk.Ending, nil)
	f.at("", kiosk.Ready, nil)
	f.clock.advance(time.Second)
	if f.choice.attract != 0 {
		t.Error("the invitation outlives a visit")
	}
}

// A standby browser that is started anew behind it does not show.
func TestTheInvitationStaysWhileTheBornePrepares(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.clock.advance(attractAfter + time.Second)
	f.at("", kiosk.Starting, nil)
	f.clock.advance(settle / 2)
	f.at("", kiosk.Ready, nil)
	f.clock.advance(settle)
	if f.drawn.screen != screenAttract {
		t.Errorf("screen %q, want the invitation", f.drawn.screen)
	}
}
