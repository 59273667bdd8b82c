package console

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// chart is a drawing of bars in SVG units; parts.html draws it. Every chart
// stands beside a table of the same figures.
type chart struct {
	ID, Title, Summary string
	Width, Height      int
	Bars               []bar
	Ticks              []tick
	// Base is where bars stand.
	Base int
}

type bar struct {
	X, Y, W, H    float64
	Label, Detail string
	N             uint64
	// LabelX, LabelY and ValueX, ValueY place the words.
	LabelX, LabelY, ValueX, ValueY float64
	ShowLabel, ShowValue           bool
}

type tick struct {
	Y     float64
	Label string
}

type point struct {
	label, detail string
	n             uint64
}

// Measures of an upright chart.
const (
	chartWidth  = 760
	chartHeight = 250
	chartLeft   = 46
	chartTop    = 22
	chartFoot   = 30
)

// barsChart draws upright bars, one a point.
func barsChart(title string, points []point) chart {
	c := chart{ID: idOf(title), Title: title, Width: chartWidth, Height: chartHeight, Base: chartHeight - chartFoot}
	var most, total uint64
	var peak point
	longest := 1
	for _, p := range points {
		total += p.n
		longest = max(longest, utf8.RuneCountInString(p.label))
		if p.n > most {
			most, peak = p.n, p
		}
	}
	c.Summary = "Aucune donnée."
	if total > 0 {
		c.Summary = fmt.Sprintf("Total : %s. Le plus élevé : %s, %s.", number(total), number(most), peak.detail)
	}
	step, top := scale(most)
	height := float64(chartHeight - chartTop - chartFoot)
	for v := uint64(0); v <= top; v += step {
		c.Ticks = append(c.Ticks, tick{float64(c.Base) - float64(v)/float64(top)*height, number(v)})
	}
	if len(points) == 0 {
		return c
	}
	slot := float64(chartWidth-chartLeft-4) / float64(len(points))
	// Labels are drawn as often as their own width lets them stand apart.
	every := max(1, int(math.Ceil(float64(longest)*7.6/slot)))
	// Figures stand above all the bars, or above none.
	roomy := slot >= float64(utf8.RuneCountInString(number(most)))*9
	for i, p := range points {
		w := math.Min(slot*0.7, 56)
		h := float64(p.n) / float64(top) * height
		center := chartLeft + slot*(float64(i)+0.5)
		c.Bars = append(c.Bars, bar{X: center - w/2, Y: float64(c.Base) - h, W: w, H: h, Label: p.label, Detail: p.detail, N: p.n,
			LabelX: center, LabelY: float64(c.Base) + 20, ValueX: center, ValueY: float64(c.Base) - h - 6,
			ShowLabel: i%every == 0, ShowValue: p.n > 0 && roomy})
	}
	return c
}

// Measures of a chart of lying bars.
const (
	lineHeight = 30
	lineLabel  = 210 // room for a service's name
	lineWidth  = 560
	maxLines   = 12
)

// linesChart draws a lying bar for each row of a table, the greatest first.
func linesChart(title string, t usageTable) chart {
	rows := t.Rows[:min(len(t.Rows), maxLines)]
	c := chart{ID: idOf(title), Title: title, Width: lineWidth, Height: max(1, len(rows))*lineHeight + 4, Base: lineLabel}
	c.Summary = "Aucune donnée."
	if len(rows) == 0 {
		return c
	}
	most := slices.MaxFunc(rows, func(a, b usageRow) int { return cmp.Compare(a.Total, b.Total) })
	c.Summary = fmt.Sprintf("Le plus souvent : %s, %s.", most.Name, number(most.Total))
	room := float64(lineWidth - lineLabel - 60)
	for i, r := range rows {
		w := float64(r.Total) / float64(max(1, most.Total)) * room
		y := float64(i * lineHeight)
		c.Bars = append(c.Bars, bar{X: lineLabel, Y: y + 5, W: w, H: lineHeight - 10, Label: shorten(r.Name, 27), Detail: r.Name, N: r.Total,
			LabelX: lineLabel - 8, LabelY: y + 20, ValueX: lineLabel + w + 7, ValueY: y + 20, ShowLabel: true, ShowValue: true})
	}
	return c
}

// scale returns the distance between rules and the top of an axis: four or
// five rules at round numbers.
func scale(most uint64) (step, top uint64) {
	step = 1
	for factor := uint64(1); ; factor *= 10 {
		for _, m := range []uint64{1, 2, 5} {
			if step = m * factor; step*5 >= most {
				return step, max(step, (most+step-1)/step*step)
			}
		}
	}
}

func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// idOf makes a title into an id of the page.
func idOf(title string) string {
	out := []byte("graphique-")
	for _, r := range title {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			out = append(out, byte(r))
		}
	}
	return string(out)
}
