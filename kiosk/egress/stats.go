package egress

import (
	"sync/atomic"

	"borne/kiosk/allowlist"
)

// Stats are counts since New. They name no host.
type Stats struct {
	// Open is the number of tunnels relaying now, Tunnels of all that did.
	Open    int64 `json:"open"`
	Tunnels int64 `json:"tunnels"`
	// Unreachable counts allowed hosts that did not resolve or answer.
	Unreachable int64 `json:"unreachable"`
	// Refused counts refusals by reason; Noise is how many of them the
	// browser brought about by itself.
	Refused map[allowlist.Reason]int64 `json:"refused"`
	Noise   int64                      `json:"noise"`
	// BytesUp went to sites, BytesDown came from them, of ended tunnels.
	BytesUp   int64 `json:"bytes_up"`
	BytesDown int64 `json:"bytes_down"`
}

type counters struct {
	open, tunnels, unreachable, noise, up, down atomic.Int64
	refused                                     [16]atomic.Int64 // in the order of allowlist.Reasons
}

// Stats returns the counts at this moment.
func (p *Proxy) Stats() Stats {
	c := &p.counters
	s := Stats{Open: c.open.Load(), Tunnels: c.tunnels.Load(), Unreachable: c.unreachable.Load(), Noise: c.noise.Load(),
		BytesUp: c.up.Load(), BytesDown: c.down.Load(), Refused: map[allowlist.Reason]int64{}}
	for i, r := range allowlist.Reasons() {
		if n := c.refused[i].Load(); n > 0 {
			s.Refused[r] = n
		}
	}
	return s
}

// refuse counts a refusal and tells of it.
func (p *Proxy) refuse(r Refusal) {
	r.Noise = noise(r.Host)
	for i, reason := range allowlist.Reasons() {
		if reason == r.Reason {
			p.counters.refused[i].Add(1)
		}
	}
	if r.Noise {
		p.counters.noise.Add(1)
	}
	p.log.Debug("refused", "reason", string(r.Reason), "noise", r.Noise)
	p.refused(r)
}
