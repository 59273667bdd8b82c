package shell

import (
	"context"
	"testing"

	"borne/kiosk"
)

// counter is a borned that counts aids.
type counter struct{ used []kiosk.Aid }

func (c *counter) UseAid(_ context.Context, a kiosk.Aid) error {
	c.used = append(c.used, a)
	return nil
}

func TestAidsLastAVisit(t *testing.T) {
	f, counted := newFixture(t, 1280, 800), &counter{}
	f.options.Aids = counted
	f.at("", kiosk.Ready, nil)
	f.tap("Affichage")
	f.wantScreen(screenAids)
	f.tap("Très grande")
	f.tap("Fond sombre")
	f.tap("C’est bien")
	f.wantScreen(screenReady)
	if len(counted.used) != 0 {
		t.Errorf("%v counted, and nobody has begun", counted.used)
	}
	f.at(kiosk.French, kiosk.Choosing, nil)
	if want := (aids{size: textExtra, colours: coloursDark}); f.drawn.aids != want || len(counted.used) != 2 {
		t.Errorf("the visit begins with %+v, counted %v", f.drawn.aids, counted.used)
	}
	f.at(kiosk.French, kiosk.Visiting, nil)
	for _, want := range []string{"Zoom in", "Zoom in", "Zoom in", "Zoom in"} { // normal first, which the recorder calls so too
		f.wantCall(want)
	}
	f.tap("Affichage")
	f.wantScreen(screenAids)
	f.tap("Retour")
	f.wantScreen(screenPage)
	if len(f.borne.calls) != 0 {
		t.Errorf("the page was asked for %q", <-f.borne.calls)
	}
	f.at(kiosk.French, kiosk.Ending, nil)
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	if f.drawn.aids.colours != coloursDark {
		t.Error("the last screen is not the visitor's own any more")
	}
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	if f.drawn.aids != (aids{}) || f.zoomed != 0 {
		t.Errorf("the next visitor finds %+v", f.drawn.aids)
	}
}

func TestAidsWithoutAVisitLapse(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.tap("Affichage")
	f.tap("Noir et blanc")
	f.clock.advance(readyAids)
	f.wantScreen(screenReady)
	if f.drawn.aids != (aids{}) {
		t.Errorf("%+v stays", f.drawn.aids)
	}
}

// Whoever looks at the choice is warned and may end as everywhere.
func TestAidsAreNoDeadEnd(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Affichage")
	f.at(kiosk.French, kiosk.Choosing, func(s *kiosk.Snapshot) { s.Notice = kiosk.IdleWarning })
	f.wantScreen(screenIdle)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantScreen(screenAids)
	f.tap("Accueil")
	f.wantScreen(screenHome)
	f.tap("Affichage")
	f.tap("Terminer")
	f.wantScreen(screenConfirm)
}
