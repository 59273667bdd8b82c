package chaos

import (
	"fmt"
	"strings"
)

// Trend is how one quantity went over the visits of a soak.
type Trend struct {
	// Name says what was measured, Unit in what.
	Name, Unit string
	// Visits are the numbers of visits before each value.
	Visits, Values []float64
	// Slack is what may be added in 1000 visits to small numbers, of which a tenth would be less than one.
	Slack float64
}

// A borne has some thousand visits between two restarts for updates: what grows by less than a tenth in that time never
// becomes anybody's trouble, and what grows by more would be seen within a week.
const (
	horizon = 1000
	tenth   = 0.1
)

// Growth is what the fitted line adds in 1000 visits.
func (t Trend) Growth() float64 { return horizon * Fit(t.Visits, t.Values).Slope }

// Bound is what may be added in 1000 visits.
func (t Trend) Bound() float64 { return max(tenth*Fit(t.Visits, t.Values).Start, t.Slack) }

// Unrest is what the values' own going up and down may add to Growth, or hide of it: two standard errors.
func (t Trend) Unrest() float64 { return 2 * horizon * Fit(t.Visits, t.Values).Error }

// Grows reports whether the quantity grows by more than its bound, unrest or not, and still does so in the latter half: a
// cache that fills grows at first, a leak goes on.
func (t Trend) Grows() bool {
	half := t
	n := len(t.Values) / 2
	half.Visits, half.Values = t.Visits[n:], t.Values[n:]
	return t.Growth()-t.Unrest() > t.Bound() && half.Growth()-half.Unrest() > half.Bound()
}

// Trends renders a table.
func Trends(all []Trend) string {
	var b strings.Builder
	b.WriteString("| what | first | last | in 1000 visits | allowed | a growth is noticed from | |\n| --- | --: | --: | --: | --: | --: | --- |\n")
	for _, t := range all {
		if len(t.Values) == 0 {
			continue
		}
		verdict := ""
		if t.Grows() {
			verdict = " **grows**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %+.1f | %.1f | %.1f | `%s`%s |\n", t.Name, t.amount(t.Values[0]), t.amount(t.Values[len(t.Values)-1]),
			t.Growth(), t.Bound(), t.Bound()+t.Unrest(), Sparkline(t.Values, 30), verdict)
	}
	return b.String()
}

func (t Trend) amount(v float64) string { return strings.TrimSpace(fmt.Sprintf("%.4g %s", v, t.Unit)) }
