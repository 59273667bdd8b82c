package session

import (
	"errors"
	"slices"
	"testing"
	"time"

	"borne/kiosk"

	"pgregory.net/rapid"
)

// world is what stands outside the machine: it carries out effects at random
// moments and remembers what the machine may not forget.
type world struct {
	s       State
	at      time.Duration
	wipes   int    // asked for and not answered
	dirty   bool   // a visitor was here since the last proved wipe
	browser uint64 // generation that runs, 0 for none
	left    bool
}

var services = []kiosk.ServiceID{"caf", "ameli"}

func (w *world) step(t *rapid.T, e Event) []Effect {
	before := w.s
	m := Moment{Elapsed: w.at, Wall: time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC).Add(w.at)}
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
	}
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
		w := &world{s: New(), at: time.Second}
		w.step(t, Configured{kiosk.DefaultSettings(), services})
		w.dirty = true
		w.step(t, Booted{rapid.Bool().Draw(t, "interrupted")})
		n := rapid.IntRange(10, 120).Draw(t, "events")
		for range n {
			if w.left {
				return
			}
			w.at += time.Duration(rapid.IntRange(0, 200).Draw(t, "seconds")) * time.Second
			w.random(t)
		}
	})
}

// random takes one step that the world allows now.
func (w *world) random(t *rapid.T) {
	generation := w.browser
	if rapid.IntRange(0, 9).Draw(t, "stale") == 0 {
		generation = uint64(rapid.IntRange(0, 3).Draw(t, "generation"))
	}
	id := rapid.SampledFrom(append(slices.Clone(services), "unknown", "")).Draw(t, "service")
	events := []Event{
		ShellUp{}, ShellUp{}, ShellUp{}, ShellGone{}, StartSession{kiosk.French}, StartSession{kiosk.French}, StartSession{"xx"}, OpenService{id}, OpenService{"caf"},
		EndSession{rapid.SampledFrom(kiosk.EndReasons()).Draw(t, "reason")}, Extend{}, Activity{}, CallMediator{}, AnswerHelp{}, Home{}, Back{},
		PageShown{generation}, PageBlocked{Generation: generation, Host: "a.test", Reason: kiosk.ReasonHostNotListed}, PageUnreachable{generation}, PageHung{generation, true}, PageHung{generation, false},
		FileWanted{generation}, FileWanted{generation}, GiveFile{"1"}, GiveFile{}, AllowHost{"a.test"}, Refused{kiosk.ReasonKey}, Message{"bonjour"}, Close{"", rapid.Bool().Draw(t, "urgent")}, Open{}, Open{},
		BundleWaiting{}, Counted{kiosk.DeviceDownload}, Tick{}, Tick{}, Minute{rapid.Bool().Draw(t, "online")},
	}
	if w.browser != 0 {
		events = append(events, BrowserReady{generation}, BrowserReady{generation}, BrowserFailed{generation, "crash", rapid.SampledFrom([]Fault{Died, Slow, Hung}).Draw(t, "fault")})
	}
	if w.s.BundleWaits && !w.s.Phase.InSession() {
		events = append(events, Configured{kiosk.DefaultSettings(), services})
	}
	if rapid.IntRange(0, 60).Draw(t, "exit") == 0 {
		events = append(events, Exit{rapid.Bool().Draw(t, "urgent exit")})
	}
	if w.wipes > 0 && rapid.Bool().Draw(t, "answer the wipe") {
		w.wipes = 0
		clean := rapid.IntRange(0, 5).Draw(t, "clean") > 0
		w.dirty = !clean
		w.step(t, Wiped{kiosk.Proof{Clean: clean}})
		return
	}
	e := rapid.SampledFrom(events).Draw(t, "event")
	if f, ok := e.(BrowserFailed); ok && f.Generation == w.browser {
		w.browser = 0
	}
	before := w.s
	effects := w.step(t, e)
	for _, f := range effects {
		if r, ok := f.(Refuse); ok && (before.Phase != w.s.Phase || errors.Is(r.Err, kiosk.ErrSessionActive) && !before.Phase.InSession()) {
			t.Fatalf("%T: refused (%v) in %s and went to %s", e, r.Err, before.Phase, w.s.Phase)
		}
	}
}
