package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"borne/admin"
	"borne/kiosk/fleet"
)

// simulation is the state of Run.
type simulation struct {
	Options
	began   time.Time
	dir     string
	day     string
	site    admin.Site
	totals  *totals
	network *network
	herd    *herd
	shelf   *shelf
	bornes  []*borne
	lines   []*http.Transport
}

// Run simulates bornes at the central office until o.For has passed and what
// they counted is sent, then asks the central office what it holds. Its error
// says why a simulation did not take place; what went wrong in one that did
// stands in the report. When ctx ends, the simulation ends early and is
// checked as far as it went.
func Run(ctx context.Context, o Options, office Office) (Report, error) {
	if err := o.Validate(); err != nil {
		return Report{}, err
	}
	s := &simulation{Options: o, began: time.Now(), totals: newTotals(), herd: &herd{bornes: o.Kiosks}, shelf: newShelf()}
	s.day = s.began.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	s.network = newNetwork(s.totals)
	var err error
	if s.dir, err = stateDir(); err != nil {
		return Report{}, err
	}
	defer func() {
		for _, l := range s.lines {
			l.CloseIdleConnections()
		}
		_ = os.RemoveAll(s.dir) // keys of bornes that are no more
	}()
	if err := s.staff(ctx, office); err != nil {
		return Report{}, fmt.Errorf("staff the simulation: %w", err)
	}
	staffed := time.Since(s.began)
	lived := s.live(ctx)
	// What was begun is finished also when an operator has had enough.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.Drain)
	defer cancel()
	drained := s.drain(last)
	r := s.report(staffed, lived, drained)
	r.Check = s.check(context.WithoutCancel(ctx), office)
	return r, nil
}

// live runs every borne for the time asked for, and returns how long it was.
func (s *simulation) live(ctx context.Context) time.Duration {
	// Cancelled, not timed out: what is under way then has not failed.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	defer time.AfterFunc(s.For, cancel).Stop()
	var wait sync.WaitGroup
	for _, b := range s.bornes {
		wait.Go(func() {
			if pause(ctx, rand.N(s.ramp(b))) {
				_ = b.agent.Run(ctx) // ends with ctx, and with nothing else
			}
		})
		if s.CellsPerDay > 0 {
			wait.Go(func() { s.count(ctx, b) })
		}
	}
	if s.OutageFor > 0 {
		wait.Go(func() { s.outage(ctx) })
	}
	if s.Progress != nil {
		wait.Go(func() { s.tell(ctx, began) })
	}
	wait.Wait()
	return time.Since(began)
}

// ramp is over what time bornes start: those that check in at intervals over
// one of them, so that they stay evenly spread; the others so that 500
// connections are made a second.
func (s *simulation) ramp(b *borne) time.Duration {
	if b.number >= s.LongPolls {
		return s.Every
	}
	return time.Second + time.Duration(s.LongPolls)*time.Second/500
}

// count closes a borne's cells at each of its hours.
func (s *simulation) count(ctx context.Context, b *borne) {
	hour := s.Day / 24
	owed := 0.0
	for wait := rand.N(hour + 1); pause(ctx, wait); wait = hour {
		owed += float64(s.CellsPerDay) / 24
		n := int(owed)
		owed -= float64(n)
		b.log.close(drawCells(n, s.day))
	}
}

func (s *simulation) outage(ctx context.Context) {
	if !pause(ctx, s.OutageAt) {
		return
	}
	s.network.set(true)
	pause(ctx, s.OutageFor)
	s.network.set(false)
	s.herd.begin(time.Now())
	for _, b := range s.bornes {
		b.log.expect(s.herd.caughtUp)
	}
}

// tell calls Progress until ctx ends.
func (s *simulation) tell(ctx context.Context, began time.Time) {
	before, at := int64(0), began
	for pause(ctx, s.ProgressEvery) {
		now, checkIns := time.Now(), s.totals.checkIns.Load()
		s.Progress(Progress{Elapsed: now.Sub(began), CheckInsPerSecond: float64(checkIns-before) / now.Sub(at).Seconds(),
			Holding: int(s.totals.holding.Load()), Closed: s.totals.closed.Load(), Acknowledged: s.totals.acknowledged.Load(),
			Errors: s.totals.errorCount(), LineDown: s.network.isDown()})
		before, at = checkIns, now
	}
}

// drainers is how many bornes send what is left at the same time.
const drainers = 16

// drain sends what is left, until ctx ends, and returns how long it took.
func (s *simulation) drain(ctx context.Context) time.Duration {
	began := time.Now()
	s.network.set(false)
	work := make(chan *borne)
	var wait sync.WaitGroup
	for range drainers {
		wait.Go(func() {
			for b := range work {
				for {
					_, err := b.agent.Flush(ctx)
					if err == nil || !pause(ctx, time.Second+retryAfter(err)) {
						break
					}
				}
			}
		})
	}
	for _, b := range s.bornes {
		work <- b
	}
	close(work)
	wait.Wait()
	return time.Since(began)
}

func retryAfter(err error) time.Duration {
	var refused *fleet.StatusError
	if errors.As(err, &refused) {
		return refused.RetryAfter
	}
	return 0
}

// pause waits for d; false when ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
