package bundle

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestDiagonal(t *testing.T) {
	for _, tt := range []struct {
		written string
		want    float64
		fault   string
	}{
		{"", 0, "[]"},
		{"15.6in", 396.24, "[]"},
		{"15.6 in", 396.24, "[]"},
		{"546mm", 546, "[]"},
		{"21", 0, `screen_diagonal is "21": write a number with its unit, such as 15.6in or 396mm`},
		{"15,6in", 0, "write a number with its unit"},
		{"grandin", 0, "write a number with its unit"},
		{"3in", 0, "write between 7in (177mm) and 3000mm"},
		{"NaNmm", 0, "write between"},
		{"Infin", 0, "write between"},
	} {
		files := good()
		if tt.written != "" {
			files["settings.yaml"] += "screen_diagonal: '" + tt.written + "'\n"
		}
		c, _, faults := LoadDir(dirOf(files))
		if got := c.Settings.ScreenDiagonal; math.Abs(got-tt.want) > 0.001 || !strings.Contains(fmt.Sprint(faults), tt.fault) {
			t.Errorf("%q: %v, %v; want %v, %s", tt.written, got, faults, tt.want, tt.fault)
		}
	}
}
