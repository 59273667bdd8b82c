package indicators

import (
	"fmt"
	"maps"
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
// It leaves out each that is between 1 and threshold-1, and then, of those that
// give one of them away, the smallest, until
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
	return SuppressLinked(figures, nil, threshold)
}

// Link says that two sums are the same by nature, as when each session has one
// language and one end: what is told of the one is told of the other.
type Link struct{ A, B []int }

// SuppressLinked is Suppress for figures of which some sums are known to be
// equal.
func SuppressLinked(figures []Figure, links []Link, threshold uint64) []bool {
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
	hidden := suppress(unique, links, threshold)
	left := make([]bool, len(figures))
	for i := range left {
		left[i] = hidden[at[i]]
	}
	return left
}

func suppress(figures []Figure, links []Link, threshold uint64) []bool {
	s := suppression{figures: figures, links: links, threshold: threshold, hidden: make([]bool, len(figures))}
	for i, f := range figures {
		s.hidden[i] = f.Value > 0 && f.Value < threshold
	}
	for {
		for s.hideRests() {
		}
		exposed := s.exposed()
		if len(exposed) == 0 {
			return s.hidden
		}
		for _, e := range exposed {
			// What protects one often protects the next: that is seen in the next round.
			if !slices.ContainsFunc(e.made, func(b int) bool { return s.hidden[b] }) {
				s.protect(e)
			}
		}
	}
}

// exposure is a hidden figure that visible ones give away, and those that it is
// made from.
type exposure struct {
	figure int
	made   []int
}

type suppression struct {
	figures   []Figure
	links     []Link
	threshold uint64
	hidden    []bool
}

// exposed lists the hidden figures that the visible ones give away.
func (s *suppression) exposed() (all []exposure) {
	// What is told of a count alone, or by a zero, need not be reckoned with.
	told, by := map[int]bool{}, map[int]int{}
	for i, f := range s.figures {
		if !s.hidden[i] && (f.Value == 0 || len(f.Of) == 1) {
			for _, cell := range f.Of {
				told[cell] = true
				if other, known := by[cell]; !known || s.rank(i) < s.rank(other) {
					by[cell] = i
				}
			}
		}
	}
	known := newSpan(told)
	for i, f := range s.figures {
		if !s.hidden[i] && len(f.Of) > 1 {
			known.add(i, f.Of)
		}
	}
	for _, l := range s.links {
		known.addEqual(l.A, l.B)
	}
	for i, f := range s.figures {
		if !s.hidden[i] {
			continue
		}
		if from, held := known.holds(f.Of); held {
			all = append(all, exposure{i, s.madeFrom(f, from, by)})
		}
	}
	return all
}

// madeFrom lists the figures that give f away: so many times each of from, and
// those that tell by themselves the counts that are then too many or too few.
func (s *suppression) madeFrom(f Figure, from map[int]uint64, by map[int]int) []int {
	left := map[int]uint64{}
	for _, cell := range f.Of {
		left[cell] = 1
	}
	made := slices.Sorted(maps.Keys(from))
	for _, i := range made {
		for _, cell := range s.figures[i].Of {
			// from holds what was taken away, so it is added here.
			left[cell] = (left[cell] + from[i]) % prime
		}
	}
	for cell, n := range left {
		if teller, known := by[cell]; known && n != 0 && !slices.Contains(made, teller) {
			made = append(made, teller)
		}
	}
	return made
}

// protect hides one of the figures that another is made from: the one that is
// least lost. Without it, that sum cannot be made any more.
func (s *suppression) protect(e exposure) {
	best := -1
	for _, b := range e.made {
		if !s.hidden[b] && (best < 0 || s.rank(b) < s.rank(best)) {
			best = b
		}
	}
	if best < 0 {
		// Links alone tell it: the smallest of all goes.
		for b := range s.figures {
			if !s.hidden[b] && (best < 0 || s.rank(b) < s.rank(best)) {
				best = b
			}
		}
	}
	if best >= 0 {
		s.hidden[best] = true
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
