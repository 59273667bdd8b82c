package main

import (
	"context"
	"slices"
)

// zooms are the sizes that a visitor steps through; 2 is the 200 % of WCAG
// 1.4.4.
var zooms = []float64{1, 1.25, 1.5, 2}

// Zoom makes the page larger, smaller, or normal for step 0. It tells whether
// the page is larger than normal now.
func (e *engine) Zoom(ctx context.Context, step int) (larger bool, err error) {
	b, err := e.current()
	if err != nil {
		return false, err
	}
	e.state.Lock()
	i := slices.Index(zooms, e.zoom) + step
	if step == 0 {
		i = slices.Index(zooms, 1)
	}
	zoom := zooms[max(0, min(i, len(zooms)-1))]
	e.zoom = zoom
	e.state.Unlock()
	if err := b.Zoom(ctx, zoom); err != nil {
		return false, err
	}
	return zoom > 1, nil
}
