package browser

import (
	"testing"
	"time"
)

func TestQuestions(t *testing.T) {
	for name, c := range map[string]struct {
		pause time.Duration // from an answer to the next question
		asked int           // how many are asked before one is refused; 0 for none of 100
	}{
		"at once":                 {0, maxDialogs},
		"a little later":          {900 * time.Millisecond, maxDialogs},
		"after each mistake":      {5 * time.Second, 0},
		"as fast as one can read": {2 * time.Second, maxDialogsAMinute},
	} {
		t.Run(name, func(t *testing.T) {
			var q questions
			now := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
			for i := range 100 {
				if q.ask(now) {
					if i != c.asked || c.asked == 0 {
						t.Errorf("question %d was refused, want %d", i, c.asked)
					}
					return
				}
				q.close(now)
				now = now.Add(c.pause)
			}
			if c.asked != 0 {
				t.Error("none of a hundred was refused")
			}
		})
	}
}
