package egress

import (
	"sync"
	"time"
)

// rate allows a burst, and then so many a second (a token bucket).
type rate struct {
	burst, perSecond float64

	mu   sync.Mutex
	left float64
	at   time.Time
}

func newRate(burst, perSecond int) *rate {
	return &rate{burst: float64(burst), perSecond: float64(perSecond), left: float64(burst)}
}

// take reports whether one more is allowed now.
func (r *rate) take(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() {
		r.left = min(r.burst, r.left+now.Sub(r.at).Seconds()*r.perSecond)
	}
	r.at = now
	if r.left < 1 {
		return false
	}
	r.left--
	return true
}
