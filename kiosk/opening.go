package kiosk

import (
	"fmt"
	"slices"
	"time"
)

// OpeningHours say when a borne takes visitors, in the borne's time zone. The
// zero value is open always.
type OpeningHours struct {
	// Week holds the periods of each day in order, indexed by time.Weekday; a
	// day without any is closed.
	Week [7][]Period `json:"week"`
	// Closed are days on which the borne stays closed, "2006-01-02".
	Closed []string `json:"closed,omitempty"`
}

// Period is a part of a day, in minutes after midnight: From inclusive, To
// exclusive, at most 1440.
type Period struct{ From, To int }

// Always reports whether no hours were given.
func (h OpeningHours) Always() bool {
	for _, day := range h.Week {
		if len(day) > 0 {
			return false
		}
	}
	return len(h.Closed) == 0
}

// String writes a period as people read it: "09:00-12:30".
func (p Period) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", p.From/60, p.From%60, p.To/60, p.To%60)
}

// MarshalText writes a period as "09:00-12:30".
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads "09:00-12:30".
func (p *Period) UnmarshalText(text []byte) error {
	var h1, m1, h2, m2 int
	var read Period
	if n, err := fmt.Sscanf(string(text), "%2d:%2d-%2d:%2d", &h1, &m1, &h2, &m2); n == 4 && err == nil {
		read = Period{h1*60 + m1, h2*60 + m2}
	}
	if read.String() != string(text) || m1 > 59 || m2 > 59 || read.From < 0 || read.To > 24*60 || read.From >= read.To {
		return fmt.Errorf("period %q: write it as 09:00-12:30, the end after the beginning", text)
	}
	*p = read
	return nil
}

// At reports whether the borne is open at t, whose location is the borne's, and
// when that changes next; changes is zero when it does not within five weeks.
func (h OpeningHours) At(t time.Time) (open bool, changes time.Time) {
	if h.Always() {
		return true, time.Time{}
	}
	open = h.open(t)
	for d := range 36 {
		day := time.Date(t.Year(), t.Month(), t.Day()+d, 0, 0, 0, 0, t.Location())
		for _, at := range h.edges(day) {
			if at.After(t) && h.open(at) != open {
				return open, at
			}
		}
	}
	return open, time.Time{}
}

func (h OpeningHours) open(t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	for _, p := range h.on(t) {
		if minute >= p.From && minute < p.To {
			return true
		}
	}
	return false
}

// on returns the periods of the day of t.
func (h OpeningHours) on(t time.Time) []Period {
	day := t.Format(time.DateOnly)
	for _, closed := range h.Closed {
		if closed == day {
			return nil
		}
	}
	return h.Week[t.Weekday()]
}

// edges are the moments, in order, at which the day may open or close: by the
// clock on the wall. On the two days of the year on which that clock is put
// forward or back, the moment when it is may be one, and an hour that comes
// twice ends a period twice.
func (h OpeningHours) edges(day time.Time) []time.Time {
	next := time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, day.Location())
	edges := []time.Time{day, next}
	_, put := day.ZoneBounds()
	var by time.Duration
	if !put.IsZero() && put.Before(next) {
		_, before := day.Zone()
		_, after := next.Zone()
		by = time.Duration(after-before) * time.Second
		edges = append(edges, put)
	}
	for _, p := range h.on(day) {
		for _, minute := range []int{p.From, p.To} {
			at := time.Date(day.Year(), day.Month(), day.Day(), minute/60, minute%60, 0, 0, day.Location())
			edges = append(edges, at)
			if by != 0 {
				edges = append(edges, at.Add(by), at.Add(-by))
			}
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	return edges
}
