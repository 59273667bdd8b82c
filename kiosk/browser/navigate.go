package browser

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Navigate closes the windows that pages opened and sends the first page to
// url, which Back then does not go below. A page that does not answer (it hangs,
// has crashed or asks something) is replaced. Whether url opened comes as
// Painted, Loaded or Failed; an error means that the browser did not obey.
func (b *Browser) Navigate(ctx context.Context, url string) error {
	first := b.first()
	if first == nil || !b.responsive(ctx, first) {
		var err error
		if first, err = b.newPage(ctx); err != nil {
			return err
		}
	}
	b.closeAllBut(first)
	b.mu.Lock()
	b.start = url
	b.refusals = 0
	first.fresh = true
	first.questions = questions{}
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
// to go back to, or the question that the page asks. It reports false when
// there is nowhere to go. From a page that does not answer it goes back to
// where Navigate began.
func (b *Browser) Back(ctx context.Context) (moved bool, err error) {
	p := b.front()
	if p == nil {
		return false, ErrNoPage
	}
	if b.dismiss(p) {
		return true, nil
	}
	first := p == b.first()
	if !b.responsive(ctx, p) {
		if !first {
			return true, b.closePage(ctx, p)
		}
		b.mu.Lock()
		start := b.start
		b.mu.Unlock()
		return true, b.Navigate(ctx, start)
	}
	h, err := b.history(ctx, p)
	if err != nil {
		return false, err
	}
	b.mu.Lock()
	floor := p.floor
	b.mu.Unlock()
	switch {
	case h.CurrentIndex > floor:
		id := h.Entries[h.CurrentIndex-1].ID
		return true, b.conn.call(ctx, p.session, "Page.navigateToHistoryEntry", map[string]any{"entryId": id}, nil)
	case !first:
		return true, b.closePage(ctx, p)
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
	if front == nil || front.session != session || front.target != p.FrameID || b.isTrying(front) {
		return
	}
	switch p.Name {
	case "firstContentfulPaint":
		b.control.Handle(Painted{})
	case "load":
		b.mu.Lock()
		document := front == b.document
		b.mu.Unlock()
		if document { // the viewer of PDF draws in a frame of its own, and no paint is told of this one
			b.control.Handle(Painted{})
		}
		b.control.Handle(Loaded{})
	}
}

// isTrying reports whether what a page shows is still a refusal that Open waits
// to see lifted.
func (b *Browser) isTrying(p *page) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return p.trying
}

// navigated tells of an error page that took a document's place.
func (b *Browser) navigated(session string, p struct {
	Frame struct {
		ParentID       string `json:"parentId"`
		URL            string `json:"url"`
		URLFragment    string `json:"urlFragment"`
		UnreachableURL string `json:"unreachableUrl"`
	} `json:"frame"`
}) {
	if p.Frame.ParentID != "" {
		return
	}
	b.silence(session)
	b.mu.Lock()
	page := b.pages[session]
	if page == nil {
		b.mu.Unlock()
		return
	}
	failure := page.failure
	page.document, page.failure = "", ""
	page.refused = nil
	if b.chooser != nil && b.chooser.page == page {
		b.chooser = nil // the field went with its document
	}
	fresh := page.fresh
	tried := page.trying && p.Frame.UnreachableURL != "" && causeOf(failure) == CausePolicy
	page.fresh = fresh && tried
	b.mu.Unlock()
	if tried {
		return
	}
	if fresh {
		b.setFloor(page)
	}
	switch {
	case p.Frame.UnreachableURL != "":
		b.control.Handle(Failed{causeOf(failure), p.Frame.UnreachableURL})
	case p.Frame.URL+p.Frame.URLFragment == blockedPage:
		b.control.Handle(Failed{CausePolicy, blockedPage})
	case b.control.Refuses != nil && b.control.Refuses(p.Frame.URL):
		b.conn.tell(session, "Page.stopLoading", nil)
		b.control.Handle(Failed{CausePolicy, p.Frame.URL})
	}
}

// blockedPage stands where a page asked for one of Chromium's own.
const blockedPage = "about:blank#blocked"

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
