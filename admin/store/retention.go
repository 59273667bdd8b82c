package store

import (
	"time"

	"borne/admin"
)

// oldestDay is the first day whose counters are kept: borned keeps its own by
// the same reckoning (kiosk/usage). The day is UTC's, which begins an hour or
// two after that of Europe/Paris: nothing goes too early.
func oldestDay(now time.Time) string {
	return now.UTC().AddDate(0, -admin.RetentionMonths, 0).Format(time.DateOnly)
}
