package indicators

import (
	"time"

	"borne/admin"
)

// Coverage says how much of what bornes counted has arrived, in borne-days: a
// borne's whole day is one. A figure with a low coverage is too small, not
// wrong: what is missing comes when the bornes are heard again.
type Coverage struct {
	Received int
	Expected int
	// OfToday are the bornes that already brought something of today, which
	// is not over and counts in neither of the above; Today are those that
	// will. Both are 0 when today is not in the period.
	OfToday int
	Today   int
}

// Complete reports whether nothing of the days that are over is missing.
func (c Coverage) Complete() bool { return c.Received >= c.Expected }

// CoverageOf compares what was received of each day with the bornes that were
// enrolled by then, today being the last day that could bring anything. Times
// of enrolment are read in location. Revoked bornes do not count.
func CoverageOf(p Period, kiosks []admin.Kiosk, received []admin.DayReceived, today string, location *time.Location) Coverage {
	got := map[string]int{}
	for _, r := range received {
		got[r.Day] = r.Kiosks
	}
	var c Coverage
	for _, day := range p.Days() {
		expected := 0
		for _, k := range kiosks {
			if k.Standing != admin.Revoked && k.Enrolled.In(location).Format(time.DateOnly) <= day {
				expected++
			}
		}
		switch {
		case day > today:
		case day == today:
			c.OfToday, c.Today = min(got[day], expected), expected
		default:
			// A log may tell of days before its borne was enrolled.
			c.Received, c.Expected = c.Received+min(got[day], expected), c.Expected+expected
		}
	}
	return c
}
