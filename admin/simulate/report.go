package simulate

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"borne/admin"
)

// Report is what a simulation showed.
type Report struct {
	Kiosks    int        `json:"kiosks"`
	LongPolls int        `json:"long_polls"`
	Site      admin.Site `json:"site"`
	// IDs of the bornes, for who takes them away again.
	IDs []string `json:"-"`
	// Staffed is how long enrolment took, Lived how long bornes ran, Drained
	// how long what was left took to be sent.
	Staffed time.Duration `json:"staffed_ns"`
	Lived   time.Duration `json:"lived_ns"`
	Drained time.Duration `json:"drained_ns"`

	CheckIns          int64   `json:"check_ins"`
	CheckInsPerSecond float64 `json:"check_ins_per_second"`
	// Closed cells, and those of them that were acknowledged.
	Closed       uint64 `json:"closed"`
	Acknowledged uint64 `json:"acknowledged"`

	CheckIn Latency `json:"check_in_latency"`
	// Late is how much later than asked held check-ins were answered.
	Late  Latency `json:"long_poll_lateness"`
	Batch Latency `json:"batch_latency"`

	Errors map[string]int `json:"errors"`
	// RetryAsked answers bore Retry-After; each was heeded or ignored, unless
	// the simulation ended before.
	RetryAsked   int `json:"retry_after_asked"`
	RetryHeeded  int `json:"retry_after_heeded"`
	RetryIgnored int `json:"retry_after_ignored"`

	// Bytes of all lines, as TCP carries them, and connections made.
	Sent        int64 `json:"sent_bytes"`
	Received    int64 `json:"received_bytes"`
	Connections int64 `json:"connections"`

	Herd  *Herd `json:"herd,omitempty"`
	Check Check `json:"check"`
}

func (s *simulation) report(staffed, lived, drained time.Duration) Report {
	t := s.totals
	t.mu.Lock()
	failures := maps.Clone(t.errors)
	t.mu.Unlock()
	t.retry.mu.Lock()
	defer t.retry.mu.Unlock()
	r := Report{Kiosks: s.Kiosks, LongPolls: s.LongPolls, Site: s.site, Staffed: staffed, Lived: lived, Drained: drained,
		CheckIns: t.checkIns.Load(), CheckInsPerSecond: float64(t.checkIns.Load()) / lived.Seconds(),
		Closed: t.closed.Load(), Acknowledged: t.acknowledged.Load(),
		CheckIn: t.checkIn.latency(), Late: t.late.latency(), Batch: t.cells.latency(), Errors: failures,
		RetryAsked: t.retry.asked, RetryHeeded: t.retry.heeded, RetryIgnored: t.retry.ignored,
		Sent: t.sent.Load(), Received: t.received.Load(), Connections: t.dials.Load(), Herd: s.herd.result()}
	for _, b := range s.bornes {
		id, _ := b.agent.Identity()
		r.IDs = append(r.IDs, id.KioskID)
	}
	return r
}

// Write tells the report in words.
func (r Report) Write(w io.Writer) {
	line := func(head, format string, args ...any) {
		fmt.Fprintf(w, "%-18s %s\n", head, fmt.Sprintf(format, args...))
	}
	line("Bornes", "%d, %d of them with a long poll; made in %s, ran for %s", r.Kiosks, r.LongPolls, short(r.Staffed), short(r.Lived))
	line("Check-ins", "%d, %.1f a second", r.CheckIns, r.CheckInsPerSecond)
	line("— not held", "%s", r.CheckIn)
	line("— held, later by", "%s", r.Late)
	line("Batches", "%s", r.Batch)
	line("Cells", "%d closed, %d acknowledged; the last were sent within %s", r.Closed, r.Acknowledged, short(r.Drained))
	line("Line", "%d connections; %.1f MB sent, %.1f MB received", r.Connections, float64(r.Sent)/1e6, float64(r.Received)/1e6)
	line("Errors", "%s", r.failures())
	line("Retry-After", "%d times, %d heeded, %d ignored", r.RetryAsked, r.RetryHeeded, r.RetryIgnored)
	if h := r.Herd; h != nil {
		line("After the outage", "%d of %d bornes back, half within %s, 95 %% within %s, the last after %s; %d check-ins a second at most",
			h.Back, h.Bornes, short(h.Half), short(h.P95), short(h.All), h.PeakCheckIns)
		line("— caught up", "%d of %d bornes, the last after %s", h.CaughtUp, h.Bornes, short(h.Absorbed))
	}
	switch c := r.Check; {
	case c.Problem != "":
		line("Check", "NOT CHECKED: %s", c.Problem)
	case c.Faults > 0:
		line("Check", "FAILED: %d counters differ, such as:\n%s", c.Faults, strings.Join(c.Words, "\n"))
	default:
		line("Check", "every acknowledged cell is held once: %d counters compared, of the whole site and of %d bornes one by one", c.Cells, c.Bornes)
	}
	if r.Closed > r.Acknowledged {
		line("Not acknowledged", "%d cells: raise --drain, or see the errors", r.Closed-r.Acknowledged)
	}
}

func (r Report) failures() string {
	if len(r.Errors) == 0 {
		return "none"
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(r.Errors)) {
		parts = append(parts, fmt.Sprintf("%d × %s", r.Errors[kind], kind))
	}
	return strings.Join(parts, ", ")
}
