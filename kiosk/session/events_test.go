package session

import (
	"errors"
	"slices"
	"time"
	_ "time/tzdata" // opening hours are those of Europe/Paris

	"borne/kiosk"

	"pgregory.net/rapid"
)

// modelStart is half an hour before the clock is put forward in France.
var (
	modelStart   = time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)
	modelZone, _ = time.LoadLocation("Europe/Paris")
)

// randomSettings are any that a bundle may bring.
func randomSettings(t *rapid.T) kiosk.Settings {
	s := kiosk.DefaultSettings()
	minutes := func(low, high int, name string) time.Duration {
		return time.Duration(rapid.IntRange(low, high).Draw(t, name)) * time.Minute
	}
	s.IdleTimeout = minutes(1, 20, "idle timeout")
	s.IdleWarning = time.Duration(rapid.IntRange(20, 59).Draw(t, "idle warning")) * time.Second
	s.SessionLimit, s.Extension = minutes(5, 60, "limit"), minutes(1, 30, "extension")
	switch rapid.IntRange(0, 3).Draw(t, "hours") {
	case 1: // offices
		for d := time.Monday; d <= time.Friday; d++ {
			s.Opening.Week[d] = []kiosk.Period{{From: 9 * 60, To: 12*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
		}
	case 2: // closes and opens all the time
		for d := range s.Opening.Week {
			for from := 0; from < 24*60; from += 40 {
				s.Opening.Week[d] = append(s.Opening.Week[d], kiosk.Period{From: from, To: from + 25})
			}
		}
	}
	return s
}

// pass lets time pass, with its ticks where they come in time.
func (w *world) pass(t *rapid.T, d time.Duration) {
	until := w.at + d
	for at, n := w.s.Wake(), 0; w.punctual && at > 0 && at <= until && !w.left; at = w.s.Wake() {
		if n++; at > w.at {
			n = 0
		}
		if n > 8 {
			t.Fatalf("%s asks to be woken at %v without end: %+v", w.s.Phase, at, w.s)
		}
		w.at = max(w.at, at)
		w.step(t, Tick{})
	}
	w.at = until
}

// settle goes on with ordinary events until the borne is where nobody is there
// and nothing is under way.
func (w *world) settle(t *rapid.T) {
	for range 200 {
		s := w.s
		switch {
		case w.left, !s.Wiping && (s.Phase == kiosk.Ready || s.Phase == kiosk.Closed):
			return
		case s.Phase == kiosk.OutOfService && s.Proved && w.browser == 0 && s.Wake() == 0:
			t.Fatalf("out of service, and nothing is tried: %+v", s)
		case w.wipes > 0:
			w.wiped(t, true)
		case !s.Shell:
			w.step(t, ShellUp{})
		case s.BundleWaits && !s.Phase.InSession():
			w.step(t, Configured{s.Settings, services})
		case s.Browser == browserStarting:
			w.step(t, BrowserReady{w.browser})
		case s.Wake() > 0:
			w.at = max(w.at, s.Wake())
			w.step(t, Tick{})
		default:
			t.Fatalf("%s leads nowhere: %+v", s.Phase, s)
		}
	}
	t.Fatalf("still %s, %q after 200 events: %+v", w.s.Phase, w.s.notice(), w.s)
}

func (w *world) wiped(t *rapid.T, clean bool) {
	w.wipes = 0
	w.dirty = !clean
	w.step(t, Wiped{kiosk.Proof{Clean: clean}})
}

// random takes one step that the world allows now.
func (w *world) random(t *rapid.T) {
	generation := w.browser
	if rapid.IntRange(0, 9).Draw(t, "stale") == 0 {
		generation = uint64(rapid.IntRange(0, 3).Draw(t, "generation"))
	}
	if rapid.IntRange(0, 19).Draw(t, "set the clock") == 0 {
		w.shift = time.Duration(rapid.IntRange(-20_000, 20_000).Draw(t, "by minutes")) * time.Minute
		w.wrong = rapid.Bool().Draw(t, "implausible")
	}
	if w.wipes > 0 && rapid.Bool().Draw(t, "answer the wipe") {
		w.wiped(t, rapid.IntRange(0, 5).Draw(t, "clean") > 0)
		return
	}
	possible := w.possible
	if rapid.IntRange(0, 3).Draw(t, "ordinary") > 0 {
		possible = w.ordinary
	}
	e := rapid.SampledFrom(possible(t, generation)).Draw(t, "event")
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

// ordinary are the events that make visits, and long ones.
func (w *world) ordinary(t *rapid.T, generation uint64) []Event {
	busy := func(on bool) Busy {
		return Busy{generation, rapid.SampledFrom([]kiosk.Busy{kiosk.BusyUpload, kiosk.BusyDownload, "dancing"}).Draw(t, "ordinary busy"), on}
	}
	switch {
	case !w.s.Shell:
		return []Event{ShellUp{}}
	case w.s.Browser == browserStarting:
		return []Event{BrowserReady{w.browser}}
	case w.s.Phase == kiosk.Choosing:
		return []Event{OpenService{"caf"}}
	case w.s.Phase == kiosk.Visiting:
		return []Event{busy(true), busy(true), busy(false), Activity{}, Extend{}, Extend{}, Tick{}, Tick{}, Minute{true}, PageShown{generation},
			Prolong{time.Duration(rapid.IntRange(1, 30).Draw(t, "ordinarily more")) * time.Minute}, Home{}, Open{}}
	case w.s.BundleWaits:
		return []Event{Configured{randomSettings(t), services}}
	}
	return []Event{StartSession{kiosk.French}, StartSession{kiosk.French}, Open{}, Minute{true}, Tick{}, AskMaintenance{}}
}

// possible are the events that may come now.
func (w *world) possible(t *rapid.T, generation uint64) []Event {
	id := rapid.SampledFrom(append(slices.Clone(services), "unknown", "")).Draw(t, "service")
	minute := Minute{rapid.Bool().Draw(t, "online")}
	busy := func(on bool) Busy {
		return Busy{generation, rapid.SampledFrom([]kiosk.Busy{kiosk.BusyUpload, kiosk.BusyDownload, kiosk.BusyPrint, kiosk.BusyMedia, kiosk.BusySave, "dancing"}).Draw(t, "busy"), on}
	}
	events := []Event{
		ShellUp{}, ShellUp{}, ShellUp{}, ShellGone{}, StartSession{kiosk.French}, StartSession{kiosk.French}, StartSession{"xx"}, OpenService{id}, OpenService{"caf"},
		EndSession{rapid.SampledFrom(kiosk.EndReasons()).Draw(t, "reason")}, Extend{}, Extend{}, Activity{}, Activity{}, CallMediator{}, AnswerHelp{}, Home{}, Back{},
		PageShown{generation}, PageBlocked{Generation: generation, Host: "a.test", Reason: kiosk.ReasonHostNotListed}, PageUnreachable{generation}, PageHung{generation, true}, PageHung{generation, false},
		FileWanted{generation}, FileWanted{generation}, GiveFile{"1"}, GiveFile{}, AllowHost{"a.test"}, Refused{kiosk.ReasonKey}, Message{"bonjour"}, Close{"", rapid.Bool().Draw(t, "urgent")}, Open{}, Open{},
		BundleWaiting{}, Counted{What: kiosk.DeviceDownload}, Tick{}, Tick{}, minute, minute,
		busy(true), busy(true), busy(true), busy(false), Prolong{time.Duration(rapid.IntRange(-1, 130).Draw(t, "more")) * time.Minute},
		Report{kiosk.Report{Service: id, Outcome: kiosk.OutcomeDone, Face: rapid.SampledFrom([]kiosk.Face{kiosk.FaceHappy, "furious"}).Draw(t, "face"),
			Autonomy: rapid.SampledFrom([]kiosk.Autonomy{kiosk.AutonomyNone, kiosk.AutonomyPartly, "with my son"}).Draw(t, "autonomy")}},
		Aided{kiosk.AidLargeText}, Aided{"glasses"}, AskMaintenance{}, OpenMaintenance{}, OpenMaintenance{}, LeaveMaintenance{},
	}
	if w.browser != 0 {
		events = append(events, BrowserReady{generation}, BrowserReady{generation}, BrowserFailed{generation, "crash", rapid.SampledFrom([]Fault{Died, Slow, Hung}).Draw(t, "fault")})
	}
	if w.s.BundleWaits && !w.s.Phase.InSession() {
		events = append(events, Configured{randomSettings(t), services})
	}
	if rapid.IntRange(0, 60).Draw(t, "exit") == 0 {
		events = append(events, Exit{rapid.Bool().Draw(t, "urgent exit")})
	}
	return events
}
