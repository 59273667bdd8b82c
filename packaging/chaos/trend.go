package chaos

import "strings"

// Slope is the slope of the straight line that fits values best, by least squares: how much y grows by one of x. It is 0
// for fewer than two different x.
func Slope(x, y []float64) float64 {
	n := float64(len(x))
	if len(x) != len(y) || n < 2 {
		return 0
	}
	var sx, sy float64
	for i := range x {
		sx += x[i]
		sy += y[i]
	}
	var above, below float64
	for i := range x {
		dx := x[i] - sx/n
		above += dx * (y[i] - sy/n)
		below += dx * dx
	}
	if below == 0 {
		return 0
	}
	return above / below
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
