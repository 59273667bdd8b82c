package indicators

import (
	"maps"
	"math/bits"
)

// prime is that of the field in which sums and differences are reckoned: 2^61-1.
// A sum that holds in whole numbers holds there too; one that holds there alone
// is as good as impossible, and would only leave out too much.
const prime = 1<<61 - 1

// span is every sum and difference of some sets of counts, kept as rows of
// which each has a first count that no other row has.
type span struct {
	told map[int]bool // counts that are known by themselves, and left out of the rows
	rows map[int]row
}

// row is a sum of counts, and what it was made from: so many times each figure.
type row struct{ counts, from map[int]uint64 }

func newSpan(told map[int]bool) *span { return &span{told, map[int]row{}} }

// add puts a figure, the sum of some counts, into the span.
func (s *span) add(figure int, of []int) {
	r := s.reduced(of, nil)
	r.from[figure] = 1
	s.put(r)
}

// addEqual puts the difference of two sums into the span: it is known to be 0,
// and made from no figure.
func (s *span) addEqual(a, b []int) { s.put(s.reduced(a, b)) }

func (s *span) put(v row) {
	if len(v.counts) == 0 {
		return
	}
	pivot := -1
	for cell := range v.counts {
		if pivot < 0 || cell < pivot {
			pivot = cell
		}
	}
	by := inverse(v.counts[pivot])
	scale(v.counts, by)
	scale(v.from, by)
	for _, r := range s.rows {
		if by := r.counts[pivot]; by != 0 {
			subtract(r.counts, v.counts, by)
			subtract(r.from, v.from, by)
		}
	}
	s.rows[pivot] = v
}

// holds reports whether the sum of some counts is in the span, and which
// figures it is then made from.
func (s *span) holds(of []int) (made map[int]uint64, held bool) {
	r := s.reduced(of, nil)
	return r.from, len(r.counts) == 0
}

// reduced is the sum of some counts, without those to be taken away, less what
// the span makes of it.
func (s *span) reduced(of, less []int) row {
	v := row{map[int]uint64{}, map[int]uint64{}}
	for _, cell := range of {
		if !s.told[cell] {
			v.counts[cell] = 1
		}
	}
	for _, cell := range less {
		if !s.told[cell] {
			v.counts[cell] = prime - 1
		}
	}
	// Rows have each other's pivots at zero, so that one pass does.
	for cell, by := range maps.Clone(v.counts) {
		if r, is := s.rows[cell]; is {
			subtract(v.counts, r.counts, by)
			subtract(v.from, r.from, by)
		}
	}
	return v
}

func subtract(v, row map[int]uint64, by uint64) {
	for cell, n := range row {
		left := (v[cell] + prime - times(n, by)) % prime
		if left == 0 {
			delete(v, cell)
		} else {
			v[cell] = left
		}
	}
}

func scale(v map[int]uint64, by uint64) {
	for cell, n := range v {
		v[cell] = times(n, by)
	}
}

func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	_, rest := bits.Div64(high, low, prime)
	return rest
}

// inverse is a to the power of prime-2.
func inverse(a uint64) uint64 {
	result := uint64(1)
	for n := uint64(prime - 2); n > 0; n >>= 1 {
		if n&1 == 1 {
			result = times(result, a)
		}
		a = times(a, a)
	}
	return result
}
