//go:build linux

package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

func TestALargeShellLeavesBetweenVisits(t *testing.T) {
	for name, tt := range map[string]struct {
		state   kiosk.State
		idle    time.Duration
		bytes   int64
		refused bool
		leaves  bool
	}{
		"large, nobody there":       {kiosk.Ready, time.Hour, renewBytes + 1, false, true},
		"large, closed":             {kiosk.Closed, time.Hour, renewBytes + 1, false, true},
		"as it should be":           {kiosk.Ready, time.Hour, renewBytes, false, false},
		"a visit":                   {kiosk.Visiting, time.Hour, renewBytes + 1, false, false},
		"a wipe":                    {kiosk.Ending, time.Hour, renewBytes + 1, false, false},
		"out of service":            {kiosk.OutOfService, time.Hour, renewBytes + 1, false, false},
		"somebody was just there":   {kiosk.Ready, renewIdle - 1, renewBytes + 1, false, false},
		"borned does not answer it": {kiosk.Ready, time.Hour, renewBytes + 1, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
				defer cancel()
				started := time.Now()
				err := renewal{
					state: func() kiosk.State { return tt.state },
					idle:  func() (time.Duration, error) { return tt.idle, nil },
					used:  func() (int64, error) { return tt.bytes, nil },
					leaving: func(context.Context) error {
						if tt.refused {
							return errors.New("no")
						}
						return nil
					},
				}.watch(ctx)
				if leaves := errors.Is(err, errRenew); leaves != tt.leaves || err != nil && !leaves {
					t.Errorf("watch = %v", err)
				}
				if tt.leaves && time.Since(started) < renewAfter {
					t.Errorf("it leaves after %v: a fresh one may take as much", time.Since(started))
				}
			})
		})
	}
}

func TestResident(t *testing.T) {
	if n, err := resident(); err != nil || n < 1<<20 || n > 1<<40 {
		t.Errorf("resident = %d, %v", n, err)
	}
}
