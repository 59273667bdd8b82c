package api

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"borne/admin"
)

// TestTooMuchWork: who waits too long for a turn is told to come later, rather
// than left to give up.
func TestTooMuchWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := make(work, 1)
		if err := w.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := w.begin(t.Context()); !errors.Is(err, admin.ErrUnavailable) || time.Since(began) != workWait {
			t.Errorf("%v after %s, want unavailable after %s", err, time.Since(began), workWait)
		}
		go func() {
			time.Sleep(time.Second)
			w.end()
		}()
		if err := w.begin(t.Context()); err != nil {
			t.Errorf("a turn that came in time: %v", err)
		}
	})
}
