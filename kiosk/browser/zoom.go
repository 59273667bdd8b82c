package browser

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// The bounds of Zoom. WCAG 1.4.4 asks for 200 %.
const (
	MinZoom = 1.0
	MaxZoom = 3.0
)

// windowEvery is how often the window is measured while pages are laid out for
// another: such a page is not told that the window changed, as it does when the
// keyboard comes on the screen.
const windowEvery = 300 * time.Millisecond

// bounds are a window's, in pixels of the screen.
type bounds struct{ Width, Height int }

// Zoom lays every page out as if the window were factor times smaller, and
// shows it factor times larger, as Ctrl and + do. It holds for pages to come.
func (b *Browser) Zoom(ctx context.Context, factor float64) error {
	if math.IsNaN(factor) || factor < MinZoom || factor > MaxZoom {
		return fmt.Errorf("zoom: factor %v is not between %v and %v", factor, MinZoom, MaxZoom)
	}
	b.mu.Lock()
	b.zoom = factor
	steps := append([]*page(nil), b.steps...)
	follow := factor != 1 && !b.following
	b.following = b.following || follow
	b.mu.Unlock()
	if follow {
		go b.followWindow()
	}
	var err error
	for _, p := range steps {
		err = errors.Join(err, b.zoomPage(ctx, p, factor))
	}
	return err
}

// followWindow lays the page in front out anew when its window is another,
// until pages have their own size again.
func (b *Browser) followWindow() {
	tick := time.NewTicker(windowEvery)
	defer tick.Stop()
	for {
		select {
		case <-b.conn.done:
			return
		case <-tick.C:
		}
		b.mu.Lock()
		zoom := b.zoom
		if zoom == 1 {
			b.following = false
			b.mu.Unlock()
			return
		}
		var front *page
		if n := len(b.steps); n > 0 {
			front = b.steps[n-1]
		}
		b.mu.Unlock()
		if front == nil {
			continue
		}
		// A browser that hangs is somebody else's to see.
		if is, err := b.bounds(context.Background(), front); err == nil && is != b.laidFor(front) {
			_ = b.zoomPage(context.Background(), front, zoom)
		}
	}
}

func (b *Browser) laidFor(p *page) bounds {
	b.mu.Lock()
	defer b.mu.Unlock()
	return p.laid
}

func (b *Browser) bounds(ctx context.Context, p *page) (bounds, error) {
	var window struct{ Bounds bounds }
	err := b.conn.call(ctx, "", "Browser.getWindowForTarget", map[string]any{"targetId": p.target}, &window)
	return window.Bounds, err
}

func (b *Browser) zoomPage(ctx context.Context, p *page, factor float64) error {
	if factor == 1 {
		return b.conn.call(ctx, p.session, "Emulation.clearDeviceMetricsOverride", nil, nil)
	}
	window, err := b.bounds(ctx, p)
	if err != nil {
		return err
	}
	b.mu.Lock()
	p.laid = window
	b.mu.Unlock()
	return b.conn.call(ctx, p.session, "Emulation.setDeviceMetricsOverride", map[string]any{
		"width":             int(math.Round(float64(window.Width) / factor)),
		"height":            int(math.Round(float64(window.Height) / factor)),
		"deviceScaleFactor": factor,
		"scale":             factor,
		"mobile":            false,
		// Else the page fills its own smaller size, in a corner of the window.
		"dontSetVisibleSize": true,
	}, nil)
}
