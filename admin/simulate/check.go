package simulate

import (
	"context"
	"fmt"

	"borne/admin"
	"borne/kiosk"
)

// Check is what the central office holds of what it acknowledged.
type Check struct {
	// Cells were compared, each with its count: those of the site, and again
	// those of Bornes bornes.
	Cells  int `json:"cells"`
	Bornes int `json:"bornes"`
	// Faults are the cells of which too few or too many are held; the first
	// few in words.
	Faults int      `json:"faults"`
	Words  []string `json:"words,omitempty"`
	// Problem says why it could not be checked.
	Problem string `json:"problem,omitempty"`
}

// OK reports whether every acknowledged cell is held once.
func (c Check) OK() bool { return c.Problem == "" && c.Faults == 0 }

// mostWords bounds how many faults are told in words.
const mostWords = 10

// check compares what the central office holds with what it acknowledged.
func (s *simulation) check(ctx context.Context, office Office) (c Check) {
	s.totals.mu.Lock()
	held := s.totals.held
	s.totals.mu.Unlock()
	// What was committed and not acknowledged, since the answer was lost and
	// no time was left, cannot be told from what was doubled.
	loose := s.totals.closed.Load() != s.totals.acknowledged.Load()
	if err := c.compare(ctx, office, admin.UsageQuery{Sites: []string{s.site.ID}}, s.day, held, loose, "site"); err != nil {
		c.Problem = err.Error()
		return c
	}
	for _, b := range s.bornes[:min(s.CheckKiosks, len(s.bornes))] {
		id, _ := b.agent.Identity()
		pending, _ := b.log.Pending(ctx) // never fails
		if err := c.compare(ctx, office, admin.UsageQuery{Kiosk: id.KioskID}, s.day, b.log.held, pending > 0, name(b.number)); err != nil {
			c.Problem = err.Error()
			return c
		}
		c.Bornes++
	}
	return c
}

// compare asks for every kind of one day. loose lets more be held than was
// acknowledged.
func (c *Check) compare(ctx context.Context, office Office, q admin.UsageQuery, day string, want map[kiosk.Key]uint64, loose bool, whose string) error {
	got := map[kiosk.Key]uint64{}
	for _, d := range kiosk.Kinds() {
		q.Kind, q.From, q.To, q.BySecond = d.Kind, day, day, true
		rows, err := office.Usage(ctx, q)
		if err != nil {
			return fmt.Errorf("read what the central office holds: %w", err)
		}
		for _, r := range rows {
			got[kiosk.Key{Kind: r.Kind, Day: r.Day, Hour: r.Hour, First: r.First, Second: r.Second}] += r.Count
		}
	}
	for k, n := range want {
		if g := got[k]; g < n || g > n && !loose {
			c.fault(fmt.Sprintf("%s: %s %s %s, hour %d: %d acknowledged, %d held", whose, k.Kind, k.First, k.Second, k.Hour, n, g))
		}
	}
	for k, n := range got {
		if _, known := want[k]; !known && !loose {
			c.fault(fmt.Sprintf("%s: %s %s %s, hour %d: %d held, none acknowledged", whose, k.Kind, k.First, k.Second, k.Hour, n))
		}
	}
	c.Cells += len(want)
	return nil
}

func (c *Check) fault(words string) {
	c.Faults++
	if len(c.Words) < mostWords {
		c.Words = append(c.Words, words)
	}
}
