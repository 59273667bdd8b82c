package browser

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Navigate closes the windows that pages opened and sends the first page to
// url, which Back then does not go below. Whether it opened comes as Painted,
// Loaded or Failed; an error means that the browser did not obey.
func (b *Browser) Navigate(ctx context.Context, url string) error {
	b.mu.Lock()
	steps := append([]*page(nil), b.steps...)
	b.mu.Unlock()
	if len(steps) == 0 {
		return ErrNoPage
	}
	for _, s := range steps[1:] {
		b.conn.tell("", "Target.closeTarget", map[string]any{"targetId": s.target})
	}
	first := steps[0]
	b.dismiss(first)
	b.mu.Lock()
	first.fresh = true
	b.mu.Unlock()
	return b.conn.call(ctx, first.session, "Page.navigate", map[string]any{"url": url}, nil)
}

type history struct {
	CurrentIndex int `json:"currentIndex"`
	Entries      []struct {
		ID int `json:"id"`
	} `json:"entries"`
}

// swapLimit is how long a page may have no document, between two processes.
const swapLimit = time.Second

func (b *Browser) history(ctx context.Context, p *page) (h history, err error) {
	ctx, cancel := context.WithTimeout(ctx, swapLimit)
	defer cancel()
	for {
		err = b.conn.call(ctx, p.session, "Page.getNavigationHistory", nil, &h)
		var refused *protocolError
		if !errors.As(err, &refused) {
			break
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return h, err
		}
	}
	if err != nil {
		return h, err
	}
	if h.CurrentIndex < 0 || h.CurrentIndex >= len(h.Entries) {
		return h, fmt.Errorf("Page.getNavigationHistory: entry %d of %d", h.CurrentIndex, len(h.Entries))
	}
	return h, nil
}

// Back goes one page back, or closes the window in front when it has no page
// to go back to. It reports false when there is nowhere to go.
func (b *Browser) Back(ctx context.Context) (moved bool, err error) {
	p := b.front()
	if p == nil {
		return false, ErrNoPage
	}
	b.dismiss(p)
	h, err := b.history(ctx, p)
	if err != nil {
		return false, err
	}
	b.mu.Lock()
	floor, first := p.floor, len(b.steps) > 0 && b.steps[0] == p
	b.mu.Unlock()
	switch {
	case h.CurrentIndex > floor:
		id := h.Entries[h.CurrentIndex-1].ID
		return true, b.conn.call(ctx, p.session, "Page.navigateToHistoryEntry", map[string]any{"entryId": id}, nil)
	case !first:
		return true, b.conn.call(ctx, "", "Target.closeTarget", map[string]any{"targetId": p.target}, nil)
	default:
		return false, nil
	}
}

// lifecycle follows the main document alone: a page's target has the id of its
// main frame.
func (b *Browser) lifecycle(session string, p struct {
	FrameID string `json:"frameId"`
	Name    string `json:"name"`
}) {
	front := b.front()
	if front == nil || front.session != session || front.target != p.FrameID {
		return
	}
	switch p.Name {
	case "firstContentfulPaint":
		b.control.Handle(Painted{})
	case "load":
		b.control.Handle(Loaded{})
	}
}

// navigated tells of an error page that took a document's place.
func (b *Browser) navigated(session string, p struct {
	Frame struct {
		ParentID       string `json:"parentId"`
		UnreachableURL string `json:"unreachableUrl"`
	} `json:"frame"`
}) {
	if p.Frame.ParentID != "" {
		return
	}
	b.mu.Lock()
	page := b.pages[session]
	if page == nil {
		b.mu.Unlock()
		return
	}
	failure := page.failure
	page.document, page.failure = "", ""
	page.dialogs = 0
	fresh := page.fresh
	page.fresh = false
	b.mu.Unlock()
	if fresh {
		b.setFloor(page)
	}
	if p.Frame.UnreachableURL != "" {
		b.control.Handle(Failed{causeOf(failure)})
	}
}

// setFloor keeps Back on the service that Navigate opened.
func (b *Browser) setFloor(p *page) {
	h, err := b.history(context.Background(), p)
	if err != nil {
		b.control.Log.Warn("the browser's history cannot be read: Back may leave the service", "error", err)
		return
	}
	b.mu.Lock()
	p.floor = h.CurrentIndex
	b.mu.Unlock()
}
