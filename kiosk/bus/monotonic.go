package bus

import (
	"time"

	"golang.org/x/sys/unix"
)

// monotonicNow reads CLOCK_MONOTONIC, which both ends of the bus share: a
// deadline then survives a jump of the wall clock.
func monotonicNow() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// toMonotonic returns t in microseconds of CLOCK_MONOTONIC, 0 for no time.
func toMonotonic(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(max(1, (monotonicNow() + time.Until(t)).Microseconds()))
}

// fromMonotonic is the reverse of toMonotonic.
func fromMonotonic(us uint64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.Now().Add(time.Duration(us)*time.Microsecond - monotonicNow())
}
