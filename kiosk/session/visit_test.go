package session

import (
	"testing"
	"time"

	"borne/kiosk"

	"pgregory.net/rapid"
)

// monday is a working day, and hours those of an office.
var monday = time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)

func officeHours() (h kiosk.OpeningHours) {
	for d := time.Monday; d <= time.Friday; d++ {
		h.Week[d] = []kiosk.Period{{From: 9 * 60, To: 17 * 60}}
	}
	return h
}

// visitor is a borne with its clock on the wall, driven event by event.
type visitor struct {
	t     *testing.T
	s     State
	at    time.Duration
	start time.Time // when at was 0
	wrong bool
	cells map[kiosk.Key]uint64
}

func newVisitor(t *testing.T, settings kiosk.Settings) *visitor {
	v := &visitor{t: t, s: New(), at: time.Second, start: monday, cells: map[kiosk.Key]uint64{}}
	v.do(Configured{settings, services}, Booted{}, Wiped{kiosk.Proof{Clean: true}}, ShellUp{}, BrowserReady{1})
	return v
}

func (v *visitor) moment() Moment {
	return Moment{Elapsed: v.at, Wall: v.start.Add(v.at), ClockWrong: v.wrong}
}

func (v *visitor) do(events ...Event) (refused error) {
	for _, e := range events {
		var effects []Effect
		v.s, effects = Step(v.s, v.moment(), e)
		for _, f := range effects {
			switch f := f.(type) {
			case Refuse:
				refused = f.Err
			case Count:
				for k, n := range f.Cells {
					v.cells[k] += n
				}
			}
		}
	}
	return refused
}

// pass lets time pass with its ticks; a standby browser that is renewed is
// there at once.
func (v *visitor) pass(d time.Duration) {
	until := v.at + d
	for wake := v.s.Wake(); wake > 0 && wake <= until; wake = v.s.Wake() {
		v.at = max(v.at, wake)
		v.do(Tick{})
		if v.s.Wiping && v.s.Phase != kiosk.Ending {
			v.do(Wiped{kiosk.Proof{Clean: true}}, BrowserReady{v.s.Generation})
		}
	}
	v.at = until
}

func (v *visitor) visiting() *visitor {
	v.t.Helper()
	if err := v.do(StartSession{kiosk.French}, OpenService{"caf"}, PageShown{v.s.Generation}); err != nil {
		v.t.Fatal(err)
	}
	return v
}

func (v *visitor) want(p kiosk.State, n kiosk.Notice, left time.Duration) {
	v.t.Helper()
	now := time.Now()
	got := v.s.Snapshot(v.moment(), now)
	until := time.Duration(0)
	if !got.Deadline.IsZero() {
		until = got.Deadline.Sub(now)
	}
	if got.State != p || got.Notice != n || until != left {
		v.t.Fatalf("%s, %q, %v left; want %s, %q, %v", got.State, got.Notice, until, p, n, left)
	}
}

// TestBusySuspendsIdle: a download that lasts longer than the idle timeout, and
// one that never ends.
func TestBusySuspendsIdle(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings()).visiting()
	v.do(Busy{v.s.Generation, kiosk.BusyDownload, true})
	v.pass(7 * time.Minute)
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	v.do(Busy{v.s.Generation, kiosk.BusyDownload, false})
	v.pass(4*time.Minute + 15*time.Second)
	v.want(kiosk.Visiting, kiosk.IdleWarning, 45*time.Second)
	v.do(Activity{}, Busy{v.s.Generation, kiosk.BusyMedia, true}, PageShown{v.s.Generation})
	v.want(kiosk.Visiting, kiosk.IdleWarning, 45*time.Second)
	v.do(Extend{})
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	for range 100 { // a page that plays and pauses without end
		v.do(Busy{v.s.Generation, kiosk.BusyMedia, false}, Busy{v.s.Generation, kiosk.BusyMedia, true})
		v.pass(6 * time.Second)
	}
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	v.pass(4*time.Minute + 15*time.Second)
	v.want(kiosk.Visiting, kiosk.IdleWarning, 45*time.Second)
	v.pass(45 * time.Second)
	v.want(kiosk.Ending, kiosk.NoNotice, 0)
}

// TestWarningKeepsThePage: behind a warning the page's own notice waits.
func TestWarningKeepsThePage(t *testing.T) {
	v := newVisitor(t, kiosk.DefaultSettings()).visiting()
	v.do(PageBlocked{Generation: v.s.Generation, Host: "a.test", Reason: kiosk.ReasonHostNotListed})
	v.pass(4*time.Minute + 15*time.Second)
	v.want(kiosk.Visiting, kiosk.IdleWarning, 45*time.Second)
	v.do(Extend{})
	v.want(kiosk.Visiting, kiosk.Blocked, 0)
}

func TestClosingHour(t *testing.T) {
	settings := kiosk.DefaultSettings()
	settings.Opening = officeHours()
	v := newVisitor(t, settings)
	v.pass(55*time.Minute - time.Second)
	v.visiting()
	v.pass(5*time.Minute - time.Second)
	v.do(Extend{}, PageShown{v.s.Generation})
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	v.pass(time.Second) // 17:00
	v.do(Tick{})
	v.want(kiosk.Visiting, kiosk.LimitWarning, 2*time.Minute)
	v.do(Extend{})
	v.want(kiosk.Visiting, kiosk.NoNotice, 10*time.Minute)
	v.pass(4 * time.Minute)
	v.do(Activity{})
	v.pass(4 * time.Minute)
	v.want(kiosk.Visiting, kiosk.LimitWarning, 2*time.Minute)
	v.do(Extend{}) // there is no more; but the screen is free again
	v.want(kiosk.Visiting, kiosk.NoNotice, 2*time.Minute)
	v.pass(2 * time.Minute)
	v.want(kiosk.Ending, kiosk.NoNotice, 0)
	v.do(Wiped{kiosk.Proof{Clean: true}})
	v.want(kiosk.Closed, kiosk.NoNotice, 0)
}

// TestHours closes and opens an empty borne, with staff against the hours.
func TestHours(t *testing.T) {
	settings := kiosk.DefaultSettings()
	settings.Opening = officeHours()
	v := newVisitor(t, settings)
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
	v.pass(time.Hour)
	v.want(kiosk.Closed, kiosk.NoNotice, 0)
	if n := v.s.Snapshot(v.moment(), monday); n.Reason != outsideHours || !n.OpensAt.Equal(monday.Add(17*time.Hour)) {
		t.Errorf("closed: %q until %v", n.Reason, n.OpensAt)
	}
	if err := v.do(StartSession{kiosk.French}); err == nil {
		t.Error("a visit began outside the hours")
	}
	v.do(Minute{})
	v.do(Open{})
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
	v.do(Minute{true})
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
	v.do(Close{Reason: "inventaire"})
	if n := v.s.Snapshot(v.moment(), monday); n.State != kiosk.Closed || n.Reason != "inventaire" || !n.OpensAt.IsZero() {
		t.Errorf("closed by staff: %+v", n)
	}
	v.do(Open{})
	v.pass(17 * time.Hour) // over the opening hour, at which the hours rule again
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
	v.pass(8 * time.Hour)
	v.want(kiosk.Closed, kiosk.NoNotice, 0)
	for k, n := range map[string]uint64{kiosk.AvailableClosed: 1, kiosk.AvailableOpen: 1} {
		var got uint64
		for key, count := range v.cells {
			if key.Kind == kiosk.CellAvailability && key.First == k {
				got += count
			}
		}
		if got != n {
			t.Errorf("%d minutes %s, want %d", got, k, n)
		}
	}
}

// TestClockSet: a clock that is set, or cannot be right, closes nothing for
// longer than a minute.
func TestClockSet(t *testing.T) {
	settings := kiosk.DefaultSettings()
	settings.Opening = officeHours()
	v := newVisitor(t, settings).visiting()
	v.start = v.start.Add(8 * time.Hour)
	v.do(Minute{}, Tick{})
	v.want(kiosk.Visiting, kiosk.LimitWarning, 2*time.Minute)
	v.pass(time.Minute)
	v.start = monday
	v.do(Minute{})
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	v.do(EndSession{kiosk.EndStaff}, Wiped{kiosk.Proof{Clean: true}})
	v.start, v.wrong = time.Unix(0, 0), true
	v.do(Minute{})
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
	v.wrong = false
	v.do(Minute{})
	v.want(kiosk.Closed, kiosk.NoNotice, 0)
	v.start = monday
	v.do(Minute{})
	v.want(kiosk.Ready, kiosk.NoNotice, 0)
}

// TestProlong gives minutes under each warning and past the closing hour.
func TestProlong(t *testing.T) {
	settings := kiosk.DefaultSettings()
	settings.Opening, settings.SessionLimit = officeHours(), 30*time.Minute
	v := newVisitor(t, settings)
	if err := v.do(Prolong{10 * time.Minute}); err == nil {
		t.Error("minutes for nobody")
	}
	v.pass(15*time.Minute - time.Second)
	v.visiting()
	for _, by := range []time.Duration{-time.Minute, 0, 3 * time.Hour} {
		if v.do(Prolong{by}) == nil {
			t.Errorf("%v more is taken", by)
		}
	}
	v.pass(4*time.Minute + 30*time.Second)
	v.want(kiosk.Visiting, kiosk.IdleWarning, 30*time.Second)
	v.do(Prolong{10 * time.Minute}) // the limit is now at 40 min
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	active := func(d time.Duration) {
		for ; d > 0; d -= time.Minute {
			v.do(Activity{})
			v.pass(min(d, time.Minute))
		}
	}
	active(33*time.Minute + 30*time.Second)
	v.want(kiosk.Visiting, kiosk.LimitWarning, 2*time.Minute)
	v.do(Prolong{20 * time.Minute}) // at 53 min: until 17:15
	v.want(kiosk.Visiting, kiosk.NoNotice, 0)
	active(20 * time.Minute)
	v.want(kiosk.Visiting, kiosk.LimitWarning, 2*time.Minute)
	v.do(Prolong{30 * time.Minute})
	active(30 * time.Minute)
	v.want(kiosk.Visiting, kiosk.LimitWarning, 2*time.Minute)
	v.pass(2 * time.Minute)
	v.want(kiosk.Ending, kiosk.NoNotice, 0)
	v.do(Wiped{kiosk.Proof{Clean: true}})
	v.want(kiosk.Closed, kiosk.NoNotice, 0)
}

// TestExtensions: as often as one likes while the borne is open (WCAG 2.2.1
// asks for ten).
func TestExtensions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		settings := randomSettings(r)
		settings.Opening, settings.IdleWarning = kiosk.OpeningHours{}, 20*time.Second
		v := newVisitor(t, settings).visiting()
		for n := range 25 {
			for v.s.notice() != kiosk.LimitWarning {
				v.do(Activity{})
				v.pass(10 * time.Second)
				if !v.s.Phase.InSession() {
					r.Fatalf("ended (%s) after %d extensions", v.s.EndReason, n)
				}
			}
			before := v.s.limitAt()
			if err := v.do(Extend{}); err != nil || v.s.limitAt() <= before || v.s.notice() != kiosk.NoNotice {
				r.Fatalf("extension %d: %v, limit from %v to %v, %q", n, err, before, v.s.limitAt(), v.s.notice())
			}
		}
	})
}

// TestQuestions are asked for two minutes, once, while nothing waits for them.
func TestQuestions(t *testing.T) {
	answer := Report{kiosk.Report{Service: "caf", Outcome: kiosk.OutcomeDone, Face: kiosk.FaceNone, Autonomy: kiosk.AutonomyAlone}}
	for _, c := range []struct {
		reason kiosk.EndReason
		after  time.Duration
		asks   bool
	}{
		{kiosk.EndButton, 0, true}, {kiosk.EndLimit, 119 * time.Second, true}, {kiosk.EndButton, 120 * time.Second, false},
		{kiosk.EndIdle, 0, false}, {kiosk.EndStaff, 0, false},
	} {
		v := newVisitor(t, kiosk.DefaultSettings()).visiting()
		v.do(EndSession{c.reason}, Wiped{kiosk.Proof{Clean: true}})
		v.pass(c.after)
		if n := v.s.Snapshot(v.moment(), monday); n.Questions != c.asks || n.State != kiosk.Ready {
			t.Errorf("%s, %v later: %s, questions %v", c.reason, c.after, n.State, n.Questions)
		}
		if err := v.do(answer); (err == nil) != c.asks {
			t.Errorf("%s, %v later: the answer gets %v", c.reason, c.after, err)
		}
		if v.do(answer) == nil {
			t.Errorf("%s: a second answer is taken", c.reason)
		}
	}
	v := newVisitor(t, kiosk.DefaultSettings()).visiting()
	v.do(EndSession{kiosk.EndButton}, Wiped{kiosk.Proof{Clean: true}})
	if v.visiting(); v.do(answer) == nil {
		t.Error("the next visitor answers for the last")
	}
}
