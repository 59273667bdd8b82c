package store

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestCrossingsAddUp adds to rows, also to such as have no order: each counter
// is there once, with the sum of both, in order.
func TestCrossingsAddUp(t *testing.T) {
	counters := rapid.MapOf(rapid.SampledFrom([]string{"-1/caf/0-5", "-1/caf/120+", "10/idle/none", "9/button/0-5", "9/limit/5-15"}), rapid.Int64Range(0, 1<<40))
	list := func(m map[string]int64) (l []crossing) {
		for cell, n := range m {
			l = append(l, crossing{cell, n})
		}
		return l
	}
	rapid.Check(t, func(t *rapid.T) {
		had, more := counters.Draw(t, "had"), counters.Draw(t, "more")
		added := list(more)
		slices.SortFunc(added, compareCrossings)
		text := joinCrossings(crossingsOf(joinCrossings(list(had), nil)), added)
		want := maps.Clone(had)
		for cell, n := range more {
			want[cell] += n
		}
		got := map[string]int64{}
		eachPair(text, func(cell string, n int64) {
			if _, twice := got[cell]; twice {
				t.Fatalf("%q twice in %q", cell, text)
			}
			got[cell] = n
		})
		if !maps.Equal(got, want) {
			t.Fatalf("%v and %v made %q", had, more, text)
		}
		if again := crossingsOf(text); !slices.IsSortedFunc(again, compareCrossings) {
			t.Fatalf("no order: %q", text)
		}
	})
}
