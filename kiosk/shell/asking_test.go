package shell

import (
	"errors"
	"testing"
	"time"

	"borne/kiosk"
)

// finished brings a visitor who was at a site to the end by the button.
func (f *fixture) finished() {
	f.t.Helper()
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	f.at(kiosk.French, kiosk.Choosing, nil) // the way to another site is no site
	f.ending()
}

func (f *fixture) ending() {
	f.at(kiosk.French, kiosk.Ending, func(s *kiosk.Snapshot) { s.Questions = true })
}

func (f *fixture) proved() { f.Update(kiosk.Snapshot{State: kiosk.Ready, Questions: true}) }

func (f *fixture) quiet() {
	f.t.Helper()
	if len(f.borne.calls) != 0 {
		f.t.Fatalf("borned was asked %q as well", <-f.borne.calls)
	}
}

func TestQuestionsWhileTheWipeRuns(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.finished()
	f.wantScreen(screenFaces)
	if find(f.stage.objects, "Retour au début") != nil {
		t.Error("the next visitor is invited before the wipe is proved")
	}
	f.tap("Bien")
	f.wantScreen(screenOutcome)
	f.proved()
	f.wantScreen(screenOutcome)
	f.tap("Je reviens")
	f.wantScreen(screenAutonomy)
	f.tap("Oui, un peu")
	f.wantCall(`Report "caf" "later" "happy" "partly"`)
	f.wantScreen(screenErased)
	f.Update(kiosk.Snapshot{State: kiosk.Ready}) // the report was taken
	f.wantScreen(screenErased)
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	f.quiet()
	if f.asking.due || f.asking.report != (kiosk.Report{}) || f.lastService != "" {
		t.Errorf("the shell still knows %+v, %q", f.asking.report, f.lastService)
	}
}

// "Everything was erased" is said once it is true.
func TestAnsweredSoonerThanErased(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.finished()
	f.tap("Mal")
	f.tap("Pas fini")
	f.tap("Oui, pour tout")
	f.wantCall(`Report "caf" "not-done" "unhappy" "accompanied"`)
	f.at(kiosk.French, kiosk.Ending, nil)
	f.wantScreen(screenEnding)
	f.clock.advance(time.Minute)
	f.wantScreen(screenEnding)
	f.Update(kiosk.Snapshot{State: kiosk.Starting}) // a new configuration first
	f.wantScreen(screenEnding)
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	f.wantScreen(screenErased)
	f.Update(kiosk.Snapshot{State: kiosk.Starting})
	f.wantScreen(screenErased) // the browser for the next one is started anew
	f.tap("Retour au début")
	f.wantScreen(screenStarting)
}

func TestQuestionsDelayNobody(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(f *fixture)
		want string
	}{
		"skipped":             {func(f *fixture) { f.tap("Passer") }, `Report "caf" "" "" ""`},
		"the next one begins": {func(f *fixture) { f.tap("Retour au début") }, `Report "caf" "" "" ""`},
		"left after one": {func(f *fixture) {
			f.tap("Moyen")
			f.clock.advance(askedFor - time.Second)
			f.wantScreen(screenOutcome)
			f.clock.advance(time.Second)
		}, `Report "caf" "" "neutral" ""`},
		"left before the last": {func(f *fixture) {
			f.tap("Bien")
			f.tap("J’ai fini")
			f.wantScreen(screenAutonomy)
			f.clock.advance(askedFor)
		}, `Report "caf" "done" "happy" ""`},
		"alone": {func(f *fixture) {
			f.tap("Bien")
			f.tap("J’ai fini")
			f.tap("Non")
		}, `Report "caf" "done" "happy" "alone"`},
		"nobody there": {func(f *fixture) { f.clock.advance(askedFor) }, `Report "caf" "" "" ""`},
		"out of service": {func(f *fixture) {
			f.Update(kiosk.Snapshot{State: kiosk.OutOfService, Questions: true})
			f.wantScreen(screenOut)
		}, `Report "caf" "" "" ""`},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 1280, 800)
			f.finished()
			f.proved()
			f.borne.err = errors.New("the next visit has begun")
			tt.do(f)
			f.wantCall(tt.want)
			if f.drawn.failed {
				t.Error("the visitor is told of a report that was not taken")
			}
			f.clock.advance(erasedFor)
			f.quiet()
			if f.choice.after != afterNothing || f.language != kiosk.French {
				t.Errorf("step %v stays", f.choice.after)
			}
		})
	}
}

// The questions of one visitor never show to the next, however that one came.
func TestTheNextVisitEndsTheQuestions(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.finished()
	f.proved()
	f.at(kiosk.English, kiosk.Choosing, nil)
	f.wantCall(`Report "caf" "" "" ""`) // which borned refuses by then
	f.wantScreen(screenHome)
	f.clock.advance(time.Minute)
	f.wantScreen(screenHome)
	f.ending()
	f.tap("Passer")
	f.wantCall(`Report "" "" "" ""`)
}

// A visit that begins under the questions of another has neither that one's letters nor its voice.
func TestTheNextVisitHasItsOwnAids(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Choosing, nil)
	f.tap("Écouter")
	f.finished()
	f.proved()
	f.spoken()
	f.at(kiosk.English, kiosk.Choosing, nil)
	if f.drawn.aids != (aids{}) {
		t.Errorf("the next visitor finds %+v", f.drawn.aids)
	}
	f.wantSilence()
}

func TestNoQuestionsWhenBorneSaysSo(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.Russian, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	f.at(kiosk.Russian, kiosk.Ending, nil) // idle, limit, staff
	f.wantScreen(screenEnding)
	if !f.drawn.over {
		t.Error("nobody is told that the visit is over")
	}
	f.Update(kiosk.Snapshot{State: kiosk.Closed})
	f.wantScreen(screenErased)
	f.clock.advance(erasedFor)
	f.wantScreen(screenClosed)
	f.quiet()
}

// A shell that was started anew knows nothing of the visit that ends, and asks
// nothing of it.
func TestAShellThatComesLateAsksNothing(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.ending()
	f.wantScreen(screenEnding)
	f.proved()
	f.wantScreen(screenErased)
	f.clock.advance(erasedFor)
	f.wantScreen(screenReady)
	f.quiet()
}

func TestBornedMayEndTheQuestions(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.finished()
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	f.wantScreen(screenErased)
	f.quiet()
}
