package shell

import (
	"testing"
	"time"

	"borne/kiosk"
)

// A browser that is started anew between two visitors makes nothing flash.
func TestAShortChangeIsNotShown(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	before := f.stage.objects[0]
	for range 20 {
		f.at("", kiosk.Starting, nil)
		f.clock.advance(settle - time.Millisecond)
		f.at("", kiosk.Ready, nil)
		f.clock.advance(30 * time.Millisecond)
		f.wantScreen(screenReady)
	}
	if f.stage.objects[0] != before {
		t.Error("the first screen was drawn again")
	}
	f.at("", kiosk.Starting, nil)
	f.clock.advance(settle)
	f.wantScreen(screenStarting)
	f.clock.advance(100 * time.Millisecond)
	f.at("", kiosk.Ready, nil)
	f.wantScreen(screenStarting) // it has hardly been seen
	f.clock.advance(settle - 100*time.Millisecond)
	f.wantScreen(screenReady)
}

func TestWhatStaysIsShown(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.wantScreen(screenReady) // the first one at once
	for _, tt := range []struct {
		state kiosk.State
		want  screenID
	}{{kiosk.Starting, screenStarting}, {kiosk.OutOfService, screenOut}, {kiosk.Closed, screenClosed}} {
		f.at("", tt.state, nil)
		f.clock.advance(settle)
		f.wantScreen(tt.want)
	}
	f.clock.advance(time.Minute)
	f.at("", kiosk.Ready, nil)
	f.wantScreen(screenReady) // a visitor may begin
}

// Whoever touches a language while the screen lags behind is not told that it
// did not work: the visit begins as soon as it can.
func TestATouchOnALaggingScreenCounts(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at("", kiosk.Ready, nil)
	f.at("", kiosk.Starting, nil)
	f.tap("English")
	f.quiet()
	f.at("", kiosk.Ready, nil)
	f.wantCall("StartSession en")
	f.at("", kiosk.Starting, nil)
	f.tap("English")
	f.clock.advance(settle)
	f.wantScreen(screenStarting)
	f.clock.advance(time.Minute)
	f.at("", kiosk.Ready, nil)
	f.quiet() // that one has gone
}
