package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"borne/kiosk"
)

const (
	// minPause keeps a central office that answers "at once" at once from
	// being called in a loop.
	minPause = time.Second
	// idlePause is between check-ins that should have been held and were not.
	idlePause = 15 * time.Second
	// maxPause is the longest that a borne stays silent when told to.
	maxPause = time.Hour
	// firstHold is the long poll of a borne that does not know whether it is
	// heard. Not zero: that means a borne that never waits, to which a central
	// office gives a far next check-in.
	firstHold = time.Second
	// minHold is the shortest long poll, for proxies that cut longer ones.
	minHold = 10 * time.Second
)

// Run checks in until ctx ends, and returns its error. It waits for Enrol
// while the borne has no identity. Nothing that the network does ends it.
func (a *Agent) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	select {
	case <-a.enrolled:
	case <-ctx.Done():
		return ctx.Err()
	}
	l := loop{Agent: a, running: &running, hold: kiosk.MaxWait}
	for ctx.Err() == nil {
		l.turn(ctx)
	}
	return ctx.Err()
}

// loop is the state of Run.
type loop struct {
	*Agent
	running *sync.WaitGroup
	checkIn gate
	bundles gate
	cells   gate
	// hold is how long check-ins ask to be held open.
	hold time.Duration
	// packed is true while the central office takes compressed check-ins.
	packed bool
	// known is true after a check-in that went well: the next may be held.
	known bool
}

// turn is one check-in and what follows from it.
func (l *loop) turn(ctx context.Context) {
	select {
	case <-l.again: // an enrolment since the last: this check-in is for it
	default:
	}
	id := l.credentials()
	started := time.Now()
	// The first check-in is hardly held, so that the borne soon knows whether
	// it is heard.
	hold := firstHold
	switch {
	case l.o.Every > 0:
		hold = 0
	case l.known:
		hold = l.hold
	}
	reply, interrupted, err := l.report(ctx, id, hold)
	took := time.Since(started)
	switch {
	case ctx.Err() != nil:
		return
	case interrupted:
		pause(ctx, nil, minPause-took)
		return
	case err != nil:
		if l.known && took >= minHold && (errors.Is(err, ErrUnreachable) || isTimeout(err) || isGateway(err)) {
			l.hold = max(minHold, l.hold/2)
		}
		l.known = false
		l.failed(err)
		l.checkIn.fail(err)
		if isRefused(err) {
			// One that is quarantined is told nothing, and what it counted is
			// still taken, apart from the others': there it is safe.
			l.cells.try(func() error {
				_, err := l.Flush(ctx)
				return err
			})
		}
		pause(ctx, l.again, l.checkIn.wait())
		return
	}
	l.known = true
	l.checkIn.ok()
	l.contacted()
	news, err := l.follow(ctx, id, reply)
	if ctx.Err() == nil {
		l.settled(err)
	}
	next := min(time.Duration(reply.NextSeconds)*time.Second, maxPause)
	if !news && next == 0 && hold >= minHold && took < hold/2 {
		// It did not hold the check-in and had nothing to say: an offer that
		// was refused here, or a proxy that does not let requests wait.
		next = idlePause
	}
	if every := l.o.Every; every > 0 && (l.o.Insist || next < every) {
		// Not all at the same second, after an outage say.
		next = every - every/8 + rand.N(every/4+1) - took
	}
	pause(ctx, nil, minPause-time.Since(started))
	pause(ctx, l.wake, next)
}

// errWoken ends a check-in that is held open.
var errWoken = errors.New("there is news to tell")

// report checks in. It is interrupted by Wake, since what was told is then
// out of date.
func (l *loop) report(ctx context.Context, id *credentials, hold time.Duration) (reply kiosk.CheckInReply, interrupted bool, err error) {
	select {
	case <-l.wake: // what it was for is told now
	default:
	}
	body, err := json.Marshal(l.state(ctx))
	if err != nil {
		return reply, false, err
	}
	held, cancel := context.WithCancelCause(ctx)
	var watcher sync.WaitGroup
	if hold > firstHold {
		watcher.Go(func() {
			select {
			case <-l.wake:
				cancel(errWoken)
			case <-held.Done():
			}
		})
	}
	data, err := l.tellState(held, id, hold, body)
	cancel(nil)
	watcher.Wait()
	if err != nil {
		// An answer that came all the same counts: it may ask for patience.
		var answered *StatusError
		return reply, errors.Is(context.Cause(held), errWoken) && !errors.As(err, &answered), err
	}
	reply, err = parseCheckIn(data)
	if err == nil {
		l.setOfficeTime(reply.Now)
	}
	return reply, false, err
}

// tellState sends a check-in, compressed where the central office takes that, and
// plain again when it then does not.
func (l *loop) tellState(ctx context.Context, id *credentials, hold time.Duration, body []byte) ([]byte, error) {
	r := request{method: http.MethodPost, path: kiosk.PathCheckIn, query: fmt.Sprintf("wait=%d", int(hold/time.Second)), body: body,
		contentType: "application/json", accepts: &l.packed, limit: maxReplyBytes, timeout: hold + requestTimeout/2}
	if !l.packed {
		return l.call(ctx, id, r)
	}
	packed := r
	var err error
	if packed.body, err = pack(body, zstd.SpeedFastest); err != nil {
		return nil, err
	}
	packed.contentEncoding = coding
	data, err := l.call(ctx, id, packed)
	if isMisread(err) {
		l.packed = false
		return l.call(ctx, id, r)
	}
	return data, err
}

// state is what is told.
func (a *Agent) state(ctx context.Context) kiosk.CheckIn {
	c := a.o.Borne.Report()
	c.Clock = a.o.Clock()
	pending, err := a.o.Cells.Pending(ctx)
	if err != nil {
		a.log.Warn("fleet: count pending cells", "err", err)
	}
	c.Pending = pending
	c.EverySeconds = int(a.o.Every / time.Second)
	a.mu.Lock()
	if c.BundleFault == "" {
		c.BundleFault = a.bundle.fault
	}
	a.mu.Unlock()
	return c
}

// follow does what an answer asks for, and reports whether it asked for
// anything new. Each part fails and is tried again by itself, so that one does
// not hold up another.
func (l *loop) follow(ctx context.Context, id *credentials, reply kiosk.CheckInReply) (news bool, err error) {
	begun, handleErr := l.handle(ctx, l.running, reply.Commands)
	tellErr := l.tell(ctx)
	fetched := false
	l.bundles.try(func() (err error) {
		fetched, err = l.fetch(ctx, id, reply.Bundle)
		return err
	})
	l.cells.try(func() error {
		_, err := l.Flush(ctx)
		return err
	})
	return begun || fetched, errors.Join(handleErr, tellErr, l.bundles.err, l.cells.err)
}

// isRefused reports that the central office knows the borne and does not listen
// to it.
func isRefused(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Status == http.StatusForbidden
}

// isGateway reports an answer that a proxy gave because the central office
// kept it waiting.
func isGateway(err error) bool {
	var s *StatusError
	return errors.As(err, &s) && (s.Status == http.StatusBadGateway || s.Status == http.StatusGatewayTimeout || s.Status == http.StatusRequestTimeout)
}

// pause waits for d, the end of ctx, or wake, whose token it leaves.
func pause(ctx context.Context, wake chan struct{}, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-wake:
	}
}
