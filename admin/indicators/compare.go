package indicators

import "time"

// Whole months and months to date are compared with months, other periods with
// as many days: people think in months, and months are not of one length.

// Before returns the period that comes before p, for comparison: as many whole
// months when p is made of whole months; the same days of the month before when
// p goes from a first of the month to a day of that month; otherwise as many
// days, up to the day before p.
func (p Period) Before() Period {
	if p.first.IsZero() {
		return p
	}
	if p.first.Day() == 1 {
		months := (p.last.Year()-p.first.Year())*12 + int(p.last.Month()-p.first.Month()) + 1
		switch {
		case lastOfMonth(p.last):
			return Period{p.first.AddDate(0, -months, 0), p.first.AddDate(0, 0, -1)}
		case months == 1:
			return Period{p.first.AddDate(0, -1, 0), dayOfMonth(p.first.AddDate(0, -1, 0), p.last.Day())}
		}
	}
	n := int(p.last.Sub(p.first)/(24*time.Hour)) + 1 // dates are midnights UTC: every day has 24 hours here
	return Period{p.first.AddDate(0, 0, -n), p.first.AddDate(0, 0, -1)}
}

// YearBefore returns the same dates a year before; a month that ends on its
// last day still does.
func (p Period) YearBefore() Period {
	if p.first.IsZero() {
		return p
	}
	back := func(t time.Time) time.Time {
		return dayOfMonth(time.Date(t.Year()-1, t.Month(), 1, 0, 0, 0, 0, time.UTC), t.Day())
	}
	last := back(p.last)
	if lastOfMonth(p.last) {
		last = time.Date(p.last.Year()-1, p.last.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return Period{back(p.first), last}
}

// MonthToDate returns the days of now's month up to now, where now is told.
func MonthToDate(now time.Time) Period {
	year, month, day := now.Date()
	return Period{time.Date(year, month, 1, 0, 0, 0, 0, time.UTC), time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// MonthOf returns the whole month that lies back months before now's.
func MonthOf(now time.Time, back int) Period {
	year, month, _ := now.Date()
	first := time.Date(year, month-time.Month(back), 1, 0, 0, 0, 0, time.UTC)
	return Period{first, first.AddDate(0, 1, -1)}
}

// YearToDate returns the days of now's year up to now.
func YearToDate(now time.Time) Period {
	year, month, day := now.Date()
	return Period{time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// IsMonth reports whether the period is one whole calendar month.
func (p Period) IsMonth() bool {
	return !p.first.IsZero() && p.first.Day() == 1 && lastOfMonth(p.last) && p.first.Month() == p.last.Month() && p.first.Year() == p.last.Year()
}

// Ends are the first and the last day, as midnights UTC.
func (p Period) Ends() (first, last time.Time) { return p.first, p.last }

func lastOfMonth(t time.Time) bool { return t.AddDate(0, 0, 1).Day() == 1 }

// dayOfMonth is a day of first's month, the last one when the month is shorter.
func dayOfMonth(first time.Time, day int) time.Time {
	return time.Date(first.Year(), first.Month(), min(day, first.AddDate(0, 1, -1).Day()), 0, 0, 0, 0, time.UTC)
}

// DayMinutes is how many minutes a day has where location is: in Europe/Paris
// 1 440, but 1 380 on the last Sunday of March and 1 500 on that of October.
func DayMinutes(day time.Time, location *time.Location) int {
	start := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, location)
	return int(time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, location).Sub(start) / time.Minute)
}
