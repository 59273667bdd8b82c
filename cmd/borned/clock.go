package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/fleet"
)

const (
	// clockEvery is how often the time service is asked; the machine's clock is
	// read at each question.
	clockEvery = time.Minute
	// clockLimit bounds one question; systemd starts what answers it.
	clockLimit = 20 * time.Second
	// clockTolerance is how wrong a clock may be without a word.
	clockTolerance = 2 * time.Minute
)

// clock knows how far the machine's clock can be believed. Visits are timed by
// the monotonic clock and do not depend on it; certificates, counters and
// opening hours do.
type clock struct {
	now func() time.Time
	// ask tells whether a time service holds the clock, and whether there is one.
	ask func(ctx context.Context) (synchronised, service bool, err error)
	// notBefore is a time that has passed for certain.
	notBefore func() time.Time
	// office tells what the central office says of it.
	office func() fleet.Status

	mu                    sync.Mutex
	synchronised, service bool
	fault                 error
}

// watch asks the time service until ctx ends.
func (c *clock) watch(ctx context.Context) {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		asked, cancel := context.WithTimeout(ctx, clockLimit)
		synchronised, service, err := c.ask(asked)
		cancel()
		c.mu.Lock()
		c.synchronised, c.service, c.fault = synchronised, service, err
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// implausible tells of a clock that is behind what has happened already.
func (c *clock) implausible() bool { return c.now().Before(c.notBefore()) }

// heard tells whether the central office told its time since the start, and
// what to add to the machine's to get it.
func (c *clock) heard() (offset time.Duration, ok bool) {
	s := c.office()
	return s.ClockOffset, !s.LastContact.IsZero() || s.ClockOffset != 0
}

func (c *clock) held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.synchronised
}

// confirmed tells whether somebody else agrees with the clock.
func (c *clock) confirmed() bool {
	offset, heard := c.heard()
	return !c.implausible() && (c.held() || heard) && offset.Abs() <= clockTolerance
}

// hoursTolerance is how wrong a clock may be for opening hours to be kept by it.
const hoursTolerance = 15 * time.Minute

// refuted tells of a clock that is so wrong that no hours can be kept by it.
func (c *clock) refuted() bool {
	offset, heard := c.heard()
	return c.implausible() || heard && offset.Abs() > hoursTolerance
}

// fact is the clock's line in the borne's health.
func (c *clock) fact() kiosk.Fact {
	c.mu.Lock()
	synchronised, service, fault := c.synchronised, c.service, c.fault
	c.mu.Unlock()
	offset, heard := c.heard()
	f := kiosk.Fact{Name: fleet.FactClock, Level: kiosk.LevelWarn}
	switch {
	case c.implausible():
		f.Level = kiosk.LevelFail
		f.Detail = fmt.Sprintf("implausible: it says %s, which has passed: set it (timedatectl set-time), check the machine's battery and the time service",
			c.now().Format("2006-01-02 15:04"))
	case heard && offset.Abs() > clockTolerance:
		f.Detail = fmt.Sprintf("wrong by %s, by the central office: check the machine's battery and the time service (timedatectl)", offset.Abs().Round(time.Second))
	case synchronised && heard:
		f.Level, f.Detail = kiosk.LevelOK, fmt.Sprintf("synchronised; %.1f s from the central office", offset.Abs().Seconds())
	case synchronised:
		f.Level, f.Detail = kiosk.LevelOK, "synchronised"
	case heard:
		f.Level, f.Detail = kiosk.LevelOK, fmt.Sprintf("right within %.1f s, by the central office; no time service synchronises it", offset.Abs().Seconds())
	case fault != nil:
		f.Detail = "nobody confirms it: " + fault.Error()
	case !service:
		f.Detail = "nobody confirms it: the time service is off (timedatectl set-ntp true)"
	default:
		f.Detail = "nobody confirms it: not synchronised yet; check that the network lets NTP through (timedatectl timesync-status)"
	}
	return f
}
