package browser

import (
	"context"
	"errors"
	"slices"
	"strings"
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
		b.intercept(session)
		b.conn.tell(session, "Target.setAutoAttach", autoAttach("iframe"))
		run()
	case p.TargetInfo.Type != "page", strings.HasPrefix(p.TargetInfo.URL, "chrome://omnibox-popup"):
		run() // Chromium's own, beside the page
		b.conn.tell("", "Target.detachFromTarget", map[string]any{"sessionId": session})
	default:
		b.addStep(&page{target: p.TargetInfo.TargetID, session: session})
		run()
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
		b.conn.tell("", "Target.closeTarget", map[string]any{"targetId": p.target})
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
		{"Target.setAutoAttach", autoAttach("iframe")},
	} {
		b.conn.tell(p.session, c.method, c.params)
	}
	b.intercept(p.session)
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
