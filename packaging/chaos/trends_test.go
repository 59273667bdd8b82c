package chaos_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"borne/packaging/chaos"
)

// over is a quantity over 200 visits, as a soak of ten minutes has them, with unrest.
func over(start, each, unrest float64) chaos.Trend {
	source := rand.New(rand.NewPCG(1, 2))
	t := chaos.Trend{Name: "borned, memory", Unit: "MB", Slack: 0}
	for n := 0.0; n <= 200; n += 10 {
		t.Visits = append(t.Visits, n)
		t.Values = append(t.Values, start+each*n+unrest*source.NormFloat64())
	}
	return t
}

func TestTrendNoticesALeak(t *testing.T) {
	for _, c := range []struct {
		name                string
		start, each, unrest float64
		grows               bool
	}{
		{"20 MB, flat", 20, 0, 0.1, false},
		{"20 MB, 1 kB a visit", 20, 0.001, 0.1, false},
		{"20 MB, 10 kB a visit", 20, 0.01, 0.1, true},
		{"20 MB, shrinking", 20, -0.01, 0.1, false},
		{"one descriptor a visit", 30, 1, 0.5, true},
		{"one descriptor in ten visits", 30, 0.1, 0.5, true},
		{"unrest alone", 30, 0, 3, false},
	} {
		if got := over(c.start, c.each, c.unrest); got.Grows() != c.grows {
			t.Errorf("%s: grows %v: growth %v, unrest %v, bound %v", c.name, got.Grows(), got.Growth(), got.Unrest(), got.Bound())
		}
	}
}

func TestTrendKnowsACacheThatFills(t *testing.T) {
	fills := over(20, 0.01, 0.02)
	for i := range fills.Values {
		if i > len(fills.Values)/3 {
			fills.Values[i] = fills.Values[len(fills.Values)/3]
		}
	}
	if fills.Grows() {
		t.Errorf("what ceased to grow grows: %+v", fills)
	}
}

func TestTrendsAreToldInATable(t *testing.T) {
	table := chaos.Trends([]chaos.Trend{over(20, 0, 0), over(20, 1, 0), {Name: "never measured"}})
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[2], "| borned, memory | 20 MB | 20 MB | +0.0 | 2.0 | 2.0 | `█") ||
		strings.Contains(lines[2], "grows") || !strings.Contains(lines[3], "+1000.0 | 2.0 | 2.0 |") || !strings.Contains(lines[3], "**grows**") {
		t.Error(table)
	}
}
