package store

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

// TestGroups: batches that come one by one wait for nobody; after many came
// together, the next that come within a few milliseconds share a group.
func TestGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		var sizes []int
		keep := func(group []*ingestion) {
			sizes = append(sizes, len(group))
			time.Sleep(100 * time.Millisecond) // the disk
		}
		bring := func(n int, apart time.Duration) {
			sizes = nil
			var all sync.WaitGroup
			for range n {
				all.Go(func() { q.bring(&ingestion{cells: make([]kiosk.SequencedCell, 10)}, keep) })
				time.Sleep(apart)
				synctest.Wait()
			}
			all.Wait()
		}
		began := time.Now()
		bring(3, 200*time.Millisecond)
		if took := time.Since(began); len(sizes) != 3 || took != 600*time.Millisecond {
			t.Errorf("three one by one: groups of %v in %s", sizes, took)
		}
		bring(40, time.Millisecond)
		if len(sizes) != 2 || sizes[0] != 1 || sizes[1] != 39 {
			t.Errorf("forty at once: groups of %v", sizes)
		}
		bring(40, time.Millisecond)
		if len(sizes) > 2 || sizes[0] < 39 {
			t.Errorf("forty again: groups of %v", sizes)
		}
		bring(1, 0)
		if len(sizes) != 1 {
			t.Errorf("one after them: groups of %v", sizes)
		}
	})
}

// TestGroupsSideBySide: where two groups are carried in at the same time, the
// second does not wait for the first, and a batch is in one of them.
func TestGroupsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2)
		var mu sync.Mutex
		carried, now, most := map[*ingestion]int{}, 0, 0
		keep := func(group []*ingestion) {
			mu.Lock()
			now++
			most = max(most, now)
			for _, in := range group {
				carried[in]++
			}
			mu.Unlock()
			time.Sleep(100 * time.Millisecond) // the disk
			mu.Lock()
			now--
			mu.Unlock()
		}
		var all sync.WaitGroup
		for n := range 64 {
			all.Go(func() {
				time.Sleep(time.Duration(n) * 7 * time.Millisecond)
				for range 5 {
					q.bring(&ingestion{cells: make([]kiosk.SequencedCell, 10)}, keep)
				}
			})
		}
		all.Wait()
		if most != 2 {
			t.Errorf("%d groups at the same time, want 2", most)
		}
		if len(carried) != 64*5 {
			t.Errorf("%d batches were carried, want %d", len(carried), 64*5)
		}
		for _, n := range carried {
			if n != 1 {
				t.Errorf("a batch was in %d groups", n)
			}
		}
	})
}

// TestGroupsShareACrowd: of many who come back as soon as they are answered,
// two groups at the same time take half each, so that neither stands empty.
func TestGroupsShareACrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bornes, each = 64, 6
		q := newQueue(2)
		var mu sync.Mutex
		var sizes []int
		keep := func(group []*ingestion) {
			mu.Lock()
			sizes = append(sizes, len(group))
			mu.Unlock()
			time.Sleep(time.Duration(len(group)) * time.Millisecond)
		}
		var all sync.WaitGroup
		for range bornes {
			all.Go(func() {
				for range each {
					q.bring(&ingestion{cells: make([]kiosk.SequencedCell, 10)}, keep)
				}
			})
		}
		all.Wait()
		// The first two begin with who comes first, and some may be left over.
		if slices.Max(sizes) > bornes/2 || len(sizes) > 2*each+4 {
			t.Errorf("groups of %v, want halves of %d", sizes, bornes)
		}
	})
}

// TestGroupFails: when what keeps a group panics, no batch of it counts as
// kept, and the next is carried.
func TestGroupFails(t *testing.T) {
	q := newQueue(1)
	in := &ingestion{}
	func() {
		defer func() { _ = recover() }()
		q.bring(in, func([]*ingestion) { panic("the disk is on fire") })
	}()
	if in.err == nil {
		t.Error("a batch counts as kept that was not")
	}
	next := &ingestion{}
	q.bring(next, func([]*ingestion) {})
	if next.err != nil {
		t.Error(next.err)
	}
}

// TestGroupSize: neither too many batches nor too many cells, and one at least.
func TestGroupSize(t *testing.T) {
	waiting := func(n, cells int) (list []*ingestion) {
		for range n {
			list = append(list, &ingestion{cells: make([]kiosk.SequencedCell, cells)})
		}
		return list
	}
	for _, c := range []struct{ n, cells, want int }{{1, 0, 1}, {1, 2 * mostCells, 1}, {3, mostCells, 1}, {3, mostCells / 2, 2}, {mostAtOnce + 9, 1, mostAtOnce}} {
		if got := groupSize(waiting(c.n, c.cells)); got != c.want {
			t.Errorf("of %d batches of %d cells, %d are taken, want %d", c.n, c.cells, got, c.want)
		}
	}
}
