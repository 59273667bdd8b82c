package indicators

import (
	"fmt"
	"slices"
)

// SmallCell is the least count that leaves the organisation: fewer than that
// may speak of a person to those who know the place (the rule of INSEE for
// households, and of the tax administration, of which 11 is the strictest).
const SmallCell = 11

// Figure is a number to publish: the sum of some counts, each known by an
// index. A figure of one count is a cell of a table, one of many a total.
type Figure struct {
	Value uint64
	Of    []int
}

// Suppress says which of figures that are published together must be left out.
// It leaves out each that is between 1 and threshold-1, and then others, the
// smallest that will do, until
//
//   - no figure that was left out is a sum or difference, however long, of those
//     that remain (secondary suppression), and
//   - what a total leaves for the cells in it that were left out is not itself
//     under threshold.
//
// A zero that remains says that every count in it is zero, and Suppress reckons
// with that. It does not reckon with ranges: two cells left out of a total of
// 100 are each known to be at most that.
func Suppress(figures []Figure, threshold uint64) []bool {
	// The same sum may stand in several places, as where an area has one service alone: it is left out in all of them.
	var unique []Figure
	place, at := map[string]int{}, make([]int, len(figures))
	for i, f := range figures {
		key := fmt.Sprint(slices.Sorted(slices.Values(f.Of)))
		if _, known := place[key]; !known {
			place[key] = len(unique)
			unique = append(unique, f)
		}
		at[i] = place[key]
	}
	hidden := suppress(unique, threshold)
	left := make([]bool, len(figures))
	for i := range left {
		left[i] = hidden[at[i]]
	}
	return left
}

func suppress(figures []Figure, threshold uint64) []bool {
	s := suppression{figures: figures, threshold: threshold, hidden: make([]bool, len(figures)), holders: map[int][]int{}}
	for i, f := range figures {
		s.hidden[i] = f.Value > 0 && f.Value < threshold
		for _, cell := range f.Of {
			s.holders[cell] = append(s.holders[cell], i)
		}
	}
	for {
		for s.hideRests() {
		}
		// One at a time: what protects one often protects the next.
		i := s.exposed()
		if i < 0 {
			return s.hidden
		}
		s.protect(i)
	}
}

type suppression struct {
	figures   []Figure
	threshold uint64
	hidden    []bool
	holders   map[int][]int // the figures that a count is part of
}

// exposed returns a hidden figure that the visible ones give away, -1 for none.
func (s *suppression) exposed() int {
	// What is told of a count alone, or by a zero, need not be reckoned with.
	told := map[int]bool{}
	for i, f := range s.figures {
		if !s.hidden[i] && (f.Value == 0 || len(f.Of) == 1) {
			for _, cell := range f.Of {
				told[cell] = true
			}
		}
	}
	known := newSpan(told)
	for i, f := range s.figures {
		if !s.hidden[i] && len(f.Of) > 1 {
			known.add(f.Of)
		}
	}
	for i, f := range s.figures {
		if s.hidden[i] && known.holds(f.Of) {
			return i
		}
	}
	return -1
}

// protect hides one more figure, so that figure i is no longer what another
// one leaves: the smallest that stands beside it in a total, or else the
// smallest that it is part of.
func (s *suppression) protect(i int) {
	beside, above := -1, -1
	less := func(a, b int) bool { return b < 0 || s.rank(a) < s.rank(b) }
	var totals []int
	for _, cell := range s.figures[i].Of {
		for _, t := range s.holders[cell] {
			if !s.hidden[t] && !slices.Contains(totals, t) {
				totals = append(totals, t)
			}
		}
	}
	for _, t := range totals {
		if less(t, above) {
			above = t
		}
		for _, cell := range s.figures[t].Of {
			for _, b := range s.holders[cell] {
				if !s.hidden[b] && len(s.figures[b].Of) < len(s.figures[t].Of) && !s.share(b, i) && less(b, beside) {
					beside = b
				}
			}
		}
	}
	switch {
	case beside >= 0:
		s.hidden[beside] = true
	case above >= 0:
		s.hidden[above] = true
	}
}

// rank orders figures by what is lost when they are left out: the fewest
// counts first, then the smallest; a zero hides nothing well and comes last.
func (s *suppression) rank(i int) uint64 {
	f := s.figures[i]
	v := min(f.Value, 1<<40-1)
	if v == 0 {
		v = 1<<40 - 1
	}
	return uint64(len(f.Of))<<40 | v
}

func (s *suppression) share(a, b int) bool {
	for _, cell := range s.figures[a].Of {
		if slices.Contains(s.figures[b].Of, cell) {
			return true
		}
	}
	return false
}

// hideRests hides the smallest cell of each total whose hidden cells together
// are under the threshold, and reports whether there was one.
func (s *suppression) hideRests() bool {
	cells := map[int]int{} // the figure that is one count alone
	for i, f := range s.figures {
		if len(f.Of) == 1 {
			cells[f.Of[0]] = i
		}
	}
	hid := false
	for i, f := range s.figures {
		if s.hidden[i] || len(f.Of) < 2 {
			continue
		}
		rest, least := f.Value, -1
		for _, cell := range f.Of {
			c, alone := cells[cell]
			if !alone || s.hidden[c] {
				continue
			}
			rest -= min(rest, s.figures[c].Value)
			if s.figures[c].Value > 0 && (least < 0 || s.rank(c) < s.rank(least)) {
				least = c
			}
		}
		if rest > 0 && rest < s.threshold {
			if least < 0 {
				least = i
			}
			s.hidden[least], hid = true, true
		}
	}
	return hid
}
