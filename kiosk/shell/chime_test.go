package shell

import (
	"slices"
	"testing"
	"time"

	"borne/kiosk"
)

// heard returns what was to be heard since it was last asked.
func (f *fixture) heard() (sounds []string) {
	for len(f.borne.sounds) > 0 {
		sounds = append(sounds, <-f.borne.sounds)
	}
	return sounds
}

func (f *fixture) wantHeard(want ...string) {
	f.t.Helper()
	if got := f.heard(); !slices.Equal(got, want) {
		f.t.Fatalf("heard %q, want %q", got, want)
	}
}

func TestAWarningIsHeard(t *testing.T) {
	for _, notice := range []kiosk.Notice{kiosk.IdleWarning, kiosk.LimitWarning} {
		f := newFixture(t, 1280, 800)
		f.at(kiosk.French, kiosk.Visiting, nil)
		f.wantHeard()
		end := f.clock.Now().Add(45 * time.Second)
		warn := func() {
			f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Notice, s.Deadline = notice, end })
		}
		warn()
		f.wantHeard("chime")
		warn() // the same again
		f.clock.advance(34 * time.Second)
		f.wantHeard()
		f.clock.advance(time.Second)
		f.wantHeard("chime")
		f.clock.advance(4 * time.Second)
		f.wantHeard()
		f.clock.advance(time.Second)
		f.wantHeard("chime")
		f.clock.advance(time.Minute)
		f.wantHeard()
		f.at(kiosk.French, kiosk.Ending, nil)
		f.wantHeard("hush")
		f.Update(kiosk.Snapshot{State: kiosk.Ready})
		f.clock.advance(time.Hour)
		f.wantHeard()
	}
}

func TestAnAnswerEndsTheSound(t *testing.T) {
	f := newFixture(t, 1280, 800)
	warn := func(left time.Duration) {
		f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) {
			s.Notice, s.Deadline = kiosk.LimitWarning, f.clock.Now().Add(left)
		})
	}
	warn(8 * time.Second)
	f.wantHeard("chime") // one, however late
	warn(5 * time.Minute)
	f.wantHeard() // more time under the same words
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.wantHeard("hush")
	warn(time.Minute)
	f.wantHeard("chime")
}
