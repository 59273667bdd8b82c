package usage

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSetAsideGoes: what was set aside is removed after 90 days, or after the
// retention of cells where that is shorter, with all that belongs to it, and not
// by a clock that nobody confirms.
func TestSetAsideGoes(t *testing.T) {
	for name, c := range map[string]struct {
		months      int
		age         time.Duration
		unconfirmed bool
		gone        bool
	}{
		"young":                  {0, 89 * 24 * time.Hour, false, false},
		"old":                    {0, 91 * 24 * time.Hour, false, true},
		"a month's retention":    {1, 40 * 24 * time.Hour, false, true},
		"a clock that may be":    {0, 1000 * 24 * time.Hour, true, false},
		"of the time to come":    {0, -24 * time.Hour, false, false},
		"a month's, and younger": {1, 20 * 24 * time.Hour, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			path := filepath.Join(t.TempDir(), "usage.db")
			aside := path + clock.now.Add(-c.age).UTC().Format(setAsideName)
			for _, suffix := range []string{"", "-wal"} {
				must(t, os.WriteFile(aside+suffix, []byte("not a database"), 0o600))
			}
			other := path + ".corrupt-by-hand9"
			must(t, os.WriteFile(other, nil, 0o600))
			l := open(t, path, Options{Clock: clock.read, RetentionMonths: c.months, Confirmed: func() bool { return !c.unconfirmed }})
			must(t, l.CloseElapsed(t.Context(), clock.now))
			for _, suffix := range []string{"", "-wal"} {
				if exists(aside+suffix) == c.gone {
					t.Errorf("%s there: %t", aside+suffix, !c.gone)
				}
			}
			if !exists(other) {
				t.Error("a file that we did not name is gone")
			}
		})
	}
}
