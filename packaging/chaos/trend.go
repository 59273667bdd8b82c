package chaos

import (
	"math"
	"strings"
)

// Line is the straight line that fits values best, by least squares.
type Line struct {
	// Start is its height where x is 0, Slope how much it grows by one of x.
	Start, Slope float64
	// Error is the standard error of Slope: the values' own unrest, as far as it moves the line.
	Error float64
}

// Fit lays a line through values. Fewer than two different x give a flat one through their mean.
func Fit(x, y []float64) Line {
	n := float64(len(x))
	if len(x) != len(y) || n == 0 {
		return Line{}
	}
	var sx, sy float64
	for i := range x {
		sx += x[i]
		sy += y[i]
	}
	mx, my := sx/n, sy/n
	var above, below float64
	for i := range x {
		above += (x[i] - mx) * (y[i] - my)
		below += (x[i] - mx) * (x[i] - mx)
	}
	if below == 0 {
		return Line{Start: my}
	}
	l := Line{Slope: above / below}
	l.Start = my - l.Slope*mx
	if n > 2 {
		var left float64
		for i := range x {
			d := y[i] - l.Start - l.Slope*x[i]
			left += d * d
		}
		l.Error = math.Sqrt(left / (n - 2) / below)
	}
	return l
}

// bars are eighths of a line's height.
var bars = []rune("▁▂▃▄▅▆▇█")

// Sparkline draws values in a line of text of at most width signs, each the mean of its share, from 0 to the largest.
func Sparkline(values []float64, width int) string {
	if len(values) == 0 || width < 1 {
		return ""
	}
	width = min(width, len(values))
	means := make([]float64, width)
	top := 0.0
	for i := range means {
		part := values[i*len(values)/width : (i+1)*len(values)/width]
		for _, v := range part {
			means[i] += v / float64(len(part))
		}
		top = max(top, means[i])
	}
	var b strings.Builder
	for _, m := range means {
		at := 0
		if top > 0 {
			at = min(int(m/top*float64(len(bars))), len(bars)-1)
		}
		b.WriteRune(bars[at])
	}
	return b.String()
}
