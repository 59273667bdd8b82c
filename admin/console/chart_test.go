package console

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestScale(t *testing.T) {
	for most, want := range map[uint64]string{0: "1 1", 1: "1 1", 5: "1 5", 6: "2 6", 11: "5 15", 146: "50 150", 349: "100 400", 1001: "500 1500"} {
		step, top := scale(most)
		if got := fmt.Sprint(step, " ", top); got != want {
			t.Errorf("%d: %s, want %s", most, got, want)
		}
	}
}

// Every bar stays within its drawing, in proportion to its figure.
func TestBarsChart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var points []point
		for range rapid.IntRange(0, 60).Draw(t, "points") {
			points = append(points, point{"01/09", "1er septembre", rapid.Uint64Range(0, 1e9).Draw(t, "n")})
		}
		c := barsChart("Visites", points)
		for _, b := range c.Bars {
			if b.X < chartLeft || b.X+b.W > chartWidth || b.H < 0 || b.Y < chartTop-0.01 || b.Y+b.H > float64(c.Base)+0.01 {
				t.Fatalf("bar %+v leaves the drawing", b)
			}
			if (b.N == 0) != (b.H == 0) {
				t.Fatalf("bar %+v has not the height of its figure", b)
			}
		}
		if len(c.Ticks) < 2 || len(c.Ticks) > 7 {
			t.Fatalf("%d rules", len(c.Ticks))
		}
	})
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u202f000", 1234567: "1\u202f234\u202f567"} {
		if got := number(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	if one, many := counted(0, "borne", "bornes"), counted(2, "borne", "bornes"); one != "0\u00a0borne" || many != "2\u00a0bornes" {
		t.Errorf("%q, %q", one, many)
	}
}
