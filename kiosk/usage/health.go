package usage

import (
	"errors"
	"fmt"
	"path/filepath"

	"borne/kiosk"
)

// FactName is the name of the log's line in a borne's health.
const FactName = "usage"

// Health tells how the log is: ok; warn when counts wait in memory or a
// corrupt file was set aside in the last week and is still there; fail when the disk does not take
// them for another reason than being full.
func (l *Log) Health() kiosk.Fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	fact := kiosk.Fact{Name: FactName, Level: kiosk.LevelOK, Detail: "counting"}
	switch {
	case errors.Is(l.fault, ErrFull):
		fact.Level = kiosk.LevelWarn
		fact.Detail = fmt.Sprintf("disk full: %d counters wait in memory; free space on the disk of %s", len(l.buffer), filepath.Dir(l.path))
	case errors.Is(l.fault, ErrClock):
		fact.Level = kiosk.LevelWarn
		fact.Detail = fmt.Sprintf("clock is wrong: %d counters wait in memory until it is set", len(l.buffer))
	case errors.Is(l.fault, ErrReadOnly):
		fact.Level = kiosk.LevelFail
		fact.Detail = fmt.Sprintf("disk read-only: %d counters wait in memory; check the disk of %s, it may be failing", len(l.buffer), filepath.Dir(l.path))
	case l.fault != nil:
		fact.Level = kiosk.LevelFail
		fact.Detail = fmt.Sprintf("cannot write: %v; %d counters wait in memory", l.fault, len(l.buffer))
	case l.setAside != "" && exists(l.setAside) && lately(l.path, l.options.Clock()) != "":
		fact.Level = kiosk.LevelWarn
		fact.Detail = "the log was corrupt and a new one was begun; the old file is " + l.setAside + " (remove it when it was looked at)"
	case !l.reserve.held && l.reserve.bytes > 0:
		fact.Level = kiosk.LevelWarn
		fact.Detail = "counting; the disk is nearly full: no room is reserved; free space on the disk of " + filepath.Dir(l.path)
	}
	return fact
}
