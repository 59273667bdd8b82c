package fleet

import (
	"math/rand/v2"
	"time"
)

// Backoff after failures: full jitter between minBackoff and a bound that
// doubles from firstBackoff to maxBackoff, so that bornes that lost their
// central office together do not come back together.
const (
	minBackoff   = 500 * time.Millisecond
	firstBackoff = 2 * time.Second
	maxBackoff   = 5 * time.Minute
)

// gate says when something that may fail is tried again. Its times carry the
// monotonic clock, so a jump of the machine's time does not matter.
type gate struct {
	failures int
	until    time.Time
	err      error // the last failure
}

// wait returns how long it is still closed.
func (g *gate) wait() time.Duration { return max(0, time.Until(g.until)) }

func (g *gate) ok() { *g = gate{} }

// try runs f unless the gate is closed.
func (g *gate) try(f func() error) {
	if g.wait() > 0 {
		return
	}
	if err := f(); err != nil {
		g.fail(err)
	} else {
		g.ok()
	}
}

// fail closes it for a random time, and at least for as long as the central
// office asks in err.
func (g *gate) fail(err error) {
	g.err = err
	bound := min(maxBackoff, firstBackoff<<min(g.failures, 16))
	g.failures++
	d := minBackoff + rand.N(bound-minBackoff)
	if asked := asked(err); asked > 0 {
		// Not all at the same second either.
		d = max(d, asked+rand.N(asked/4+time.Second))
	}
	g.until = time.Now().Add(d)
}
