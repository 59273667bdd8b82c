package shell

import (
	"testing"
	"time"

	"borne/kiosk"
)

// A headset begins the voice on the first screen and in a visit, and ends it
// when it is taken out; what a button began goes on.
func TestAHeadsetBeginsTheVoice(t *testing.T) {
	f, counted := newFixture(t, 1280, 800), &counter{}
	f.options.Aids = counted
	f.at("", kiosk.Ready, nil)
	f.Headset(true)
	f.wantSpoken("say fr:", "Silence.", "Bienvenue")
	f.Headset(false)
	f.wantSpoken("leave")
	f.Headset(true)
	f.spoken()
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.wantSpoken("say fr:", "Famille et enfants.")
	if len(counted.used) != 1 || counted.used[0] != kiosk.AidSpeech {
		t.Errorf("counted %v", counted.used)
	}
	f.Headset(false)
	f.wantSpoken("leave")
	f.tap("Écouter")
	f.spoken()
	f.Headset(true)
	f.Headset(false)
	f.wantSilence() // the button began it
	f.tap("Silence")
	f.wantSpoken("leave")
	f.Headset(true)
	f.tap("Silence")
	f.spoken()
	f.Headset(false)
	f.wantSilence()
}

// A page that is read does not go on in the loudspeaker.
func TestAPageEndsWithItsHeadset(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.borne.text = kiosk.PageText{Said: []kiosk.Utterance{{Text: "Vous devez 40 €."}}}
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.Headset(true)
	f.wantSpoken("say fr:La page du site")
	f.tap("Écouter")
	f.wantSpoken("read fr:Vous devez")
	f.Headset(false)
	f.spoken()
	if f.drawn.reading || f.drawn.aids.speech {
		t.Errorf("the page goes on: %+v", f.drawn)
	}
}

// A headset that stays plugged in begins nothing for the next visitor, and none
// is noticed where nobody can begin.
func TestAHeadsetIsAVisitors(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.Headset(true)
	f.at(kiosk.French, kiosk.Ending, nil)
	f.Headset(false)
	f.Headset(true)
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	f.spoken()
	if f.drawn.aids != (aids{}) {
		t.Errorf("the next visitor finds %+v", f.drawn.aids)
	}
	for _, state := range []kiosk.State{kiosk.Closed, kiosk.OutOfService, kiosk.Maintenance, kiosk.Starting} {
		f.at("", state, nil)
		f.Headset(true)
		f.Headset(false)
	}
	f.wantSilence()
	f.options.Voice = nil
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.Headset(true)
	if f.drawn.aids.speech {
		t.Error("a voice that is not there reads")
	}
}

// Who plugs a headset in under the invitation comes to the first screen.
func TestAHeadsetAnswersTheInvitation(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.clock.advance(attractAfter + time.Second)
	f.wantScreen(screenAttract)
	f.Headset(true)
	f.wantScreen(screenReady)
	f.wantSpoken("say fr:", "Bienvenue")
}
