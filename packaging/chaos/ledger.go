package chaos

import (
	"fmt"
	"maps"
	"slices"
)

// Counters are sums by "kind/first dimension".
type Counters map[string]uint64

// Ledger keeps what a borne acknowledged, and compares it with what is there later.
//
// A count is acknowledged once somebody could rely on it: it was read from the usage log on the borne's disk, or from
// the central office, after the wipe of its visit was proved. What the borne holds in memory only is not.
// The zero Ledger is empty.
type Ledger struct {
	acknowledged Counters
}

// Change is what happened to the counters between two looks.
type Change struct {
	// Lost counts were acknowledged and are not there; Doubled ones are there and nobody made them.
	Lost, Doubled uint64
	// More is what was added.
	More Counters
	// Detail names what is wrong.
	Detail []string
}

// Look compares what is there with what was acknowledged, allowing at most what may be new by key. A key that most does
// not name may grow. It changes nothing.
func (l *Ledger) Look(there, most Counters) Change {
	c := Change{More: Counters{}}
	for _, key := range slices.Sorted(maps.Keys(l.acknowledged)) {
		if before, now := l.acknowledged[key], there[key]; now < before {
			c.Lost += before - now
			c.Detail = append(c.Detail, fmt.Sprintf("%s was %d and is %d", key, before, now))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(there)) {
		before, now := l.acknowledged[key], there[key]
		if now <= before {
			continue
		}
		c.More[key] = now - before
		if bound, ok := most[key]; ok && now-before > bound {
			c.Doubled += now - before - bound
			c.Detail = append(c.Detail, fmt.Sprintf("%s grew by %d, by %d at most was it made to", key, now-before, bound))
		}
	}
	return c
}

// Acknowledge takes what is there as what must be there from now on.
func (l *Ledger) Acknowledge(there Counters) { l.acknowledged = maps.Clone(there) }

// Sum adds up the counters of the given kinds.
func (c Counters) Sum(is func(key string) bool) uint64 {
	var n uint64
	for key, count := range c {
		if is(key) {
			n += count
		}
	}
	return n
}
