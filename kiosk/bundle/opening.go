package bundle

import (
	"slices"
	"strings"
	"time"

	"borne/kiosk"
)

// maxClosedDays bounds the days on which a borne stays closed: ten years of
// holidays and bridges.
const maxClosedDays = 400

// weekdays are the days as the people write them who keep the hours, Monday
// first. English is not read as well: one way to write a day is enough.
func weekdays() []string {
	return []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
}

// opening reads the opening hours; left out, the borne is always open.
func (v value) opening() (h kiosk.OpeningHours) {
	if v.absent() {
		return h
	}
	f := v.fields("week", "closed")
	if f["week"].absent() {
		f["week"].faultf("week is missing: write the hours of each day, such as \"lundi: [09:00-12:30, 13:30-17:00]\", or take opening away for a borne that is always open")
	} else {
		h.Week = f["week"].week()
	}
	for _, item := range f["closed"].items() {
		day := item.required("day")
		switch _, err := time.Parse(time.DateOnly, day); {
		case day == "":
		case err != nil:
			item.faultf("closed day %q: write year, month and day, such as 2026-12-25", day)
		case slices.Contains(h.Closed, day):
			item.faultf("closed day %s stands twice: take one away", day)
		case len(h.Closed) == maxClosedDays:
			item.faultf("more than %d closed days: take away those that are past", maxClosedDays)
			return h
		default:
			h.Closed = append(h.Closed, day)
		}
	}
	return h
}

// week reads the hours of each day. A day that is left out is closed.
func (v value) week() (week [7][]kiosk.Period) {
	open := false
	for _, p := range v.pairs() {
		i := slices.Index(weekdays(), p.name)
		if i < 0 {
			p.key.faultf("unknown day %q: write one of %s", p.name, strings.Join(weekdays(), ", "))
			open = true // one fault is enough
			continue
		}
		day := (i + 1) % 7 // time.Sunday is 0
		week[day] = p.value.periods()
		open = open || len(p.value.items()) > 0
	}
	if !open {
		v.faultf("week has no hours, so the borne would never open: write such as \"lundi: [09:00-12:30, 13:30-17:00]\", or take opening away for a borne that is always open")
	}
	return week
}

// periods reads the hours of one day, in order and apart from each other.
func (v value) periods() (out []kiosk.Period) {
	for _, item := range v.items() {
		text := item.required("period")
		if text == "" {
			continue
		}
		var p kiosk.Period
		if err := p.UnmarshalText([]byte(text)); err != nil {
			item.faultf("%v", err)
			continue
		}
		if n := len(out); n > 0 && p.From <= out[n-1].To {
			item.faultf("period %v does not begin after %v ends: write them in order, or as one", p, out[n-1])
			continue
		}
		out = append(out, p)
	}
	return out
}
