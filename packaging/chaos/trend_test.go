package chaos_test

import (
	"math"
	"testing"

	"borne/packaging/chaos"

	"pgregory.net/rapid"
)

func TestFitFindsALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-100, 100).Draw(t, "slope"), rapid.Float64Range(-1000, 1000).Draw(t, "start")
		var x, y []float64
		for i := range rapid.IntRange(2, 50).Draw(t, "n") {
			x, y = append(x, float64(3*i)), append(y, a*float64(3*i)+b)
		}
		got := chaos.Fit(x, y)
		if math.Abs(got.Slope-a) > 1e-6 || math.Abs(got.Start-b) > 1e-6 || got.Error > 1e-6 {
			t.Errorf("%+v, want %v and %v", got, a, b)
		}
	})
}

func TestFitKnowsItsError(t *testing.T) {
	// By hand: a slope of 3.5/5; squares of 0.3 are left for two degrees of freedom, over 5.
	got := chaos.Fit([]float64{0, 1, 2, 3}, []float64{1, 1, 2, 3})
	if math.Abs(got.Slope-0.7) > 1e-9 || math.Abs(got.Error-math.Sqrt(0.3/2/5)) > 1e-9 {
		t.Errorf("%+v", got)
	}
}

func TestFitOfTooLittle(t *testing.T) {
	for _, x := range [][]float64{nil, {1}, {2, 2, 2}} {
		if got := chaos.Fit(x, make([]float64, len(x))); got != (chaos.Line{}) {
			t.Errorf("of %v: %+v", x, got)
		}
	}
}

func TestSparkline(t *testing.T) {
	for _, c := range []struct {
		values []float64
		width  int
		want   string
	}{
		{nil, 5, ""},
		{[]float64{0, 0}, 5, "▁▁"},
		{[]float64{1, 2, 4, 8}, 4, "▂▃▅█"},
		{[]float64{8, 8, 8, 8, 1, 1}, 3, "██▂"},
	} {
		if got := chaos.Sparkline(c.values, c.width); got != c.want {
			t.Errorf("%v in %d: %s, want %s", c.values, c.width, got, c.want)
		}
	}
}
