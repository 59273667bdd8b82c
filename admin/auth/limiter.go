package auth

import (
	"sync"
	"time"
)

// Limiter lets each key try a number of times in a window. It forgets
// everything when it holds too many keys: a flood from many addresses then
// costs memory no more than it stops people.
type Limiter struct {
	tries  int
	window time.Duration
	now    func() time.Time

	mu   sync.Mutex
	seen map[string]*count
}

type count struct {
	since time.Time
	n     int
}

// maxKeys bounds a limiter's memory.
const maxKeys = 10000

// NewLimiter returns a limiter of tries attempts in each window.
func NewLimiter(tries int, window time.Duration, now func() time.Time) *Limiter {
	return &Limiter{tries: tries, window: window, now: now, seen: map[string]*count{}}
}

// Allow counts an attempt and reports whether it may be made.
func (l *Limiter) Allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	c := l.seen[key]
	if c == nil || now.Sub(c.since) >= l.window {
		if len(l.seen) >= maxKeys {
			clear(l.seen)
		}
		c = &count{since: now}
		l.seen[key] = c
	}
	c.n++
	return c.n <= l.tries
}

// Forget clears a key that has proved itself.
func (l *Limiter) Forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.seen, key)
}
