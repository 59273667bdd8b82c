package admin

import (
	"fmt"
	"time"

	"borne/kiosk"
)

// UsageQuery asks for counters of one kind. Days are "2006-01-02" in
// Europe/Paris, both ends included.
type UsageQuery struct {
	Kind kiosk.CellKind
	From string
	To   string
	// Sites narrows to these; none means all.
	Sites []string
	// Kiosk narrows to one borne; figures by borne cost more than by site.
	Kiosk string
	// BySite keeps sites apart in the rows; otherwise Site is empty.
	BySite bool
	// BySecond keeps the second dimension and the hour apart too; otherwise
	// they are empty and kiosk.NoHour.
	BySecond bool
	// ByHour keeps the hour apart and sums both dimensions, which are empty:
	// how many came when. BySecond goes before it.
	ByHour bool
	// Whole sums the days of the period: Day is empty.
	Whole bool
	// ByMonth puts each calendar month together, or what the period has of it,
	// under its first day in the period: what pages that show months cost is
	// then not what their days would.
	ByMonth bool
}

// RetentionMonths is how long counters are kept, here as on bornes (CNIL,
// guidelines on audience measurement: 25 months).
const RetentionMonths = 25

// How long lines of the audit log are kept, in months. They are personal data
// of operators: the CNIL's recommendation on logs (deliberation 2021-122) asks
// for six months to a year as a rule, and three years at the very most.
const (
	AuditMonths    = 12
	MinAuditMonths = 6
	MaxAuditMonths = 36
)

// MaxUsageDays bounds the period of one query: 25 months, the longest that
// usage is kept.
const MaxUsageDays = 25 * 31

// Validate checks the query's kind and period.
func (q UsageQuery) Validate() error {
	if _, ok := kiosk.Definition(q.Kind); !ok {
		return fmt.Errorf("%w: usage kind %q is unknown", ErrInvalid, q.Kind)
	}
	from, err := time.Parse(time.DateOnly, q.From)
	if err != nil {
		return fmt.Errorf("%w: first day %q: write it like 2026-09-01", ErrInvalid, q.From)
	}
	to, err := time.Parse(time.DateOnly, q.To)
	if err != nil {
		return fmt.Errorf("%w: last day %q: write it like 2026-09-30", ErrInvalid, q.To)
	}
	if to.Before(from) {
		return fmt.Errorf("%w: the last day is before the first", ErrInvalid)
	}
	if to.Sub(from) > MaxUsageDays*24*time.Hour {
		return fmt.Errorf("%w: ask for 25 months at most", ErrInvalid)
	}
	return nil
}

// UsageRow is a counter summed over bornes: Count things of that kind, on
// that day, at that site. It never stands for a person or a visit.
type UsageRow struct {
	Site string         `json:"site,omitempty"`
	Kind kiosk.CellKind `json:"kind"`
	Day  string         `json:"day"`
	// Hour is kiosk.NoHour unless hours were asked for.
	Hour int `json:"hour"`
	// First and Second are the kind's dimensions: for visits the service and
	// the duration band.
	First  string `json:"first"`
	Second string `json:"second,omitempty"`
	Count  uint64 `json:"count"`
}

// MarginQuery asks for counters of some kinds, summed over a period by each of
// their dimensions apart. Days are "2006-01-02", both ends included.
type MarginQuery struct {
	From, To string
	// Kinds that are wanted; none means all.
	Kinds []kiosk.CellKind
	// By is what is wanted of them; none means all.
	By []MarginBy
	// Sites narrows to these; none means all.
	Sites []string
	// BySite keeps sites apart; otherwise Site is empty.
	BySite bool
}

// Validate checks the query's period.
func (q MarginQuery) Validate() error {
	return UsageQuery{Kind: kiosk.CellSession, From: q.From, To: q.To}.Validate()
}

// MarginBy is what a margin is summed by.
type MarginBy string

// What counters are summed by. Visits alone are summed by service; other kinds
// have no margin of a dimension that is one, nor of hours where they have none.
const (
	ByFirst  MarginBy = "first"
	BySecond MarginBy = "second"
	ByHour   MarginBy = "hour"
	// ByDays counts no things but days: those on which a site was open.
	ByDays MarginBy = "days"
)

// UsageMargin is how many of a kind had one value of one dimension, whatever
// the others were.
type UsageMargin struct {
	Site  string
	Kind  kiosk.CellKind
	By    MarginBy
	Value string
	Count uint64
}

// DayReceived is how many bornes have brought counters of a day.
type DayReceived struct {
	Day    string `json:"day"`
	Kiosks int    `json:"kiosks"`
}
