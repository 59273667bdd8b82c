package shell

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"borne/kiosk"
)

// Indexed by time.Weekday.
var (
	dayNames = [7]textID{textDaySunday, textDayMonday, textDayTuesday, textDayWednesday, textDayThursday, textDayFriday, textDaySaturday}
	opensOn  = [7]textID{textOpensSunday, textOpensMonday, textOpensTuesday, textOpensWednesday, textOpensThursday, textOpensFriday, textOpensSaturday}
)

// opens says when the borne opens again, "" when nobody knows: "Ouvre demain
// à 9 h".
func (t *Texts) opens(l kiosk.Language, at, now time.Time) string {
	at = at.In(now.Location())
	if at.Before(now) { // also without any
		return ""
	}
	days := daysBetween(now, at)
	data := map[string]any{"Time": t.minute(l, at.Hour()*60+at.Minute())}
	switch {
	case days == 0:
		return t.in(l, textOpensToday, data)
	case days == 1:
		return t.in(l, textOpensTomorrow, data)
	case days < 7:
		return t.in(l, opensOn[at.Weekday()], data)
	}
	data["Count"] = days
	return t.in(l, textOpensLater, data)
}

// daysBetween counts midnights: a day may have 23 hours.
func daysBetween(from, to time.Time) int {
	noon := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
	return int(noon(to).Sub(noon(from)) / (24 * time.Hour))
}

// minute says a time of day, in minutes after midnight: "9 h", "12 h 30".
func (t *Texts) minute(l kiosk.Language, n int) string {
	data := map[string]any{"Hour": n / 60, "Minute": fmt.Sprintf("%02d", n%60)}
	if n%60 == 0 {
		return t.in(l, textTimeHour, data)
	}
	return t.in(l, textTimeMinute, data)
}

// dayHours is a line of the week: a day, or several that are alike.
type dayHours struct {
	days, hours string
	closed      bool
}

// week says the opening hours from Monday on, days that follow each other and
// are alike on one line.
func (t *Texts) week(l kiosk.Language, h kiosk.OpeningHours) (lines []dayHours) {
	if h.Always() {
		return nil
	}
	for first := 0; first < 7; {
		last, periods := first, h.Week[weekday(first)]
		for last < 6 && slices.Equal(h.Week[weekday(last+1)], periods) {
			last++
		}
		line := dayHours{days: capital(t.in(l, dayNames[weekday(first)], nil)), closed: len(periods) == 0}
		if last > first {
			line.days += " – " + t.in(l, dayNames[weekday(last)], nil)
		}
		var parts []string
		for _, p := range periods {
			parts = append(parts, t.minute(l, p.From)+" – "+t.minute(l, p.To))
		}
		if line.hours = strings.Join(parts, ",  "); line.closed {
			line.hours = t.in(l, textHoursClosed, nil)
		}
		lines = append(lines, line)
		first = last + 1
	}
	return lines
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// weekday is the n-th day from Monday on.
func weekday(n int) time.Weekday { return time.Weekday((n + 1) % 7) }

// lookAgain is how often a closed screen reads the clock: tomorrow becomes
// today, and a clock may be set.
const lookAgain = 15 * time.Minute

// watchDay draws the closed screen again when its words change.
func (s *Shell) watchDay(shown bool) {
	stop(&s.stopDay)
	if shown {
		now := s.options.Clock.Now()
		midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
		s.stopDay = s.after(min(lookAgain, midnight.Sub(now)), func() { s.stopDay = nil; s.draw() })
	}
}
