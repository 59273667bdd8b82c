package simulate

import (
	"slices"
	"sync"
	"time"
)

// herd watches all bornes come back after an outage.
type herd struct {
	mu sync.Mutex
	// began is when the line came back; zero before.
	began time.Time
	back  map[int]time.Duration // by borne
	// seconds counts the check-ins of each second since.
	seconds map[int]int
	caught  []time.Duration
	bornes  int
}

// begin starts the watch.
func (h *herd) begin(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.began, h.back, h.seconds = now, map[int]time.Duration{}, map[int]int{}
}

// heard notes a check-in that went well.
func (h *herd) heard(borne int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.began.IsZero() {
		return
	}
	since := time.Since(h.began)
	h.seconds[int(since/time.Second)]++
	if _, already := h.back[borne]; !already {
		h.back[borne] = since
	}
}

// caughtUp notes a borne of which the central office holds all that waited
// when the line came back.
func (h *herd) caughtUp() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.caught = append(h.caught, time.Since(h.began))
}

// Herd is how bornes came back after an outage.
type Herd struct {
	Bornes int `json:"bornes"`
	// Back of them checked in again, half of them within Half, and so on.
	Back int           `json:"back"`
	Half time.Duration `json:"half_ns"`
	P95  time.Duration `json:"p95_ns"`
	All  time.Duration `json:"all_ns"`
	// CaughtUp had all acknowledged that waited when the line came back, the
	// last of them after Absorbed.
	CaughtUp int           `json:"caught_up"`
	Absorbed time.Duration `json:"absorbed_ns"`
	// PeakCheckIns is the most check-ins of one second.
	PeakCheckIns int `json:"peak_check_ins_per_second"`
}

func (h *herd) result() *Herd {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.began.IsZero() {
		return nil
	}
	r := &Herd{Bornes: h.bornes, Back: len(h.back), CaughtUp: len(h.caught)}
	var back []time.Duration
	for _, d := range h.back {
		back = append(back, d)
	}
	slices.Sort(back)
	if n := len(back); n > 0 {
		r.Half, r.P95, r.All = back[(n-1)/2], back[(n-1)*95/100], back[n-1]
	}
	for _, d := range h.caught {
		r.Absorbed = max(r.Absorbed, d)
	}
	for _, n := range h.seconds {
		r.PeakCheckIns = max(r.PeakCheckIns, n)
	}
	return r
}
