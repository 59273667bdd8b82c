package shell

import (
	"testing"

	"borne/kiosk"
)

// A choice of the voice's manner is heard at once and lasts a visit.
func TestTheVoicesMannerLastsAVisit(t *testing.T) {
	f := newFixture(t, 1280, 800)
	want := func(m kiosk.Manner) {
		t.Helper()
		if f.borne.manner != m || f.drawn.aids.manner != m {
			t.Errorf("the voice speaks %+v, the screen shows %+v, want %+v", f.borne.manner, f.drawn.aids.manner, m)
		}
	}
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Affichage")
	f.tap("La voix")
	f.wantScreen(screenVoice)
	f.tap("Plus fort")
	f.wantSpoken("read fr:Volume : 4 sur 5")
	f.borne.over()
	f.wantSpoken("leave")
	f.tap("Plus lent")
	f.wantSpoken("read fr:Vitesse : 2 sur 5")
	want(kiosk.Manner{Volume: 1, Pace: -1})
	f.tap("Écouter")
	f.wantSpoken("say fr:La voix", "Volume : 4 sur 5", "Moins fort", "Plus fort", "Vitesse : 2 sur 5", "Plus lent", "Plus vite")
	f.tap("Plus fort")
	f.wantSpoken("say fr:Volume : 5 sur 5.")
	f.tap("Plus fort") // there is no more
	f.wantSilence()
	want(kiosk.Manner{Volume: kiosk.MannerSteps, Pace: -1})
	f.tap("C’est bien")
	f.wantScreen(screenAids)
	f.tap("C’est bien")
	f.wantScreen(screenHome)
	want(kiosk.Manner{Volume: kiosk.MannerSteps, Pace: -1})
	f.at(kiosk.French, kiosk.Ending, nil)
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	want(kiosk.Manner{})
	f.tap("Affichage")
	f.tap("La voix")
	f.tap("Plus vite")
	want(kiosk.Manner{Pace: 1})
	f.clock.advance(readyAids)
	f.wantScreen(screenReady)
	want(kiosk.Manner{})
}

// Without a voice that can be tuned nothing leads there.
func TestNoManner(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.options.Tuner = nil
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Affichage")
	if find(f.stage.objects, "La voix") != nil {
		t.Error("a voice that cannot be tuned is offered")
	}
}
