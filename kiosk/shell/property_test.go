package shell

import (
	"testing"
	"time"

	"borne/kiosk"

	"pgregory.net/rapid"
)

// Whatever borned says and the visitor taps, a visit's screen has its bar, the
// page shows only when nothing else must be seen, and nobody finds a screen
// without a way out.
func TestNoDeadEnd(t *testing.T) {
	states := []kiosk.State{kiosk.Starting, kiosk.Ready, kiosk.Choosing, kiosk.Visiting, kiosk.Ending, kiosk.Closed, kiosk.OutOfService, "", "new-state"}
	notices := []kiosk.Notice{kiosk.NoNotice, kiosk.Opening, kiosk.IdleWarning, kiosk.LimitWarning, kiosk.Blocked, kiosk.Unreachable, kiosk.PickFile, "new-notice"}
	f := newFixture(t, 1280, 800)
	f.borne.calls = make(chan string, 1<<20)
	proved := false // the last visit
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			if there := pressables(f.stage.objects); len(there) > 0 && rapid.Bool().Draw(t, "tap") {
				rapid.SampledFrom(there).Draw(t, "button").Tapped(nil)
			} else {
				f.Update(kiosk.Snapshot{
					State:     rapid.SampledFrom(states).Draw(t, "state"),
					Notice:    rapid.SampledFrom(notices).Draw(t, "notice"),
					Language:  rapid.SampledFrom([]kiosk.Language{"", "fr", "uk", "xx"}).Draw(t, "language"),
					Help:      rapid.SampledFrom([]kiosk.Help{"", kiosk.HelpCalled, kiosk.HelpComing}).Draw(t, "help"),
					Deadline:  rapid.SampledFrom([]time.Time{{}, f.clock.Now().Add(-time.Hour), f.clock.Now().Add(time.Hour)}).Draw(t, "deadline"),
					Questions: rapid.Bool().Draw(t, "questions"),
					OpensAt:   rapid.SampledFrom([]time.Time{{}, f.clock.Now().Add(20 * time.Hour)}).Draw(t, "opens"),
					Message:   rapid.StringN(0, 300, -1).Draw(t, "message"),
				})
			}
			switch f.snapshot.State {
			case kiosk.Ready, kiosk.Closed:
				proved = true
			case kiosk.Ending:
				proved = false
			}
			if f.drawn.proved && !proved {
				t.Fatalf("screen %q says that everything was erased", f.drawn.screen)
			}
			f.clock.advance(time.Duration(rapid.IntRange(0, 10).Draw(t, "seconds")) * time.Second)
			k := newKit(f.look, f.options.Texts, f.language, f.drawnSize)
			if f.snapshot.State.InSession() && f.drawn.screen != screenEnding {
				for _, id := range []textID{textBarHome, textBarHelp, textBarEnd} {
					if find(f.stage.objects, k.say(id)) == nil {
						t.Fatalf("screen %q has no %q", f.drawn.screen, k.say(id))
					}
				}
			}
			if page := f.snapshot.State == kiosk.Visiting && f.drawn.screen == screenPage; f.borne.page != page {
				t.Fatalf("page shown: %v on screen %q in state %q", f.borne.page, f.drawn.screen, f.snapshot.State)
			}
		}
	})
}
