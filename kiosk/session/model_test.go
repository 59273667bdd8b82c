package session

import (
	"maps"
	"slices"
	"testing"
	"time"

	"borne/kiosk"

	"pgregory.net/rapid"
)

var services = []kiosk.ServiceID{"caf", "ameli"}

// world is what stands outside the machine: it carries out effects at random
// moments and remembers what the machine may not forget.
type world struct {
	s       State
	at      time.Duration
	shift   time.Duration // of the wall clock, which may be set at any moment
	wrong   bool          // the wall clock cannot be right
	wipes   int           // asked for and not answered
	dirty   bool          // a visitor was here since the last proved wipe
	browser uint64        // generation that runs, 0 for none
	left    bool
	// punctual is true while every Tick comes when it is due.
	punctual bool
	visit    visitModel
	visits   uint64 // begun, and the one that a power cut ended
	counted  uint64 // cells of sessions
	asking   bool   // the last end was one after which the visitor is asked
	askedAt  time.Duration
}

// visitModel is what is known of a visit without the machine.
type visitModel struct {
	choice    time.Duration // when the visitor last did something of his own will
	input     time.Duration // the same, or a touch that counts
	free      time.Duration // since when nothing is going on
	began     time.Duration // since when something is
	busy      map[kiosk.Busy]bool
	idleShown time.Duration // since when the idle warning stands, 0 while not
	warned    time.Duration // since when any warning stands
	shut      time.Duration // since when the hours are over, 0 while not
	prolonged time.Duration
}

func (w *world) moment() Moment {
	return Moment{Elapsed: w.at, Wall: modelStart.Add(w.at + w.shift).In(modelZone), ClockWrong: w.wrong}
}

func (w *world) step(t *rapid.T, e Event) []Effect {
	before := w.s
	m := w.moment()
	after, effects := Step(before, m, e)
	w.s = after
	for _, f := range effects {
		switch f := f.(type) {
		case Wipe:
			w.wipes++
			w.browser = 0
			if w.wipes > 1 {
				t.Fatalf("%T: a second wipe while one runs", e)
			}
		case StartBrowser:
			if w.browser != 0 {
				t.Fatalf("%T: browser %d started beside %d", e, f.Generation, w.browser)
			}
			if w.wipes > 0 {
				t.Fatalf("%T: browser started during a wipe", e)
			}
			if w.dirty && !after.Phase.InSession() {
				t.Fatalf("%T: browser started before the wipe was proved", e)
			}
			w.browser = f.Generation
		case Navigate:
			if after.Phase != kiosk.Visiting || w.browser == 0 {
				t.Fatalf("%T: navigation in %s with browser %d", e, after.Phase, w.browser)
			}
		case Count:
			for k := range f.Cells {
				if err := k.Validate(func(id string) bool { return slices.Contains(services, kiosk.ServiceID(id)) }); err != nil {
					t.Fatalf("%T counts %+v: %v", e, k, err)
				}
				if k.Kind == kiosk.CellSession {
					w.counted += f.Cells[k]
				}
			}
		case Answer, Permit:
			if !before.Phase.InSession() || w.browser == 0 && after.Picking {
				t.Fatalf("%T: %T outside a session", e, f)
			}
		case ApplyBundle:
			if after.Phase.InSession() {
				t.Fatalf("%T: bundle applied under a visitor", e)
			}
		case Leave:
			if w.browser != 0 || w.dirty && after.Phase != kiosk.OutOfService && after.Phase != kiosk.Starting {
				t.Fatalf("%T: left with a browser or an unproved wipe (%s)", e, after.Phase)
			}
			w.left = true
		case Refuse:
			if len(effects) != 1 || f.Err == nil {
				t.Fatalf("%T: a refusal that does something: %v", e, effects)
			}
		}
	}
	if !before.Phase.InSession() && after.Phase.InSession() {
		if w.dirty {
			t.Fatalf("%T let a visitor in before the wipe was proved", e)
		}
		w.dirty = true
		w.visits++
	}
	w.maintenance(t, before, e)
	w.follow(t, before, e, effects)
	w.invariants(t, e)
	return effects
}

func (w *world) invariants(t *rapid.T, e Event) {
	s := w.s
	if s.Phase == kiosk.Ready && (w.dirty || !s.Shell || w.wipes > 0) {
		t.Fatalf("%T: ready, but dirty %v, shell %v, wipes %d", e, w.dirty, s.Shell, w.wipes)
	}
	if s.Wiping != (w.wipes == 1) {
		t.Fatalf("%T: wiping %v but %d wipes run", e, s.Wiping, w.wipes)
	}
	if !s.Phase.InSession() && s.Phase != kiosk.Ending && !s.HadSession &&
		(s.Language != "" || s.Service != "" || s.Help != "" || len(s.Tally) > 0 && !s.Wiping) {
		t.Fatalf("%T: %s still knows the visitor: %+v", e, s.Phase, s)
	}
	if (s.Picking || s.BlockedHost != "") && !s.HadSession {
		t.Fatalf("%T: %s still knows what the visitor did: %+v", e, s.Phase, s)
	}
	if s.Picking && s.Phase == kiosk.Visiting && s.Notice == kiosk.NoNotice {
		t.Fatalf("%T: the page waits for a file and nobody is asked", e)
	}
	if s.Phase == "" {
		t.Fatalf("%T: no phase", e)
	}
	w.wayForward(t, e)
}

// wayForward fails when nothing that is under way could change the state.
func (w *world) wayForward(t *rapid.T, e Event) {
	s := w.s
	switch {
	case w.wipes > 0, w.left, s.Wake() > 0: // an answer or a tick will come
	case s.Phase == kiosk.Starting && !s.Shell, s.Phase == kiosk.Starting && s.BundleWaits: // the shell's or the bundle's turn
	case s.Phase == kiosk.Closed: // staff's turn
	case s.Phase == kiosk.Ready && w.browser != 0: // the visitor's turn
	case (s.Phase == kiosk.OutOfService || s.Phase == kiosk.Starting) && w.browser != 0: // a browser is starting
	case s.Phase == kiosk.Starting && !s.Proved: // not booted
	default:
		t.Fatalf("%T: %s has no way forward: %+v", e, s.Phase, s)
	}
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{s: New(), at: time.Second, punctual: rapid.Bool().Draw(t, "punctual")}
		w.step(t, Configured{randomSettings(t), services})
		w.dirty = true
		interrupted := rapid.Bool().Draw(t, "interrupted")
		if w.step(t, Booted{interrupted}); interrupted {
			w.visits++
		}
		n := rapid.IntRange(10, 150).Draw(t, "events")
		for range n {
			if w.left {
				return
			}
			w.pass(t, time.Duration(rapid.IntRange(0, rapid.SampledFrom([]int{20, 200, 200, 1500}).Draw(t, "most")).Draw(t, "seconds"))*time.Second)
			w.random(t)
			if rapid.IntRange(0, 9).Draw(t, "settle") == 0 {
				copied := *w
				copied.visit.busy = maps.Clone(w.visit.busy)
				copied.settle(t)
			}
		}
		w.settle(t)
		if w.counted != w.visits {
			t.Fatalf("%d visits, %d counted", w.visits, w.counted)
		}
	})
}
