package bundle

import (
	"strconv"
	"strings"
)

// Bounds of a screen's diagonal, in millimetres: 7 inches to 3 metres.
const leastDiagonal, mostDiagonal = 177, 3000

// diagonal reads a length such as 15.6in or 396mm, in millimetres; 0 when it
// is left out.
func (v value) diagonal(name string) float64 {
	s, ok := v.text()
	if !ok {
		return 0
	}
	number, perUnit := "", 0.0
	switch {
	case strings.HasSuffix(s, "mm"):
		number, perUnit = strings.TrimSuffix(s, "mm"), 1
	case strings.HasSuffix(s, "in"):
		number, perUnit = strings.TrimSuffix(s, "in"), 25.4
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch mm := n * perUnit; {
	case err != nil || perUnit == 0:
		v.faultf("%s is %q: write a number with its unit, such as 15.6in or 396mm", name, s)
	case !(mm >= leastDiagonal && mm <= mostDiagonal):
		v.faultf("%s is %s: write between %.0fin (%dmm) and %dmm, measured from corner to corner", name, s, leastDiagonal/25.4, leastDiagonal, mostDiagonal)
	default:
		return mm
	}
	return 0
}
