package store

import (
	"context"
	"fmt"
	"strings"

	"borne/admin"
	"borne/kiosk"
)

// Received returns, for each of the days given, how many bornes that are not
// revoked have brought counters of it; sites narrows to these, none means all.
// A borne that runs counts its minutes, so its availability shows the day.
func (s *Store) Received(ctx context.Context, days, sites []string) ([]admin.DayReceived, error) {
	if len(days) == 0 {
		return nil, nil
	}
	if len(days) > admin.MaxUsageDays+1 {
		return nil, fmt.Errorf("%w: ask for 25 months at most", admin.ErrInvalid)
	}
	var args []any
	for _, d := range days {
		args = append(args, d)
	}
	args = append(args, string(kiosk.CellAvailability))
	where := ""
	if len(sites) > 0 {
		where = " AND k.site IN (" + marks(len(sites)) + ")"
		for _, id := range sites {
			args = append(args, id)
		}
	}
	received := make([]admin.DayReceived, 0, len(days))
	err := s.view().rows(ctx, `WITH days(day) AS (VALUES `+strings.TrimSuffix(strings.Repeat("(?),", len(days)), ",")+`)
		SELECT d.day, (SELECT COUNT(*) FROM kiosks k WHERE k.standing <> 'revoked'
			AND EXISTS (SELECT 1 FROM cells c WHERE c.kiosk = k.id AND c.kind = ? AND c.day = d.day)`+where+`)
		FROM days d ORDER BY d.day`, args, func(scan func(...any) error) error {
		received = append(received, admin.DayReceived{})
		r := &received[len(received)-1]
		return scan(&r.Day, &r.Kiosks)
	})
	if err != nil {
		return nil, fmt.Errorf("count what was received: %w", err)
	}
	return received, nil
}
