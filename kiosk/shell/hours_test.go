package shell

import (
	"slices"
	"testing"
	"time"

	assets "borne/assets/shell"
	"borne/kiosk"
)

func TestOpens(t *testing.T) {
	texts, err := LoadTexts(assets.Files)
	if err != nil {
		t.Fatal(err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, paris)
	}
	evening := at(time.March, 27, 19, 0) // a Friday; the clock goes forward on Sunday night
	for _, tt := range []struct {
		now, opens time.Time
		l          kiosk.Language
		want       string
	}{
		{evening, time.Time{}, kiosk.French, ""},
		{evening, evening.Add(-time.Second), kiosk.French, ""},
		{at(time.March, 27, 13, 0), at(time.March, 27, 14, 0), kiosk.French, "Ouvre aujourd’hui à 14 h"},
		{evening, at(time.March, 28, 9, 30), kiosk.French, "Ouvre demain à 9 h 30"},
		{evening, at(time.March, 30, 9, 0), kiosk.French, "Ouvre lundi à 9 h"},
		{at(time.March, 28, 23, 59), at(time.March, 29, 0, 0), kiosk.French, "Ouvre demain à 0 h"},
		{at(time.March, 28, 23, 0), at(time.March, 30, 9, 0).UTC(), kiosk.French, "Ouvre lundi à 9 h"},
		{evening, at(time.April, 3, 9, 0), kiosk.French, "Ouvre dans 7 jours, à 9 h"},
		{evening, at(time.March, 30, 9, 5), kiosk.English, "Opens on Monday at 9:05"},
		{evening, at(time.March, 31, 9, 0), kiosk.Russian, "Откроется во вторник в 9:00"},
		{evening, at(time.April, 1, 9, 0), kiosk.Ukrainian, "Відчиниться у середу о 9:00"},
		{evening, at(time.April, 17, 9, 0), kiosk.Russian, "Откроется через 21 день, в 9:00"},
		{evening, at(time.April, 18, 9, 0), kiosk.Ukrainian, "Відчиниться через 22 дні, о 9:00"},
		{evening, at(time.April, 8, 9, 0), kiosk.Russian, "Откроется через 12 дней, в 9:00"},
	} {
		if got := texts.opens(tt.l, tt.opens, tt.now); got != tt.want {
			t.Errorf("%s, opens %v: %q, want %q", tt.l, tt.opens, got, tt.want)
		}
	}
}

func TestWeek(t *testing.T) {
	texts, err := LoadTexts(assets.Files)
	if err != nil {
		t.Fatal(err)
	}
	lines := func(l kiosk.Language, h kiosk.OpeningHours) (all []string) {
		for _, line := range texts.week(l, h) {
			all = append(all, line.days+": "+line.hours)
		}
		return all
	}
	if got := lines(kiosk.French, kiosk.OpeningHours{}); got != nil {
		t.Errorf("hours of a borne that is always open: %q", got)
	}
	want := []string{"Lundi – mardi: 9 h – 12 h 30,  14 h – 17 h 30", "Mercredi: 9 h – 12 h 30",
		"Jeudi – vendredi: 9 h – 12 h 30,  14 h – 17 h 30", "Samedi: 9 h – 12 h 30", "Dimanche: fermé"}
	if got := lines(kiosk.French, sampleHours()); !slices.Equal(got, want) {
		t.Errorf("the week is %q, want %q", got, want)
	}
	if got := lines(kiosk.English, kiosk.OpeningHours{Closed: []string{"2026-12-25"}}); !slices.Equal(got, []string{"Monday – Sunday: closed"}) {
		t.Errorf("a week without hours is %q", got)
	}
}

// Tomorrow becomes today on a screen that nobody touches.
func TestTheClosedScreenFollowsTheDay(t *testing.T) {
	f := newFixture(t, 1280, 800) // Monday, 10:00
	f.at("", kiosk.Closed, func(s *kiosk.Snapshot) { s.OpensAt = f.clock.Now().Add(23 * time.Hour) })
	f.clock.advance(settle)
	if f.drawn.opens != "Ouvre demain à 9 h" {
		t.Fatalf("it says %q", f.drawn.opens)
	}
	f.clock.advance(14 * time.Hour)
	if f.drawn.opens != "Ouvre aujourd’hui à 9 h" {
		t.Errorf("after midnight it says %q", f.drawn.opens)
	}
	f.at("", kiosk.Ready, nil)
	f.clock.advance(settle)
	if ran := f.clock.advance(time.Hour); ran > int(time.Hour/attractTurn)+2 {
		t.Errorf("%d wake-ups in an hour once it is open", ran)
	}
}
