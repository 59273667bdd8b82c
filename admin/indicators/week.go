package indicators

import (
	"time"

	"borne/admin"
)

// Week is counts by day of the week, from Monday, and by hour of the day.
type Week [7][24]uint64

// ByWeekday sums rows that have a day and an hour. The hour that comes twice on
// the last Sunday of October is one hour here; that of March which does not
// come stays empty.
func ByWeekday(p Period, rows []admin.UsageRow) (w Week) {
	from, to := p.From(), p.To()
	for _, r := range rows {
		if r.Day < from || r.Day > to || r.Hour < 0 || r.Hour > 23 {
			continue
		}
		day, err := time.Parse(time.DateOnly, r.Day)
		if err != nil {
			continue
		}
		w[(int(day.Weekday())+6)%7][r.Hour] += r.Count
	}
	return w
}

// Busiest is the day, the hour and the count of the busiest hour, the first of
// several; a count of 0 when there is none.
func (w Week) Busiest() (day, hour int, n uint64) {
	for d := range w {
		for h, c := range w[d] {
			if c > n {
				day, hour, n = d, h, c
			}
		}
	}
	return day, hour, n
}
