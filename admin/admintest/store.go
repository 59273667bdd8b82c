package admintest

import (
	"context"
	"sync"
	"testing"
	"time"

	"borne/admin/store"
)

// Clock is a time that a test moves, safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// NewClock returns a clock that stands at nine on the first of September 2026.
func NewClock() *Clock { return &Clock{t: time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// OpenStore opens an empty store that is closed when the test ends. changed
// may be nil.
func OpenStore(t testing.TB, now func() time.Time, changed func(kiosk string)) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), t.TempDir(), store.Options{Create: true, Now: now, Changed: changed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
