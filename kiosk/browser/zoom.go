package browser

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// The bounds of Zoom. WCAG 1.4.4 asks for 200 %.
const (
	MinZoom = 1.0
	MaxZoom = 3.0
)

// Zoom lays every page out as if the window were factor times smaller, and
// shows it factor times larger, as Ctrl and + do. It holds for pages to come.
func (b *Browser) Zoom(ctx context.Context, factor float64) error {
	if math.IsNaN(factor) || factor < MinZoom || factor > MaxZoom {
		return fmt.Errorf("zoom: factor %v is not between %v and %v", factor, MinZoom, MaxZoom)
	}
	b.mu.Lock()
	b.zoom = factor
	steps := append([]*page(nil), b.steps...)
	b.mu.Unlock()
	var err error
	for _, p := range steps {
		err = errors.Join(err, b.zoomPage(ctx, p, factor))
	}
	return err
}

func (b *Browser) zoomPage(ctx context.Context, p *page, factor float64) error {
	if factor == 1 {
		return b.conn.call(ctx, p.session, "Emulation.clearDeviceMetricsOverride", nil, nil)
	}
	var window struct {
		Bounds struct{ Width, Height int }
	}
	err := b.conn.call(ctx, "", "Browser.getWindowForTarget", map[string]any{"targetId": p.target}, &window)
	if err != nil {
		return err
	}
	return b.conn.call(ctx, p.session, "Emulation.setDeviceMetricsOverride", map[string]any{
		"width":             int(math.Round(float64(window.Bounds.Width) / factor)),
		"height":            int(math.Round(float64(window.Bounds.Height) / factor)),
		"deviceScaleFactor": factor,
		"scale":             factor,
		"mobile":            false,
		// Else the page fills its own smaller size, in a corner of the window.
		"dontSetVisibleSize": true,
	}, nil)
}
