package api

import "sync"

// Bell wakes the check-in that waits for a borne. It carries nothing: who is
// woken reads the rows again, so that a ring missed or too many does no harm.
type Bell struct {
	mu      sync.Mutex
	waiting map[string]chan struct{}
	closed  bool
}

// NewBell returns a bell on which nobody waits.
func NewBell() *Bell { return &Bell{waiting: map[string]chan struct{}{}} }

// Ring wakes the check-in of a borne, or every one for "".
func (b *Bell) Ring(kiosk string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if kiosk != "" {
		b.wake(kiosk)
		return
	}
	for id := range b.waiting {
		b.wake(id)
	}
}

// wake tells once that something happened; b.mu is held.
func (b *Bell) wake(id string) {
	if c := b.waiting[id]; c != nil {
		select {
		case c <- struct{}{}:
		default: // already told
		}
	}
}

// Close wakes everyone for good: the server is stopping.
func (b *Bell) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, c := range b.waiting {
		close(c)
	}
	clear(b.waiting)
}

// wait joins the bell before the rows are read, so that nothing falls between.
// The channel gets a value for each ring, and is closed when the wait is over:
// the server stops, or the same borne has asked again. places is how many wait
// now, this one among them. The caller calls leave.
func (b *Bell) wait(kiosk string) (rung <-chan struct{}, places int, leave func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		close(c)
		return c, 0, func() {}
	}
	if earlier := b.waiting[kiosk]; earlier != nil {
		close(earlier)
	}
	b.waiting[kiosk] = c
	return c, len(b.waiting), func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.waiting[kiosk] == c {
			delete(b.waiting, kiosk)
		}
	}
}

// Waiting returns how many check-ins wait.
func (b *Bell) Waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting)
}

func (b *Bell) stopping() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}
