package store

import "testing"

// TestHope: after failures, more and more groups pass untried, and one success ends that.
func TestHope(t *testing.T) {
	var h hope
	passed := func() (n int) {
		for !h.worth() {
			n++
		}
		return n
	}
	if n := passed(); n != 0 {
		t.Fatalf("%d groups pass before any was tried", n)
	}
	for _, want := range []int{1, 3, 7, 15, 31, 63, mostPassed, mostPassed} {
		h.learn(false)
		if n := passed(); n != want {
			t.Errorf("%d groups pass, want %d", n, want)
		}
	}
	h.learn(true)
	if n := passed(); n != 0 {
		t.Errorf("%d groups pass after one went in", n)
	}
}
