package indicators

import (
	"cmp"
	"slices"
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
func CoverageOf(p Period, enrolled []admin.Enrolled, received []admin.DayReceived, today string, location *time.Location) Coverage {
	got := map[string]int{}
	for _, r := range received {
		got[r.Day] = r.Kiosks
	}
	var c Coverage
	p.expect(enrolled, today, location, func(day string, expected int) {
		if day == today {
			c.OfToday, c.Today = min(got[day], expected), expected
			return
		}
		// A log may tell of days before its borne was enrolled.
		c.Received, c.Expected = c.Received+min(got[day], expected), c.Expected+expected
	})
	return c
}

// CoverageBySite does so for each site that has a borne, from the borne-days
// that each has brought before today.
func CoverageBySite(p Period, enrolled []admin.Enrolled, received map[string]int, today string, location *time.Location) map[string]Coverage {
	bySite := map[string][]admin.Enrolled{}
	for _, e := range enrolled {
		bySite[e.Site] = append(bySite[e.Site], e)
	}
	all := map[string]Coverage{}
	for site, list := range bySite {
		var c Coverage
		p.expect(list, today, location, func(day string, expected int) {
			if day != today {
				c.Expected += expected
			}
		})
		c.Received = min(received[site], c.Expected)
		all[site] = c
	}
	return all
}

// expect calls each with every day of the period up to today, and how many
// bornes were enrolled by then.
func (p Period) expect(enrolled []admin.Enrolled, today string, location *time.Location, each func(day string, expected int)) {
	type since struct {
		day    string
		kiosks int
	}
	var list []since
	for _, e := range enrolled {
		list = append(list, since{e.Hour.In(location).Format(time.DateOnly), e.Kiosks})
	}
	slices.SortFunc(list, func(a, b since) int { return cmp.Compare(a.day, b.day) })
	expected := 0
	for _, day := range p.Days() {
		if day > today {
			return
		}
		for len(list) > 0 && list[0].day <= day {
			expected, list = expected+list[0].kiosks, list[1:]
		}
		each(day, expected)
	}
}

// Unheard is how many minutes of the days before today nobody counted though
// their bornes were heard of: a borne was switched off then, or lost what it
// had counted. A day has as many minutes as it has in location (DayMinutes);
// rows are those of availability, by day.
func Unheard(p Period, received []admin.DayReceived, rows []admin.UsageRow, today string, location *time.Location) (minutes uint64) {
	counted := map[string]uint64{}
	for _, r := range rows {
		counted[r.Day] += r.Count
	}
	from, to := p.From(), p.To()
	for _, r := range received {
		day, err := time.Parse(time.DateOnly, r.Day)
		if err != nil || r.Day < from || r.Day > to || r.Day >= today {
			continue
		}
		whole := uint64(r.Kiosks) * uint64(DayMinutes(day, location))
		minutes += whole - min(whole, counted[r.Day])
	}
	return minutes
}

// Day is what was received of one day.
type Day struct {
	Day                string
	Received, Expected int
}

// Missing lists the days before today of which not all bornes have brought
// their counters, the latest first.
func Missing(p Period, enrolled []admin.Enrolled, received []admin.DayReceived, today string, location *time.Location) []Day {
	got := map[string]int{}
	for _, r := range received {
		got[r.Day] = r.Kiosks
	}
	var out []Day
	p.expect(enrolled, today, location, func(day string, expected int) {
		if day != today && got[day] < expected {
			out = append(out, Day{day, got[day], expected})
		}
	})
	slices.Reverse(out)
	return out
}
