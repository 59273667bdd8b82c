package browser

import (
	_ "embed"

	"borne/kiosk"
)

// guardScript runs in every document before the page's own scripts.
//
//go:embed guard.js
var guardScript string

// guardBinding is the function by which guardScript tells of refusals; it
// takes it away before the page could call it.
const guardBinding = "borneRefused"

// guard prepares a session of a page, or of a frame in a process of its own,
// before its document runs.
func (b *Browser) guard(session string) {
	b.intercept(session)
	b.conn.tell(session, "Runtime.enable", nil)
	b.conn.tell(session, "Runtime.addBinding", map[string]any{"name": guardBinding})
	b.conn.tell(session, "Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": guardScript, "runImmediately": true})
	// What Chromium refuses without an event it writes to the console.
	b.conn.tell(session, "Log.enable", nil)
	b.conn.tell(session, "Media.enable", nil)
}

// guardPage does what is done once for a page's whole tree of frames.
func (b *Browser) guardPage(session string) {
	// An authenticator of ours that never answers, and shows nothing, in place
	// of the dialog that asks for a security key or a telephone.
	b.conn.tell(session, "WebAuthn.enable", map[string]any{"enableUI": false})
	b.guard(session)
}

// guardTold hears guardScript. A page that got hold of the function could only
// add to a counter, once for each document.
func (b *Browser) guardTold(session string, p struct {
	Name string `json:"name"`
}) {
	if p.Name == guardBinding {
		b.refuse(session, kiosk.ReasonPermission)
	}
}

// maxRefusals is how many refusals a page may cause us to tell, from one
// Navigate to the next: a page that tries without end is told of, and then
// ignored.
const maxRefusals = 20

// refuse tells of a refusal, at most once for each reason and document.
func (b *Browser) refuse(session string, reason kiosk.Reason) {
	b.mu.Lock()
	page := b.owner(session)
	tell := page != nil && !page.refused[reason] && b.refusals < maxRefusals
	if tell {
		b.refusals++
		if page.refused == nil {
			page.refused = map[kiosk.Reason]bool{}
		}
		page.refused[reason] = true
	}
	b.mu.Unlock()
	if tell {
		b.control.Handle(Refused{reason})
	}
}
