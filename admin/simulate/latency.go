package simulate

import (
	"fmt"
	"math"
	"sync"
	"time"
)

// histogram counts durations in buckets that grow by 2 %, from a microsecond
// to an hour.
type histogram struct {
	mu      sync.Mutex
	buckets [1200]uint64
	n       uint64
	longest time.Duration
}

const growth = 1.02

func (h *histogram) add(d time.Duration) {
	b := 0
	if d > time.Microsecond {
		b = min(int(math.Log(float64(d)/float64(time.Microsecond))/math.Log(growth)), len(h.buckets)-1)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buckets[b]++
	h.n++
	h.longest = max(h.longest, d)
}

// Latency is how long answers took.
type Latency struct {
	N       uint64        `json:"n"`
	P50     time.Duration `json:"p50_ns"`
	P95     time.Duration `json:"p95_ns"`
	P99     time.Duration `json:"p99_ns"`
	Longest time.Duration `json:"longest_ns"`
}

func (h *histogram) latency() Latency {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Latency{h.n, h.quantile(0.50), h.quantile(0.95), h.quantile(0.99), h.longest}
}

// quantile returns the upper end of the bucket that q falls in; h.mu is held.
func (h *histogram) quantile(q float64) time.Duration {
	if h.n == 0 {
		return 0
	}
	rank := uint64(math.Ceil(q * float64(h.n)))
	for b, n := range h.buckets {
		if n >= rank {
			return min(h.longest, time.Duration(float64(time.Microsecond)*math.Pow(growth, float64(b+1))))
		}
		rank -= n
	}
	return h.longest
}

func (l Latency) String() string {
	if l.N == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, p50 %s, p95 %s, p99 %s, longest %s", l.N, short(l.P50), short(l.P95), short(l.P99), short(l.Longest))
}

// short rounds to what an eye compares.
func short(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(100 * time.Millisecond).String()
	}
}
