package simulate

import (
	"sync"
	"sync/atomic"

	"borne/kiosk"
)

// totals are what all bornes together did.
type totals struct {
	closed, acknowledged atomic.Uint64
	checkIns, requests   atomic.Int64
	holding              atomic.Int64
	// Bytes on the line, TLS and all, and connections made.
	sent, received, dials atomic.Int64

	// checkIn are those that are not held, late how much later than asked a
	// held one was answered, cells what a batch took from sending to commit.
	checkIn, late, cells histogram

	retry retries

	mu     sync.Mutex
	held   map[kiosk.Key]uint64 // acknowledged
	errors map[string]int
}

func newTotals() *totals {
	return &totals{held: map[kiosk.Key]uint64{}, errors: map[string]int{}}
}

// acknowledge notes cells that the central office says it holds.
func (t *totals) acknowledge(cells []kiosk.SequencedCell, own map[kiosk.Key]uint64) {
	t.acknowledged.Add(uint64(len(cells)))
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range cells {
		t.held[c.Key] += c.Count
		if own != nil {
			own[c.Key] += c.Count
		}
	}
}

func (t *totals) wrong(kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errors[kind]++
}

func (t *totals) errorCount() (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.errors {
		n += k
	}
	return n
}
