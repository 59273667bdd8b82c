package console

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// pairChart draws two or three upright bars beside each other at each point: a
// period's steps beside those of earlier ones, or a site's. They differ by
// shade, by an outline and by their order, and the table beside tells them all.
type pairChart struct {
	ID, Title, Summary string
	Width, Height      int
	Base               int
	Ticks              []tick
	Groups             []pairGroup
	Legend             []pairKey
}

type pairGroup struct {
	LabelX, LabelY float64
	Label          string
	ShowLabel      bool
	Bars           []pairBar
}

type pairBar struct {
	X, Y, W, H float64
	Class      string
	Detail     string
	N          uint64
}

type pairKey struct{ Class, Label string }

// series is one period's counts; Details name each of them.
type series struct {
	Label   string
	Counts  []uint64
	Details []string
}

// pairClasses are the looks of the series, the present one first.
var pairClasses = []string{"now", "before", "year"}

func comparedChart(title string, labels []string, all []series) pairChart {
	c := pairChart{ID: idOf(title), Title: title, Width: chartWidth, Height: chartHeight, Base: chartHeight - chartFoot}
	var most uint64
	longest := 1
	for _, l := range labels {
		longest = max(longest, utf8.RuneCountInString(l))
	}
	var sums []string
	for i, s := range all {
		var sum uint64
		for _, n := range s.Counts {
			most, sum = max(most, n), sum+n
		}
		c.Legend = append(c.Legend, pairKey{pairClasses[i%len(pairClasses)], s.Label})
		sums = append(sums, fmt.Sprintf("%s : %s", s.Label, number(sum)))
	}
	c.Summary = typeset(strings.Join(sums, " ; ") + ".")
	step, top := scale(most)
	height := float64(chartHeight - chartTop - chartFoot)
	for v := uint64(0); v <= top; v += step {
		c.Ticks = append(c.Ticks, tick{float64(c.Base) - float64(v)/float64(top)*height, number(v)})
	}
	if len(labels) == 0 {
		return c
	}
	slot := float64(chartWidth-chartLeft-4) / float64(len(labels))
	every := max(1, int(math.Ceil(float64(longest)*7.6/slot)))
	w := math.Min(slot*0.8/float64(max(1, len(all))), 34)
	for i, label := range labels {
		center := chartLeft + slot*(float64(i)+0.5)
		g := pairGroup{LabelX: center, LabelY: float64(c.Base) + 20, Label: label, ShowLabel: i%every == 0}
		// Time goes from left to right: the present period is the last.
		for j := len(all) - 1; j >= 0; j-- {
			s := all[j]
			if i >= len(s.Counts) {
				continue
			}
			h := float64(s.Counts[i]) / float64(top) * height
			x := center - w*float64(len(all))/2 + w*float64(len(all)-1-j)
			g.Bars = append(g.Bars, pairBar{X: x, Y: float64(c.Base) - h, W: w * 0.92, H: h, Class: pairClasses[j%len(pairClasses)], Detail: s.Details[i], N: s.Counts[i]})
		}
		c.Groups = append(c.Groups, g)
	}
	return c
}

// Measures of a spark, a line as high as a line of text.
const (
	sparkWidth  = 96
	sparkHeight = 22
)

// sparkChart draws how a figure went over the steps of a period, beside the
// figures themselves: it is decoration, and readers of screens are spared it.
func sparkChart(steps []uint64) chart {
	c := chart{Width: sparkWidth, Height: sparkHeight}
	var most uint64
	for _, n := range steps {
		most = max(most, n)
	}
	if most == 0 || len(steps) < 2 {
		return c
	}
	slot := float64(sparkWidth) / float64(len(steps))
	for i, n := range steps {
		h := float64(n) / float64(most) * (sparkHeight - 2)
		c.Bars = append(c.Bars, bar{X: slot * float64(i), Y: sparkHeight - h, W: slot * 0.8, H: h})
	}
	return c
}
