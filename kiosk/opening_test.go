package kiosk

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func periods(t testing.TB, texts ...string) (out []Period) {
	t.Helper()
	for _, text := range texts {
		var p Period
		if err := p.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestOpeningAt(t *testing.T) {
	office := OpeningHours{Closed: []string{"2026-12-25"}}
	for d := time.Monday; d <= time.Friday; d++ {
		office.Week[d] = periods(t, "09:00-12:30", "13:30-17:00")
	}
	var night, allDay, always OpeningHours
	for d := range night.Week {
		night.Week[d] = periods(t, "01:00-02:30")
		always.Week[d] = periods(t, "00:00-24:00")
	}
	allDay.Week[time.Saturday] = periods(t, "00:00-24:00")
	allDay.Week[time.Sunday] = periods(t, "00:00-12:00")
	never := OpeningHours{Closed: []string{"2026-12-25"}}
	for _, c := range []struct {
		name    string
		hours   OpeningHours
		at      string // with the offset that tells the two hours of autumn apart
		open    bool
		changes string
	}{
		{"no hours", OpeningHours{}, "2026-11-23T03:00:00+01:00", true, ""},
		{"before", office, "2026-11-23T08:59:59+01:00", false, "2026-11-23T09:00:00+01:00"},
		{"first minute", office, "2026-11-23T09:00:00+01:00", true, "2026-11-23T12:30:00+01:00"},
		{"last minute", office, "2026-11-23T12:29:59+01:00", true, "2026-11-23T12:30:00+01:00"},
		{"lunch", office, "2026-11-23T12:30:00+01:00", false, "2026-11-23T13:30:00+01:00"},
		{"over the weekend", office, "2026-11-20T17:00:00+01:00", false, "2026-11-23T09:00:00+01:00"},
		{"a holiday", office, "2026-12-25T10:00:00+01:00", false, "2026-12-28T09:00:00+01:00"},
		{"before a holiday", office, "2026-12-24T18:00:00+01:00", false, "2026-12-28T09:00:00+01:00"},
		{"a day that spans into the next", allDay, "2026-11-21T05:00:00+01:00", true, "2026-11-22T12:00:00+01:00"},
		{"day and night", always, "2026-11-21T05:00:00+01:00", true, ""},
		{"never", never, "2026-11-21T05:00:00+01:00", false, ""},
		// 2026-03-29: 02:00 becomes 03:00. The period ends with the hour that is left out.
		{"spring, inside", night, "2026-03-29T01:59:59+01:00", true, "2026-03-29T03:00:00+02:00"},
		{"spring, after", night, "2026-03-29T03:00:00+02:00", false, "2026-03-30T01:00:00+02:00"},
		{"spring, offices", office, "2026-03-27T17:00:00+01:00", false, "2026-03-30T09:00:00+02:00"},
		// 2026-10-25: 03:00 becomes 02:00. The half hour from 02:00 comes twice.
		{"autumn, first", night, "2026-10-25T02:10:00+02:00", true, "2026-10-25T02:30:00+02:00"},
		{"autumn, between", night, "2026-10-25T02:45:00+02:00", false, "2026-10-25T02:00:00+01:00"},
		{"autumn, second", night, "2026-10-25T02:10:00+01:00", true, "2026-10-25T02:30:00+01:00"},
		{"autumn, offices", office, "2026-10-23T17:00:00+02:00", false, "2026-10-26T09:00:00+01:00"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		open, changes := c.hours.At(at.In(paris(t)))
		got := ""
		if !changes.IsZero() {
			got = changes.Format(time.RFC3339)
		}
		if open != c.open || got != c.changes {
			t.Errorf("%s: at %s open %v until %q; want %v until %q", c.name, c.at, open, got, c.open, c.changes)
		}
	}
}

// TestOpeningEdges compares At with a look at every minute, around both days on
// which the clock is changed.
func TestOpeningEdges(t *testing.T) {
	location := paris(t)
	rapid.Check(t, func(t *rapid.T) {
		var h OpeningHours
		for d := range h.Week {
			from := 0
			for range rapid.IntRange(0, 3).Draw(t, "periods") {
				if from > 23*60 {
					break
				}
				p := Period{From: rapid.IntRange(from, 1439).Draw(t, "from")}
				p.To = rapid.IntRange(p.From+1, 1440).Draw(t, "to")
				h.Week[d], from = append(h.Week[d], p), p.To+1
			}
		}
		day := rapid.SampledFrom([]time.Time{time.Date(2026, 3, 28, 0, 0, 0, 0, location), time.Date(2026, 10, 24, 0, 0, 0, 0, location)}).Draw(t, "day")
		at := day.Add(time.Duration(rapid.IntRange(0, 60*60).Draw(t, "minute")) * time.Minute)
		open, changes := h.At(at)
		if h.Always() {
			return
		}
		for m := 1; m < 30*60; m++ {
			now := at.Add(time.Duration(m) * time.Minute)
			if is, _ := h.At(now); is != open {
				if !changes.Equal(now) {
					t.Fatalf("%v at %v: open %v until %v, yet changes at %v", h.Week, at, open, changes, now)
				}
				return
			}
		}
		if !changes.IsZero() && changes.Before(at.Add(30*time.Hour)) {
			t.Fatalf("%v at %v: open %v, said to change at %v and does not", h.Week, at, open, changes)
		}
	})
}

func TestPeriodText(t *testing.T) {
	for _, text := range []string{"", "9:00-12:00", "09:00", "09:00-08:00", "09:00-09:00", "09:60-12:00", "23:00-24:01", "-1:00-12:00", "09:00-12:00 ", "+9:00-12:00", "22:00-02:00", "09h00-12h00"} {
		p := Period{1, 2}
		if err := p.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %v", text, p)
		} else if p != (Period{1, 2}) {
			t.Errorf("%q is refused and changes the period to %v", text, p)
		}
	}
	if got := periods(t, "00:00-24:00")[0]; got != (Period{0, 1440}) {
		t.Errorf("a whole day is %v", got)
	}
}

// TestOpeningJSON: settings cross the bus.
func TestOpeningJSON(t *testing.T) {
	s := DefaultSettings()
	s.Opening.Week[time.Monday] = periods(t, "09:00-12:30", "13:30-17:00")
	s.Opening.Closed = []string{"2026-12-25"}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var got Settings
	if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got.Opening.Week[time.Monday], s.Opening.Week[time.Monday]) || got.Opening.Closed[0] != "2026-12-25" {
		t.Errorf("%s becomes %+v, %v", data, got.Opening, err)
	}
}

func FuzzPeriodUnmarshalText(f *testing.F) {
	for _, seed := range []string{"09:00-12:30", "00:00-24:00", "22:00-02:00", "9:00-12:00", "09:60-12:00", "", "\x00", "09:00-12:30\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var p Period
		if p.UnmarshalText([]byte(text)) != nil {
			return
		}
		if p.String() != text || p.From < 0 || p.From >= p.To || p.To > 1440 {
			t.Errorf("%q is read as %+v", text, p)
		}
	})
}
