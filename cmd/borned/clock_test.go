package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
	"borne/kiosk/fleet"
)

// TestClock tells who confirms the clock, and what a technician should do.
func TestClock(t *testing.T) {
	built := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		now                   time.Time
		synchronised, service bool
		fault                 error
		office                fleet.Status
		level                 kiosk.Level
		says                  string
		confirmed             bool
	}{
		"held by a time service": {now: built.AddDate(0, 1, 0), synchronised: true, service: true, level: kiosk.LevelOK, says: "synchronised", confirmed: true},
		"held, and the office agrees": {now: built.AddDate(0, 1, 0), synchronised: true, service: true,
			office: fleet.Status{LastContact: built, ClockOffset: 300 * time.Millisecond}, level: kiosk.LevelOK, says: "0.3 s from the central office", confirmed: true},
		"the office alone": {now: built.AddDate(0, 1, 0), office: fleet.Status{LastContact: built}, level: kiosk.LevelOK, says: "by the central office", confirmed: true},
		"held, and wrong": {now: built.AddDate(0, 1, 0), synchronised: true, service: true,
			office: fleet.Status{LastContact: built, ClockOffset: -time.Hour}, level: kiosk.LevelWarn, says: "wrong by 1h0m0s"},
		"nobody":                    {now: built.AddDate(0, 1, 0), service: true, level: kiosk.LevelWarn, says: "lets NTP through"},
		"the service is off":        {now: built.AddDate(0, 1, 0), level: kiosk.LevelWarn, says: "set-ntp true"},
		"it cannot be asked":        {now: built.AddDate(0, 1, 0), fault: errors.New("no bus"), level: kiosk.LevelWarn, says: "no bus"},
		"before what has happened":  {now: built.Add(-time.Hour), synchronised: true, service: true, level: kiosk.LevelFail, says: "implausible: it says 2026-10-31 23:00"},
		"the battery is dead, 1970": {now: time.Unix(0, 0).UTC(), level: kiosk.LevelFail, says: "1970-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := &clock{now: func() time.Time { return c.now }, notBefore: func() time.Time { return built },
					office: func() fleet.Status { return c.office },
					ask:    func(context.Context) (bool, bool, error) { return c.synchronised, c.service, c.fault }}
				ctx, cancel := context.WithCancel(t.Context())
				go k.watch(ctx)
				synctest.Wait()
				if f := k.fact(); f.Name != "clock" || f.Level != c.level || !strings.Contains(f.Detail, c.says) {
					t.Errorf("%+v", f)
				}
				if got := k.confirmed(); got != c.confirmed {
					t.Errorf("confirmed %v", got)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}

// TestClockRefuted: hours are kept by a clock that nobody contradicts much.
func TestClockRefuted(t *testing.T) {
	for offset, want := range map[time.Duration]bool{0: false, 10 * time.Minute: false, -time.Hour: true, 20 * time.Minute: true} {
		now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
		for _, late := range []bool{false, true} {
			c := &clock{now: func() time.Time { return now }, office: func() fleet.Status { return fleet.Status{LastContact: now, ClockOffset: offset} },
				notBefore: func() time.Time {
					if late {
						return now.Add(time.Second)
					}
					return now
				}}
			if got := c.refuted(); got != (want || late) {
				t.Errorf("wrong by %v, late %v: refuted %v", offset, late, got)
			}
		}
	}
}
