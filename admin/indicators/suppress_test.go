package indicators

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// table draws counts by area and service, and the figures that are published of them: every cell, the totals of both
// sides and of all, and some areas that overlap.
func table(t *rapid.T) []Figure {
	areas, services := rapid.IntRange(1, 6).Draw(t, "areas"), rapid.IntRange(1, 6).Draw(t, "services")
	count := rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Range(1, 14), rapid.Uint64Range(11, 400))
	values := make([]uint64, areas*services)
	for i := range values {
		values[i] = count.Draw(t, "count")
	}
	var figures []Figure
	publish := func(in func(area, service int) bool) {
		var f Figure
		for a := range areas {
			for s := range services {
				if in(a, s) {
					f.Of, f.Value = append(f.Of, a*services+s), f.Value+values[a*services+s]
				}
			}
		}
		if len(f.Of) > 0 {
			figures = append(figures, f)
		}
	}
	for a := range areas {
		for s := range services {
			publish(func(x, y int) bool { return x == a && y == s })
		}
		publish(func(x, _ int) bool { return x == a })
	}
	for s := range services {
		publish(func(_, y int) bool { return y == s })
	}
	publish(func(int, int) bool { return true })
	for range rapid.IntRange(0, 3).Draw(t, "overlapping areas") {
		chosen := rapid.SliceOfN(rapid.Bool(), areas, areas).Draw(t, "area")
		one := rapid.IntRange(-1, services-1).Draw(t, "of service")
		publish(func(x, y int) bool { return chosen[x] && (one < 0 || y == one) })
	}
	return figures
}

// TestNothingIsGivenAway attacks what is published with linear algebra over the rationals, written apart from the code.
func TestNothingIsGivenAway(t *testing.T) {
	hidden, visible := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		figures := table(t)
		left := Suppress(figures, SmallCell)
		var known [][]*big.Rat
		cells := 0
		for _, f := range figures {
			for _, c := range f.Of {
				cells = max(cells, c+1)
			}
		}
		vector := func(of []int, value uint64) []*big.Rat {
			v := make([]*big.Rat, cells+1)
			for i := range v {
				v[i] = new(big.Rat)
			}
			for _, c := range of {
				v[c].SetInt64(1)
			}
			v[cells].SetUint64(value)
			return v
		}
		for i, f := range figures {
			if left[i] {
				hidden++
				continue
			}
			visible++
			if f.Value > 0 && f.Value < SmallCell {
				t.Fatalf("%d is published", f.Value)
			}
			known = append(known, vector(f.Of, f.Value))
			if f.Value == 0 {
				for _, c := range f.Of {
					known = append(known, vector([]int{c}, 0))
				}
			}
		}
		solved := eliminate(known, cells)
		for i, f := range figures {
			if !left[i] {
				continue
			}
			v := vector(f.Of, 0)
			for _, row := range solved {
				at := 0
				for row[at].Sign() == 0 {
					at++
				}
				if v[at].Sign() != 0 {
					by := new(big.Rat).Set(v[at])
					for c := range v {
						v[c].Sub(v[c], new(big.Rat).Mul(by, row[c]))
					}
				}
			}
			free := false
			for _, x := range v[:cells] {
				free = free || x.Sign() != 0
			}
			if !free {
				t.Fatalf("figure %v was left out, and is %v by the others", f, new(big.Rat).Neg(v[cells]))
			}
		}
		rests(t, figures, left)
	})
	if hidden == 0 || visible == 0 {
		t.Errorf("%d figures were left out and %d were not: nothing was tried", hidden, visible)
	}
}

// eliminate brings rows into reduced echelon form.
func eliminate(rows [][]*big.Rat, cells int) [][]*big.Rat {
	var done [][]*big.Rat
	for c := range cells {
		at := -1
		for i, row := range rows {
			if row[c].Sign() != 0 {
				at = i
				break
			}
		}
		if at < 0 {
			continue
		}
		pivot := rows[at]
		rows = append(rows[:at:at], rows[at+1:]...)
		by := new(big.Rat).Inv(pivot[c])
		for i := range pivot {
			pivot[i].Mul(pivot[i], by)
		}
		for _, others := range [][][]*big.Rat{rows, done} {
			for _, row := range others {
				if by := new(big.Rat).Set(row[c]); by.Sign() != 0 {
					for i := range row {
						row[i].Sub(row[i], new(big.Rat).Mul(by, pivot[i]))
					}
				}
			}
		}
		done = append(done, pivot)
	}
	return done
}

// rests looks for totals whose hidden cells are together too few.
func rests(t *rapid.T, figures []Figure, left []bool) {
	for i, total := range figures {
		if left[i] || len(total.Of) < 2 {
			continue
		}
		rest, seen := total.Value, map[int]bool{}
		for j, f := range figures {
			if len(f.Of) == 1 && !left[j] {
				for _, c := range total.Of {
					if c == f.Of[0] && !seen[c] {
						seen[c] = true
						rest -= f.Value
					}
				}
			}
		}
		if rest > 0 && rest < SmallCell {
			t.Fatalf("total %v leaves %d for what was left out", total, rest)
		}
	}
}

// TestSuppressLosesLittle holds the usual case: large cells stay.
func TestSuppressLosesLittle(t *testing.T) {
	figures := []Figure{{3, []int{0}}, {40, []int{1}}, {50, []int{2}}, {60, []int{3}},
		{43, []int{0, 1}}, {110, []int{2, 3}}, {53, []int{0, 2}}, {100, []int{1, 3}}, {153, []int{0, 1, 2, 3}}}
	left, n := Suppress(figures, SmallCell), 0
	for i, l := range left {
		if l {
			n++
		}
		if l && len(figures[i].Of) > 1 {
			t.Errorf("the total %v was left out", figures[i])
		}
	}
	if n != 4 { // a square of four cells, since each row and column needs two
		t.Errorf("%d left out: %v", n, left)
	}
	if left := Suppress([]Figure{{20, []int{0}}, {0, []int{1}}, {20, []int{0, 1}}}, SmallCell); left[0] || left[1] || left[2] {
		t.Errorf("nothing is small: %v", left)
	}
}

// BenchmarkSuppress is a large organisation's month: 100 sites and 60 services, most of whose cells are small.
func BenchmarkSuppress(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	const areas, services = 100, 60
	rows, columns, all := make([]Figure, areas), make([]Figure, services), Figure{}
	var figures []Figure
	for a := range areas {
		for s := range services {
			v := uint64(random.ExpFloat64() * 14)
			figures = append(figures, Figure{v, []int{a*services + s}})
			for _, f := range []*Figure{&rows[a], &columns[s], &all} {
				f.Value, f.Of = f.Value+v, append(f.Of, a*services+s)
			}
		}
	}
	figures = append(append(append(figures, rows...), columns...), all)
	for b.Loop() {
		Suppress(figures, SmallCell)
	}
}
