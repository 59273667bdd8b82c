package store

import (
	"errors"
	"slices"
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
	taken        bool          // into a group; guarded by the queue
	over         chan struct{} // closed once it was kept, or err says why not
}

var errNotKept = errors.New("the group of this batch was not kept")

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
	turn chan struct{} // has what those who carry a group in have put there
	// gathering has what who gathers a group has put there: the next gathers what
	// that one left.
	gathering chan struct{}
	mu        sync.Mutex
	waiting   []*ingestion
	carried   int // batches of the groups that are being kept
	crowd     int // how many waited and were carried when the last group was taken
}

// newQueue makes a queue that carries in so many groups at the same time: one,
// where there is one writer; two, where the second is read while the first is
// written. Groups at the same time share those who come: who are answered
// together come back together, and nobody would be carried meanwhile.
func newQueue(groups int) *queue {
	return &queue{turn: make(chan struct{}, groups), gathering: make(chan struct{}, 1)}
}

// bring returns once in was part of a group that keep was called with, by this
// caller or by another.
func (q *queue) bring(in *ingestion, keep func([]*ingestion)) {
	in.over = make(chan struct{})
	q.mu.Lock()
	q.waiting = append(q.waiting, in)
	q.mu.Unlock()
	for {
		select {
		case <-in.over:
			return
		case q.turn <- struct{}{}:
		}
		if q.carry(in, keep) {
			<-in.over
			return
		}
	}
}

// carry calls keep with those who waited longest, unless in was taken into a
// group meanwhile, and gives the turn back. It reports whether in is in a group.
func (q *queue) carry(in *ingestion, keep func([]*ingestion)) (taken bool) {
	defer func() { <-q.turn }()
	group := q.take(in)
	if group == nil {
		return true
	}
	kept := false
	defer func() {
		q.mu.Lock()
		q.carried -= len(group)
		q.mu.Unlock()
		for _, in := range group {
			if !kept { // a panic: nobody may believe that it was
				in.err = errNotKept
			}
			close(in.over)
		}
	}()
	keep(group)
	kept = true
	return slices.Contains(group, in)
}

// take takes a group out of those who wait, nil when in was taken already.
func (q *queue) take(in *ingestion) []*ingestion {
	q.gathering <- struct{}{}
	defer func() { <-q.gathering }()
	q.gather(in)
	q.mu.Lock()
	defer q.mu.Unlock()
	if in.taken {
		return nil
	}
	q.crowd = len(q.waiting) + q.carried
	n := min(groupSize(q.waiting), q.share())
	group := append([]*ingestion(nil), q.waiting[:n]...)
	q.waiting = append([]*ingestion(nil), q.waiting[n:]...)
	q.carried += n
	for _, in := range group {
		in.taken = true
	}
	return group
}

// share is how many of a crowd one group takes.
func (q *queue) share() int { return max(manyCame, (q.crowd+cap(q.turn)-1)/cap(q.turn)) }

// gather waits for those who come together, unless in was taken already.
func (q *queue) gather(in *ingestion) {
	for range mostWaits {
		q.mu.Lock()
		enough, n := in.taken || q.crowd < manyCame || len(q.waiting) >= q.share(), len(q.waiting)
		q.mu.Unlock()
		if enough {
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
