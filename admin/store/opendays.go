package store

import (
	"context"
	"fmt"

	"borne/admin"
	"borne/kiosk"
)

// OpenDays returns, for each site, on how many days of a period, both ends
// included, at least one of its bornes was open to the public. Sites without
// such a day are left out.
func (s *Store) OpenDays(ctx context.Context, from, to string, sites []string) (map[string]int, error) {
	margins, err := s.Margins(ctx, admin.MarginQuery{From: from, To: to, Sites: sites, BySite: true, Kinds: []kiosk.CellKind{kiosk.CellAvailability}})
	if err != nil {
		return nil, fmt.Errorf("count open days: %w", err)
	}
	days := map[string]int{}
	for _, m := range margins {
		if m.By == admin.ByDays && m.Value == kiosk.AvailableOpen && m.Count > 0 {
			days[m.Site] = int(m.Count)
		}
	}
	return days, nil
}
