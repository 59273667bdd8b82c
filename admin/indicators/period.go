package indicators

import (
	"fmt"
	"time"

	"borne/admin"
)

// Period is a run of days of Europe/Paris, both ends included. The zero value
// has no day.
type Period struct{ first, last time.Time }

// NewPeriod returns the period from one day to another, each "2006-01-02"; an
// error that wraps admin.ErrInvalid when there is none.
func NewPeriod(from, to string) (Period, error) {
	q := admin.UsageQuery{Kind: "visit", From: from, To: to}
	if err := q.Validate(); err != nil {
		return Period{}, err
	}
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return Period{}, fmt.Errorf("%w: first day: %w", admin.ErrInvalid, err)
	}
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return Period{}, fmt.Errorf("%w: last day: %w", admin.ErrInvalid, err)
	}
	return Period{first, last}, nil
}

// LastDays returns the n days that end with the day of now where now is told.
func LastDays(now time.Time, n int) Period {
	year, month, day := now.Date()
	last := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Period{last.AddDate(0, 0, 1-n), last}
}

// From is the first day, "2006-01-02".
func (p Period) From() string { return p.first.Format(time.DateOnly) }

// To is the last day.
func (p Period) To() string { return p.last.Format(time.DateOnly) }

// Days returns every day of the period, in order.
func (p Period) Days() []string {
	if p.first.IsZero() {
		return nil
	}
	var days []string
	for d := p.first; !d.After(p.last); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days
}

// Unit is the length of a step.
type Unit string

// The units, chosen so that a table stays readable.
const (
	ByDay   Unit = "day"
	ByWeek  Unit = "week" // from Monday (ISO 8601)
	ByMonth Unit = "month"
)

// Longest periods, in days, that are shown by day and by week.
const (
	maxByDay  = 31
	maxByWeek = 26 * 7
)

// Unit returns how the period is best cut.
func (p Period) Unit() Unit {
	switch n := len(p.Days()); {
	case n <= maxByDay:
		return ByDay
	case n <= maxByWeek:
		return ByWeek
	}
	return ByMonth
}

// Step is a part of a period: its days from From to To, both included. The
// first and the last may be shorter than their unit.
type Step struct{ From, To time.Time }

// Steps cuts the period by its unit.
func (p Period) Steps() []Step { return p.steps(p.Unit()) }

func (p Period) steps(unit Unit) []Step {
	if p.first.IsZero() {
		return nil
	}
	var steps []Step
	for d := p.first; !d.After(p.last); {
		next := d.AddDate(0, 0, 1)
		switch unit {
		case ByWeek:
			next = d.AddDate(0, 0, 7-(int(d.Weekday())+6)%7)
		case ByMonth:
			next = time.Date(d.Year(), d.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		}
		end := next.AddDate(0, 0, -1)
		if end.After(p.last) {
			end = p.last
		}
		steps = append(steps, Step{d, end})
		d = next
	}
	return steps
}
