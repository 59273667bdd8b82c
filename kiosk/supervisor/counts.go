package supervisor

import (
	"context"
	"sync"

	"borne/kiosk"
)

// counts are on their way to the usage log. What waits is one sum for each
// counter, so that a disk that stands still neither stops the loop nor loses a
// count.
type counts struct {
	mu      sync.Mutex
	waiting map[kiosk.Key]uint64
	lost    uint64
	more    chan struct{} // one token while something waits
}

// maxWaiting bounds the counters in memory: weeks of a disk that stands still.
// maxSum is what the log takes of one counter at once.
const (
	maxWaiting = 10_000
	maxSum     = 1_000_000
)

func newCounts() *counts { return &counts{more: make(chan struct{}, 1)} }

// add never waits.
func (c *counts) add(cells map[kiosk.Key]uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting = map[kiosk.Key]uint64{}
	}
	for k, n := range cells {
		sum, known := c.waiting[k]
		if !known && len(c.waiting) >= maxWaiting || sum+n > maxSum {
			c.lost += n
			continue
		}
		c.waiting[k] = sum + n
	}
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// take returns all that waits, and how much was lost since it was last called.
func (c *counts) take() (cells map[kiosk.Key]uint64, lost uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cells, lost = c.waiting, c.lost
	c.waiting, c.lost = nil, 0
	return cells, lost
}

// writeCounts writes what waits until no more comes and all is written.
func (s *Supervisor) writeCounts(done chan<- struct{}) {
	defer close(done)
	for range s.counts.more {
		cells, lost := s.counts.take()
		if lost > 0 {
			s.o.Log.Error("counts lost: the usage log stood still for too long", "counts", lost)
		}
		if len(cells) == 0 {
			continue
		}
		if err := s.o.Counters.Record(context.Background(), cells); err != nil {
			s.o.Log.Error("write counters", "error", err)
		}
	}
}
