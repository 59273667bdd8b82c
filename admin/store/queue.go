package store

import (
	"sync"
	"time"

	"borne/kiosk"
)

// ingestion is one batch on its way in, and what became of it.
type ingestion struct {
	kiosk, epoch string
	cells        []kiosk.SequencedCell // sorted
	mark         uint64
	err          error
	over         bool // guarded by the queue
}

// mostAtOnce and mostCells bound a group: a transaction of so many is long
// enough for its end, which waits for the disk, to cost little beside it, and
// for the rollups that its batches share; and short enough (a second) for
// ingestTimeout on a machine that has much else to do.
const (
	mostAtOnce = 256
	mostCells  = 64 * kiosk.MaxBatchCells
)

// A group that begins with the first batch to come leaves behind those that
// come with it. When many came the last time, the next group waits for more as
// long as they keep coming.
const (
	manyCame   = 8 // batches
	comeWithin = 5 * time.Millisecond
	mostWaits  = 20
)

// queue makes batches that come at the same time share a transaction, and so
// one wait for the disk, and one for the rows of a site that they have in
// common.
type queue struct {
	turn    chan struct{} // has what who carries a group in has put there
	mu      sync.Mutex
	waiting []*ingestion
	last    int // how many batches the last group had; of who has the turn
}

func newQueue() *queue { return &queue{turn: make(chan struct{}, 1)} }

// bring returns once in was part of a group that keep was called with, by this
// caller or by another.
func (q *queue) bring(in *ingestion, keep func([]*ingestion)) {
	q.mu.Lock()
	q.waiting = append(q.waiting, in)
	q.mu.Unlock()
	q.turn <- struct{}{}
	defer func() { <-q.turn }()
	for {
		q.gather(in)
		q.mu.Lock()
		if in.over {
			q.mu.Unlock()
			return
		}
		n := groupSize(q.waiting)
		group := append([]*ingestion(nil), q.waiting[:n]...)
		q.waiting = append([]*ingestion(nil), q.waiting[n:]...)
		q.mu.Unlock()
		q.last = n
		keep(group)
		q.mu.Lock()
		for _, done := range group {
			done.over = true
		}
		q.mu.Unlock()
	}
}

// gather waits for those who come together, unless in is over already.
func (q *queue) gather(in *ingestion) {
	if q.last < manyCame {
		return
	}
	for range mostWaits {
		q.mu.Lock()
		over, n := in.over, len(q.waiting)
		q.mu.Unlock()
		if over || n >= q.last {
			return
		}
		time.Sleep(comeWithin)
		q.mu.Lock()
		more := len(q.waiting) > n
		q.mu.Unlock()
		if !more {
			return
		}
	}
}

// groupSize is how many of those who wait are taken in together, one at least.
func groupSize(waiting []*ingestion) (n int) {
	for cells := 0; n < min(len(waiting), mostAtOnce); n++ {
		if cells += len(waiting[n].cells); n > 0 && cells > mostCells {
			break
		}
	}
	return n
}
