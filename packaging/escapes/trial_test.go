package escapes_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/escapes"
)

// attempt is one way out, and how to try it.
type attempt struct {
	// id is "group.name"; attempt says in one line what is tried.
	id, attempt string
	// counts is the counter that must grow by one at least, "refusal/key"; where nothing refuses and counts it is empty,
	// and uncounted says why.
	counts, uncounted string
	// quick attempts also run with the tests of the packages.
	quick bool
	// alone attempts end the session themselves, or need one of their own.
	alone bool
	// before is done once for all attempts of a session, before it begins.
	before func(*scene, context.Context) error
	// run tries. It begins on the trap's page, in a session, unless alone is set: then there is no session yet.
	run func(*trial)
}

// trial is one attempt under way.
type trial struct {
	*scene
	c      attempt
	ctx    context.Context
	result escapes.Result
	// after undoes what the attempt did to the stage, last first.
	after []func()
}

// leak says that something got out, or stayed.
func (p *trial) leak(format string, args ...any) {
	p.result.Denied = false
	p.fault(format, args...)
}

// fault says what did not hold.
func (p *trial) fault(format string, args ...any) {
	if p.result.Fault != "" {
		p.result.Fault += "; "
	}
	p.result.Fault += fmt.Sprintf(format, args...)
}

// must ends the attempt, which then proves nothing.
func (p *trial) must(err error) {
	if err != nil {
		p.leak("the attempt could not be made: %v", err)
		runtime.Goexit()
	}
}

// note says what is worth knowing.
func (p *trial) note(format string, args ...any) { p.result.Detail = fmt.Sprintf(format, args...) }

// soon is a context for what must come soon, or for what must not come at all.
func (p *trial) soon(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(p.ctx, d)
	context.AfterFunc(p.ctx, cancel)
	return ctx
}

// touch has the page carry out a script at a visitor's touch, on a page that was just loaded.
func (p *trial) touch(script string) {
	p.must(p.fresh(p.ctx))
	p.again(script)
}

// again is touch on the page as it is.
func (p *trial) again(script string) {
	p.trap.plan(script)
	for range 3 {
		p.must(p.tap())
		err := quickly(p.soon(2*time.Second), "the touch", func() (bool, error) { return !p.trap.state().waits, nil })
		if err == nil {
			return
		}
	}
	p.must(errors.New("the page did not feel the touch"))
}

// says has the page carry out a script and returns what it says first.
func (p *trial) says(script string) string {
	p.touch(script)
	return p.heard()
}

func (p *trial) heard() string {
	var words string
	p.must(quickly(p.soon(10*time.Second), "a word of the page", func() (bool, error) {
		said := p.trap.state().said
		if len(said) > 0 {
			words = said[0]
		}
		return len(said) > 0, nil
	}))
	return words
}

// refuses fails unless what the page says shows that it got nothing.
func (p *trial) refuses(said string, refusals ...string) {
	for _, r := range refusals {
		if strings.Contains(said, r) {
			p.note("the page was told: %s", said)
			return
		}
	}
	p.leak("the page was told %q", said)
}

// blocked waits for the shell to say that a page was refused, and why.
func (p *trial) blocked() {
	var now kiosk.Snapshot
	err := quickly(p.soon(6*time.Second), "the refusal on the screen", func() (bool, error) {
		var err error
		now, err = p.bus.Snapshot(p.ctx)
		return now.Notice == kiosk.Blocked || now.Notice == kiosk.Unreachable, err
	})
	if err != nil {
		p.fault("the shell says nothing of it: %+v", now)
		return
	}
	want := strings.TrimPrefix(p.c.counts, "refusal/")
	if now.Notice != kiosk.Blocked {
		p.fault("the shell says %s", now.Notice)
	} else if string(now.BlockedReason) != want {
		p.fault("the shell is told %q, not %q", now.BlockedReason, want)
	}
}

// usable reports why the session cannot be used any more: the bar is there, every window lies below it, and a page that
// can be returned to hears a touch.
func (p *trial) usable() error {
	ctx := p.soon(20 * time.Second)
	err := quickly(ctx, "the bar on the screen", func() (bool, error) { return p.barShown(ctx) })
	if err != nil {
		return err
	}
	windows, err := p.windows()
	if err != nil {
		return err
	}
	for _, w := range windows {
		if w.place.Min.Y < barHeight-8 {
			return fmt.Errorf("a window %q lies over the bar, at %v", w.class, w.place)
		}
	}
	now, err := p.bus.Snapshot(ctx)
	if err != nil {
		return err
	}
	if now.State != kiosk.Visiting {
		return fmt.Errorf("the session is over: %s %s", now.State, now.Reason)
	}
	if now.Notice != kiosk.NoNotice {
		// The first of the three ways out that the shell offers.
		if err := p.bus.Back(ctx); err != nil {
			return fmt.Errorf("go back: %w", err)
		}
		err := quickly(p.soon(6*time.Second), "the page before", func() (bool, error) {
			now, err := p.bus.Snapshot(ctx)
			return now.Notice == kiosk.NoNotice, err
		})
		if err != nil {
			return err
		}
	}
	return p.answers(ctx)
}

// answers touches the page until it says so; where it is another page, the way there is the visitor's own.
func (s *scene) answers(ctx context.Context) error {
	s.trap.plan("")
	for n := range 8 {
		before := s.trap.state().taps
		if err := s.tap(); err != nil {
			return err
		}
		short, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
		err := quickly(short, "the page to feel a touch", func() (bool, error) { return s.trap.state().taps > before, nil })
		cancel()
		if err == nil {
			return nil
		}
		if n == 3 { // "Choisir un autre service", and the same one again
			if err := s.fresh(ctx); err != nil {
				return err
			}
		}
	}
	return errors.New("no page feels a touch any more")
}

// try carries out one attempt and says what became of it, but for the counters.
func (s *scene) try(c attempt) (r escapes.Result) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	group, _, _ := strings.Cut(c.id, ".")
	p := &trial{scene: s, c: c, ctx: ctx, result: escapes.Result{ID: c.id, Group: group, Attempt: c.attempt, Where: escapes.Host, Denied: true}}
	s.trap.plan("")
	done := make(chan struct{})
	go func() { // it may end by runtime.Goexit
		defer close(done)
		defer func() {
			for _, undo := range slices.Backward(p.after) {
				undo()
			}
		}()
		c.run(p)
	}()
	<-done
	if strays := s.trap.state().strays; len(strays) > 0 {
		p.leak("reached: %s", strings.Join(strays, ", "))
	}
	if c.alone {
		return p.result // it says itself whether the borne is usable
	}
	err := p.usable()
	if p.result.Usable = err == nil; err != nil {
		p.fault("not usable after: %v", err)
	}
	return p.result
}

// usableAlone is for attempts that end the session, or that begin without one: the borne comes back by itself, and the next
// visitor finds a page that answers.
func (p *trial) usableAlone() {
	err := func() error {
		now, err := p.bus.Snapshot(p.ctx)
		if err != nil || !now.State.InSession() {
			if err := p.open(p.ctx); err != nil {
				return err
			}
		}
		if err := p.answers(p.soon(20 * time.Second)); err != nil {
			return err
		}
		return quickly(p.soon(10*time.Second), "the bar on the screen", func() (bool, error) { return p.barShown(p.ctx) })
	}()
	if p.result.Usable = err == nil; err != nil {
		p.fault("not usable after: %v", err)
	}
}

// counters are sums of cells by "kind/first dimension".
type counters map[string]uint64

// counted is all that the borne counted so far.
func (s *scene) counted(ctx context.Context) (counters, error) {
	var log struct{ Open, Outbox, Memory []kiosk.Cell }
	if err := s.bus.Usage(ctx, &log); err != nil {
		return nil, err
	}
	sums := counters{}
	for _, cells := range [][]kiosk.Cell{log.Open, log.Outbox, log.Memory} {
		for _, c := range cells {
			sums[string(c.Kind)+"/"+c.First] += c.Count
		}
	}
	return sums, nil
}

// more is what was counted since before, once at least the end of a session was.
func (s *scene) more(before counters) (counters, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	var more counters
	err := quickly(ctx, "the counters of the session", func() (bool, error) {
		now, err := s.counted(ctx)
		if err != nil {
			return false, err
		}
		more = counters{}
		ended := false
		for key, n := range now {
			if n > before[key] {
				more[key] = n - before[key]
				ended = ended || strings.HasPrefix(key, string(kiosk.CellSession)+"/")
			}
		}
		return ended, nil
	})
	return more, err
}

// session tries some attempts in one session, and holds the counters of its end against what they must count.
func (s *scene) session(cases []attempt) ([]escapes.Result, counters) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Minute)
	defer cancel()
	before, err := s.counted(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if prepare := cases[0].before; prepare != nil {
		if err := prepare(s, ctx); err != nil {
			s.t.Fatal(err)
		}
	}
	alone := len(cases) == 1 && cases[0].alone
	if !alone {
		if err := s.open(ctx); err != nil {
			s.t.Fatal(err)
		}
	}
	var results []escapes.Result
	for _, c := range cases {
		began := time.Now()
		r := s.try(c)
		s.t.Logf("%-34s %5.1fs denied %-5v usable %-5v %s %s", c.id, time.Since(began).Seconds(), r.Denied, r.Usable, r.Detail, r.Fault)
		results = append(results, r)
		if !alone && !r.Usable {
			// The next one is not to pay for it.
			if err := s.again(ctx); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	if err := s.end(ctx); err != nil {
		s.t.Fatal(err)
	}
	more, err := s.more(before)
	if err != nil {
		s.t.Fatal(err)
	}
	return results, more
}

// again begins another session, after one that an attempt broke.
func (s *scene) again(ctx context.Context) error {
	if err := s.end(ctx); err != nil {
		return err
	}
	return s.open(ctx)
}

// batch tries attempts in one session. Those that did not hold, and those whose counter does not add up, are tried again in
// smaller company, at last alone: then it is known which of them it was.
func (s *scene) batch(cases []attempt) []escapes.Result {
	results, more := s.session(cases)
	need := counters{}
	for i, c := range cases {
		if c.counts != "" && results[i].Held() {
			need[c.counts]++
		}
	}
	s.t.Logf("counted %v, needed %v", more, need)
	short := map[string][]int{} // by counter
	for i, c := range cases {
		r := &results[i]
		switch {
		case !r.Held() && len(cases) > 1:
			*r = s.batch(cases[i : i+1])[0]
		case c.counts == "":
			if r.Detail == "" {
				r.Detail = c.uncounted
			}
		case more[c.counts] >= max(need[c.counts], 1):
			r.Reason = c.counts
		case len(cases) > 1:
			short[c.counts] = append(short[c.counts], i)
		default:
			r.Fault = strings.TrimPrefix(r.Fault+fmt.Sprintf("; not counted as %s, but %v", c.counts, refusals(more)), "; ")
		}
	}
	for _, at := range short {
		for _, half := range [][]int{at[:len(at)/2], at[len(at)/2:]} {
			var some []attempt
			for _, i := range half {
				some = append(some, cases[i])
			}
			if len(some) == 0 {
				continue
			}
			for n, r := range s.batch(some) {
				results[half[n]] = r
			}
		}
	}
	return results
}

// refusals keeps what was counted as refused.
func refusals(c counters) counters {
	some := counters{}
	for key, n := range c {
		if strings.HasPrefix(key, string(kiosk.CellRefusal)+"/") || key == "device/"+kiosk.DeviceRefusedHost {
			some[key] = n
		}
	}
	return some
}

// record makes each result a test of its own.
func record(t *testing.T, results []escapes.Result) {
	t.Helper()
	for _, r := range results {
		if err := escapes.Append(r); err != nil {
			t.Error(err)
		}
		t.Run(r.ID, func(t *testing.T) {
			if !r.Held() {
				t.Errorf("denied %v, usable %v: %s", r.Denied, r.Usable, r.Fault)
			}
		})
	}
}
