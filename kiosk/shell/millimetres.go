package shell

import (
	"math"

	"fyne.io/fyne/v2"
)

// Monitor knows the lit screen's size, as the screen itself tells it (EDID).
type Monitor interface {
	// Millimetres are nought where it is not known.
	Millimetres() (width, height int)
}

const (
	// fingerMM is the width of a target (docs/accessibilite.md).
	fingerMM = 20
	// mostStretched is how much larger than the layout's own a target may be: on
	// a smaller screen than that there is no room for everything.
	mostStretched = 1.35
	// leastDiagonal and mostDiagonal bound what a screen may say of itself, in
	// millimetres: many say nothing, or their proportions alone.
	leastDiagonal, mostDiagonal = 200, 2500
	// sameProportions is how far its proportions may be from those of its points.
	sameProportions = 0.1
)

// plausible reports whether a screen of so many points may have that size.
func plausible(width, height int, size fyne.Size) bool {
	if width <= 0 || height <= 0 || size.Width <= 0 || size.Height <= 0 {
		return false
	}
	long, short := float64(max(width, height)), float64(min(width, height))
	points := float64(max(size.Width, size.Height)) / float64(min(size.Width, size.Height))
	d := math.Hypot(long, short)
	return d >= leastDiagonal && d <= mostDiagonal && math.Abs(long/short/points-1) <= sameProportions
}

// diagonal is the screen's, in millimetres, 0 where nobody knows: what the
// organisation wrote, else what the screen says when that may be.
func (s *Shell) diagonal(size fyne.Size) (mm float64, written bool) {
	if s.settings.ScreenDiagonal > 0 {
		return s.settings.ScreenDiagonal, true
	}
	if s.options.Monitor == nil {
		return 0, false
	}
	if w, h := s.options.Monitor.Millimetres(); plausible(w, h, size) {
		return math.Hypot(float64(w), float64(h)), false
	}
	return 0, false
}

// measured makes targets as wide as a finger on a screen of that diagonal, in
// millimetres. They are never smaller than the layout has them: on a large
// screen there is room.
func (k kit) measured(diagonal float64) kit {
	if diagonal <= 0 {
		return k
	}
	k.perMM = float32(math.Hypot(float64(k.size.Width), float64(k.size.Height)) / diagonal)
	k.full = min(max(k.full, fingerMM*k.perMM/sizeTarget), k.factor*mostStretched)
	return k
}

// millimetres is a length on the screen, as near as is known.
func (k kit) millimetres(mm float32) float32 {
	if k.perMM > 0 {
		return mm * k.perMM
	}
	return k.target(sizeTarget) * mm / fingerMM
}
