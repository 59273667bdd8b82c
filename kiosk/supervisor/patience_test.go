package supervisor

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
	"borne/kiosk/session"
)

// TestPatience measures how long different kinds of work are waited for.
func TestPatience(t *testing.T) {
	p := patience{quiet: 10 * time.Second, ceiling: time.Minute}
	for _, c := range []struct {
		name string
		work func(time.Duration) time.Duration
		end  time.Duration
		why  error
	}{
		{"nothing at all", func(time.Duration) time.Duration { return 0 }, 10 * time.Second, errHangs},
		{"what an idle browser takes", func(d time.Duration) time.Duration { return d / 1000 }, 10 * time.Second, errHangs},
		{"a browser that spins", func(d time.Duration) time.Duration { return d }, time.Minute, errSlow},
		{"little, on a busy machine", func(d time.Duration) time.Duration { return d / 50 }, time.Minute, errSlow},
		{"in bursts", func(d time.Duration) time.Duration { return d.Truncate(8*time.Second) / 50 }, time.Minute, errSlow},
		{"until it hangs", func(d time.Duration) time.Duration { return min(d, 30*time.Second) }, 40 * time.Second, errHangs},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ctx, cancel := p.context(t.Context(), func() time.Duration { return c.work(time.Since(began)) })
				defer cancel()
				<-ctx.Done()
				if took := time.Since(began); took != c.end || !errors.Is(context.Cause(ctx), c.why) {
					t.Errorf("%v after %s, want %v after %s", context.Cause(ctx), took, c.why, c.end)
				}
			})
		})
	}
}

// TestSlowMachine starts and wipes for minutes: nothing of it is a fault, and
// the screen says "un instant" all the while.
func TestSlowMachine(t *testing.T) {
	o := &outside{startIn: 4 * time.Minute, wipeIn: 90 * time.Second}
	visit(t, o, func(_ context.Context, s *Supervisor) {
		time.Sleep(90*time.Second + 4*time.Minute)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
		o.set(func() { o.shown = nil })
		o.tell(session.BrowserFailed{Generation: 1, Cause: "crash"})
		time.Sleep(80 * time.Second)
		want(t, s, kiosk.Starting, kiosk.NoNotice)
		time.Sleep(5 * time.Minute)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
		if len(o.shown) != 2 {
			t.Errorf("the screen showed %v", o.shown)
		}
	})
}

// TestTooSlowIsNoFault gives up starts that are still worked at, for an hour:
// the borne is not out of service for that, and takes visitors when it can.
func TestTooSlowIsNoFault(t *testing.T) {
	o := &outside{startIn: time.Hour}
	visit(t, o, func(_ context.Context, s *Supervisor) {
		time.Sleep(time.Hour)
		want(t, s, kiosk.Starting, kiosk.NoNotice)
		o.set(func() { o.startIn = 0 })
		time.Sleep(6 * time.Minute)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
	})
}

// TestHungStartIsAFault gives up soon where nothing is worked at.
func TestHungStartIsAFault(t *testing.T) {
	o := &outside{startIn: time.Hour, idle: true}
	visit(t, o, func(_ context.Context, s *Supervisor) {
		time.Sleep(4*startPatience.quiet + 30*time.Second)
		want(t, s, kiosk.OutOfService, kiosk.NoNotice)
	})
}

// TestHungWipeIsNotProved does not wait for ever for a wipe.
func TestHungWipeIsNotProved(t *testing.T) {
	o := &outside{wipeIn: time.Hour, idle: true}
	visit(t, o, func(_ context.Context, s *Supervisor) {
		time.Sleep(wipePatience.quiet)
		want(t, s, kiosk.OutOfService, kiosk.NoNotice)
		o.set(func() { o.wipeIn = 0 })
		time.Sleep(2 * time.Minute)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
	})
}

// TestNoCountIsLost lets the disk stand still while hundreds of visits end.
func TestNoCountIsLost(t *testing.T) {
	o := &outside{}
	const visits = 600
	visit(t, o, func(ctx context.Context, s *Supervisor) {
		o.set(func() { o.stuck = make(chan struct{}) })
		for range visits {
			must(t, s.StartSession(ctx, kiosk.French))
			must(t, s.EndSession(ctx, kiosk.EndButton))
			time.Sleep(time.Second)
		}
		close(o.stuck)
	})
	if n := o.sum(kiosk.CellSession, string(kiosk.EndButton)); n != visits {
		t.Errorf("%d visits counted, want %d", n, visits)
	}
	if n := o.sum(kiosk.CellInclusion, "fr"); n != visits {
		t.Errorf("%d languages counted, want %d", n, visits)
	}
}

// TestCountsAreBounded counts what does not fit as lost.
func TestCountsAreBounded(t *testing.T) {
	c := newCounts()
	k := kiosk.Key{Kind: kiosk.CellDevice, Day: "2026-11-22", Hour: kiosk.NoHour, First: kiosk.DeviceRefusedNoise, Second: kiosk.None}
	c.add(map[kiosk.Key]uint64{k: maxSum})
	c.add(map[kiosk.Key]uint64{k: 3})
	cells, lost := c.take()
	if cells[k] != maxSum || lost != 3 {
		t.Errorf("kept %d, lost %d", cells[k], lost)
	}
	if cells, lost := c.take(); len(cells) != 0 || lost != 0 {
		t.Errorf("taken twice: %v, %d", cells, lost)
	}
}
