package onetime

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"borne/kiosk"
)

// What may be wrong with what was typed. The screen says no more than that.
var (
	ErrWrong = kiosk.ErrWrongCode
	ErrWait  = kiosk.ErrCodeWait
)

const (
	// patience doubles with each wrong code after the first two, up to mostPatience:
	// with some twelve codes good at a time out of 10^8, who types all day long
	// has a chance of one in 20 000.
	patience     = 4 * time.Second
	mostPatience = 5 * time.Minute
	freeTries    = 2
	// remembered bounds the list of used steps.
	remembered = 256
)

// Guard is what a borne knows of codes. Its zero value refuses every code. It
// is a value: Try returns the next one, and the old one must not be used again.
type Guard struct {
	// Wrong is how many wrong codes came in a row.
	Wrong int `json:"wrong"`
	// Used are the steps whose codes no longer open, the latest last.
	Used []int64 `json:"used,omitempty"`

	// issued is the code made up on the machine; it is written nowhere.
	issued      string
	issuedUntil time.Duration
	// waitUntil is when the next code may be tried.
	waitUntil time.Duration
}

// Restored is a guard as it was written down. Who has typed wrong codes before
// a power cut waits after it.
func Restored(wrong int, used []int64, elapsed time.Duration) Guard {
	g := Guard{Wrong: max(wrong, 0), Used: slices.Clone(used)}
	g.waitUntil = elapsed + g.wait()
	return g
}

// Issue makes a code good for a while, in place of an earlier one, and lets
// who has it try at once. digits are random.
func (g Guard) Issue(elapsed time.Duration, digits uint32) (Guard, string) {
	g.issued, g.issuedUntil = Format(digits), elapsed+Life
	g.Wrong, g.waitUntil = 0, 0
	return g, g.issued
}

// wait is how long to wait after so many wrong codes.
func (g Guard) wait() time.Duration {
	over := g.Wrong - freeTries
	if over < 0 {
		return 0
	}
	return min(patience<<min(over, 16), mostPatience)
}

// Waits is how long nothing can be tried yet, 0 for not at all.
func (g Guard) Waits(elapsed time.Duration) time.Duration { return max(g.waitUntil-elapsed, 0) }

// Try checks a code: elapsed is monotonic, wall the clock that the central
// office's codes go by. A nil error opens, once.
func (g Guard) Try(s Secret, elapsed time.Duration, wall time.Time, code string) (Guard, error) {
	if d := g.Waits(elapsed); d > 0 {
		return g, fmt.Errorf("%w %d s", ErrWait, int64((d+time.Second-1)/time.Second))
	}
	good := false
	issued := g.issued != "" && elapsed < g.issuedUntil
	// Each possible code is compared, whichever fits: the time taken tells
	// nothing.
	if same(code, g.issued) && issued {
		good = true
	}
	fits := int64(-1)
	if s.Usable() {
		now := stepOf(wall)
		for n := now - int64(Life/step) + 1; n <= now+ahead; n++ {
			if same(code, s.at(n)) && !slices.Contains(g.Used, n) {
				fits = n
			}
		}
	}
	switch {
	case good:
		g.issued, g.issuedUntil = "", 0
	case fits >= 0:
		g = g.use(fits, stepOf(wall))
	default:
		g.Wrong++
		g.waitUntil = elapsed + g.wait()
		return g, ErrWrong
	}
	g.Wrong, g.waitUntil = 0, 0
	return g, nil
}

// use makes a step worthless, and those before it that are still good.
func (g Guard) use(n, now int64) Guard {
	used := slices.Clone(g.Used)
	for i := now - int64(Life/step) + 1; i <= n; i++ {
		if !slices.Contains(used, i) {
			used = append(used, i)
		}
	}
	if len(used) > remembered {
		used = used[len(used)-remembered:]
	}
	g.Used = used
	return g
}

func same(typed, code string) bool {
	return len(code) == Digits && subtle.ConstantTimeCompare([]byte(typed), []byte(code)) == 1
}
