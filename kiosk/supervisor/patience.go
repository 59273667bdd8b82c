package supervisor

import (
	"context"
	"errors"
	"time"
)

// patience says how long something may take on a machine of any speed: for as
// long as it is worked at. A fixed limit would take a slow machine for a broken
// one.
type patience struct {
	// quiet is how long it may go without work before it hangs.
	quiet time.Duration
	// ceiling ends what is worked at without end.
	ceiling time.Duration
}

var (
	// startPatience is for a browser. On the machine it is made for, a start
	// takes 0.4 s; on an emulated one under load it took more than 30 s.
	startPatience = patience{quiet: 20 * time.Second, ceiling: 5 * time.Minute}
	// wipePatience is for a wipe, which takes 0.1 s. One that is given up is not
	// proved: the borne is out of service until the next is.
	wipePatience = patience{quiet: 15 * time.Second, ceiling: 2 * time.Minute}
)

// What ends the context that patience gives.
var (
	errHangs = errors.New("nothing happened any more")
	errSlow  = errors.New("it was still being worked at, on a machine that is too slow or too busy")
)

const (
	patienceTick = time.Second
	// leastWork is the part of a processor below which nothing happens: a
	// browser that waits takes that much now and then.
	leastWork = 100 // one hundredth
)

// context ends with errHangs or errSlow. It counts its own ticks and not the
// clock: a supervisor that was itself not let run has seen nobody idle. work is
// the processor time taken so far, and may be nil: then the ceiling is quiet.
func (p patience) context(parent context.Context, work func() time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	go func() {
		tick := time.NewTicker(patienceTick)
		defer tick.Stop()
		var before time.Duration
		if work != nil {
			before = work()
		}
		quiet := time.Duration(0)
		for waited := patienceTick; ; waited += patienceTick {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			quiet += patienceTick
			if work != nil {
				// Over the whole quiet time so far: a little work now and then is
				// work, in the end.
				if now := work(); (now-before)*leastWork >= max(quiet, p.quiet/4) {
					before, quiet = now, 0
				}
			}
			switch {
			case quiet >= p.quiet:
				cancel(errHangs)
			case waited >= p.ceiling:
				cancel(errSlow)
			}
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}
