package session

import (
	"maps"
	"time"

	"borne/kiosk"

	"pgregory.net/rapid"
)

// anywhere goes on wherever the visitor looks.
var anywhere = map[kiosk.Busy]bool{kiosk.BusyPrint: true, kiosk.BusySave: true}

// follow holds the machine to what was promised to the visitor, with a model
// of the visit that knows only events and what was on the screen.
func (w *world) follow(t *rapid.T, before State, e Event, effects []Effect) {
	refused := len(effects) == 1
	if refused {
		_, refused = effects[0].(Refuse)
	}
	after, v := w.s, &w.visit
	settings := before.Settings
	switch {
	case !before.Phase.InSession() && after.Phase.InSession():
		*v = visitModel{choice: w.at, input: w.at, free: w.at, busy: map[kiosk.Busy]bool{}}
		w.asking = false
	case before.Phase.InSession() && !after.Phase.InSession():
		w.ended(t, before, e)
		return
	}
	if r, ok := e.(Report); ok && !refused {
		if !w.asking || w.at >= w.askedAt+questionsFor || r.Face == "furious" || r.Autonomy == "with my son" {
			t.Fatalf("a report was taken: asking %v, %v after the end, %+v", w.asking, w.at-w.askedAt, r)
		}
		w.asking = false
	}
	if _, ok := e.(ShellGone); ok {
		w.asking = false
	}
	if got, want := after.Snapshot(w.moment(), time.Time{}).Questions, w.asking && w.at < w.askedAt+questionsFor; got != want {
		t.Fatalf("%T: questions %v, want %v", e, got, want)
	}
	if !after.Phase.InSession() {
		return
	}

	// What the visitor, or somebody beside him, did.
	warned, busy := v.idleShown > 0, len(v.busy) > 0
	switch e := e.(type) {
	case OpenService, GiveFile, Home, Back, CallMediator, Extend:
		if !refused {
			v.choice, v.input = w.at, w.at
		}
	case Prolong:
		if !refused {
			v.choice, v.input = w.at, w.at
			v.prolonged = after.limitAt()
			if after.limitAt() < before.limitAt()+e.By {
				t.Fatalf("%v more moved the limit from %v to %v", e.By, before.limitAt(), after.limitAt())
			}
		}
	case Activity:
		if !warned {
			v.input = w.at
		}
	case Busy:
		if e.Generation == before.Generation && before.Browser == browserReady && e.With != "dancing" &&
			(before.Phase == kiosk.Visiting || anywhere[e.With]) {
			if v.busy[e.With] = e.On; !e.On {
				delete(v.busy, e.With)
			}
		}
	}
	if _, home := e.(Home); home && !refused {
		maps.DeleteFunc(v.busy, func(b kiosk.Busy, _ bool) bool { return !anywhere[b] })
	}
	switch {
	case len(v.busy) == 0 && busy:
		v.free = w.at
	case len(v.busy) > 0 && !busy:
		v.began = w.at
	}

	// What was on the screen.
	notice := after.notice()
	switch {
	case notice != kiosk.IdleWarning:
		v.idleShown = 0
	case v.idleShown == 0:
		v.idleShown = w.at
	}
	switch {
	case notice != kiosk.IdleWarning && after.LimitWarned == 0:
		v.warned = 0
	case v.warned == 0:
		v.warned = w.at
	}
	if warned && v.idleShown == 0 && v.choice != w.at {
		t.Fatalf("%T took the idle warning away", e)
	}
	if _, extends := e.(Extend); extends && !refused {
		if notice == kiosk.IdleWarning || notice == kiosk.LimitWarning {
			t.Fatalf("the visitor goes on, and %s stands still", notice)
		}
		if v.shut == 0 && after.limitAt() < w.at+limitNotice {
			t.Fatalf("extended at %v, open, and the limit is at %v", w.at, after.limitAt())
		}
	}

	// The hours.
	switch {
	case !after.shut():
		v.shut = 0
	case v.shut == 0:
		v.shut = w.at
		if after.limitAt() < w.at+leastNotice && after.limitAt() < before.limitAt() {
			t.Fatalf("%T: the hours cut a visit off: %v left", e, after.limitAt()-w.at)
		}
	}
	if !w.punctual {
		return
	}
	if most := v.input + busyCap + settings.IdleTimeout; w.at > most {
		t.Fatalf("%T: nobody did anything since %v, and the visit is still on at %v", e, v.input, w.at)
	}
	if most := max(v.input, v.free) + settings.IdleTimeout; len(v.busy) == 0 && w.at > most {
		t.Fatalf("%T: nothing goes on since %v, nobody did anything since %v, and the visit is still on at %v", e, v.free, v.input, w.at)
	}
	if most := max(v.shut+closingGrace, v.prolonged) + leastNotice; v.shut > 0 && w.at > most {
		t.Fatalf("%T: the hours ended at %v, and the visit is still on at %v", e, v.shut, w.at)
	}
}

// ended looks at how a visit ended by time.
func (w *world) ended(t *rapid.T, before State, e Event) {
	v, s := w.visit, w.s
	w.asking, w.askedAt = s.EndReason == kiosk.EndButton || s.EndReason == kiosk.EndLimit, w.at
	if !s.Wiping {
		t.Fatalf("%T: the visit ended and nothing wipes", e)
	}
	if _, asked := e.(EndSession); asked {
		return
	}
	switch s.EndReason {
	case kiosk.EndIdle:
		if v.idleShown == 0 || w.at < v.idleShown+before.Settings.IdleWarning {
			t.Fatalf("%T: ended idle at %v, the warning stands since %v", e, w.at, v.idleShown)
		}
		if len(v.busy) > 0 && v.began < v.idleShown && w.at < v.input+busyCap+before.Settings.IdleTimeout {
			t.Fatalf("%T: ended idle at %v, busy with %v, last input at %v", e, w.at, v.busy, v.input)
		}
		if w.at < min(v.free, v.input+busyCap)+before.Settings.IdleTimeout && v.idleShown > v.free {
			t.Fatalf("%T: ended idle at %v, free since %v, last input at %v", e, w.at, v.free, v.input)
		}
	case kiosk.EndLimit:
		if v.warned == 0 || w.at < v.warned+leastNotice || w.at < before.limitAt() {
			t.Fatalf("%T: ended by the limit (%v) at %v, warned since %v", e, before.limitAt(), w.at, v.warned)
		}
	}
}
