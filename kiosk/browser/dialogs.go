package browser

import (
	"context"
	"time"
)

// maxDialogs is how many questions a document may ask with alert, confirm or
// prompt; further ones are closed as they open.
const maxDialogs = 3

// dialogOpening lets Chromium show what a page asks, within limits: a page
// that asks again and again would hold the visitor.
func (b *Browser) dialogOpening(session string, p struct {
	Type string `json:"type"`
}) {
	b.mu.Lock()
	page := b.owner(session)
	if page == nil {
		b.mu.Unlock()
		return
	}
	page.dialog = true
	page.dialogs++
	leaving := p.Type == "beforeunload"
	tooMany := page.dialogs > maxDialogs
	b.mu.Unlock()
	if leaving || tooMany {
		// "Leave this page?" is always yes: Retour and Accueil must work.
		b.answer(session, leaving)
	}
	b.control.Handle(Dialog{Answered: leaving || tooMany})
}

func (b *Browser) dialogClosed(session string, _ struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if page := b.owner(session); page != nil {
		page.dialog = false
	}
}

// dismiss closes the question that the visitor sees on a page, false when there
// is none.
func (b *Browser) dismiss(p *page) bool {
	b.mu.Lock()
	shown := p.dialog && p.dialogs <= maxDialogs
	b.mu.Unlock()
	if shown {
		b.answer(p.session, false)
	}
	return shown
}

// answerLimit is how long an answer is repeated: the event comes a moment
// before Chromium takes answers.
const answerLimit = 2 * time.Second

// answer closes the question that is open in a session, without waiting.
func (b *Browser) answer(session string, accept bool) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
		defer cancel()
		for b.asking(session) {
			err := b.conn.call(ctx, session, "Page.handleJavaScriptDialog", map[string]any{"accept": accept}, nil)
			if err == nil {
				return
			}
			select {
			case <-time.After(20 * time.Millisecond):
			case <-b.conn.done:
				return
			case <-ctx.Done():
				b.control.Log.Warn("a page's question could not be closed", "error", err)
				return
			}
		}
	}()
}

func (b *Browser) asking(session string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	page := b.owner(session)
	return page != nil && page.dialog
}
