package browser

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"borne/kiosk"
)

// ErrNoPage is returned when every page has been closed.
var ErrNoPage = errors.New("the browser has no page")

type targetInfo struct {
	TargetID string `json:"targetId"`
	Type     string `json:"type"`
	URL      string `json:"url"`
}

type attachedToTarget struct {
	SessionID  string     `json:"sessionId"`
	TargetInfo targetInfo `json:"targetInfo"`
}

// attached takes a new target, which waits to be told to run.
func (b *Browser) attached(parent string, p attachedToTarget) {
	session := p.SessionID
	run := func() { b.conn.tell(session, "Runtime.runIfWaitingForDebugger", nil) }
	switch {
	case p.TargetInfo.Type == "iframe":
		b.mu.Lock()
		owner := b.owner(parent)
		if owner != nil {
			b.frames[session] = owner
		}
		b.mu.Unlock()
		b.conn.tell(session, "Page.enable", nil)
		b.guard(session)
		b.conn.tell(session, "Target.setAutoAttach", autoAttach("iframe", "worker"))
		run()
	case p.TargetInfo.Type != "page", strings.HasPrefix(p.TargetInfo.URL, "chrome://omnibox-popup"):
		run() // Chromium's own, beside the page, or a worker of the page
		b.conn.tell(parent, "Target.detachFromTarget", map[string]any{"sessionId": session})
	default:
		p := &page{target: p.TargetInfo.TargetID, session: session}
		if b.inWindow(p) {
			b.addStep(p)
		} else {
			b.turnAway(p)
		}
		run()
	}
}

// inWindow tells whether a page is in the one window that there is; the first
// page says which that is. A window of its own, by a key held with a click or
// by a script, would have an address, tabs and a menu.
func (b *Browser) inWindow(p *page) bool {
	ctx, cancel := context.WithTimeout(context.Background(), windowLimit)
	defer cancel()
	var window struct {
		ID int `json:"windowId"`
	}
	err := b.conn.call(ctx, "", "Browser.getWindowForTarget", map[string]any{"targetId": p.target}, &window)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.window == 0 && err == nil {
		b.window = window.ID
	}
	return err == nil && window.ID == b.window
}

// windowLimit is how long the browser may take to say where a page is: its own
// process answers, not the page's.
const windowLimit = 2 * time.Second

// turnAway closes a window that is one too many, and tells so of the page in
// front, which is still there.
func (b *Browser) turnAway(p *page) {
	b.conn.tell("", "Target.closeTarget", map[string]any{"targetId": p.target})
	if front := b.front(); front != nil {
		b.refuse(front.session, kiosk.ReasonWindow)
	}
}

// owner is the page that a session belongs to. The lock is held.
func (b *Browser) owner(session string) *page {
	if p := b.pages[session]; p != nil {
		return p
	}
	return b.frames[session]
}

// addStep puts a page in front.
func (b *Browser) addStep(p *page) {
	b.mu.Lock()
	full := len(b.steps) >= b.control.MaxSteps && b.making == 0
	if !full {
		b.steps = append(b.steps, p)
		b.pages[p.session] = p
	}
	count, zoom := len(b.steps), b.zoom
	b.mu.Unlock()
	if full {
		b.turnAway(p)
		return
	}
	for _, c := range []struct {
		method string
		params any
	}{
		{"Page.enable", nil},
		{"Page.setLifecycleEventsEnabled", map[string]any{"enabled": true}},
		// Only what became of documents is wanted: no body is kept.
		{"Network.enable", map[string]any{"maxTotalBufferSize": 0, "maxResourceBufferSize": 0, "maxPostDataSize": 0}},
		{"Target.setAutoAttach", autoAttach("iframe", "worker")},
	} {
		b.conn.tell(p.session, c.method, c.params)
	}
	b.guardPage(p.session)
	if count > 1 {
		// A window opened in the background would never be seen.
		b.conn.tell("", "Target.activateTarget", map[string]any{"targetId": p.target})
	}
	if zoom != 1 {
		go func() { _ = b.zoomPage(context.Background(), p, zoom) }()
	}
	if count == 1 {
		select {
		case <-b.ready:
		default:
			close(b.ready)
		}
	}
	b.control.Handle(Steps{count})
}

func (b *Browser) detached(_ string, p struct {
	SessionID string `json:"sessionId"`
}) {
	b.mu.Lock()
	delete(b.frames, p.SessionID)
	gone := b.pages[p.SessionID]
	delete(b.pages, p.SessionID)
	if gone != nil {
		b.steps = slices.DeleteFunc(b.steps, func(s *page) bool { return s == gone })
		if b.chooser != nil && b.chooser.page == gone {
			b.chooser = nil
		}
	}
	count := len(b.steps)
	b.mu.Unlock()
	b.silence(p.SessionID)
	if gone != nil {
		b.control.Handle(Steps{count})
	}
}

// crashed concerns pages alone: a frame's crash leaves the page usable.
func (b *Browser) crashed(_ string, p struct {
	TargetID string `json:"targetId"`
}) {
	b.mu.Lock()
	known := slices.ContainsFunc(b.steps, func(s *page) bool { return s.target == p.TargetID })
	b.mu.Unlock()
	if known {
		b.control.Handle(Crashed{})
	}
}
