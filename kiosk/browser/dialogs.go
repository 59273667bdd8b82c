package browser

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

// dismiss closes the question that is on a page, so that a command is obeyed.
func (b *Browser) dismiss(p *page) {
	b.mu.Lock()
	open := p.dialog
	p.dialogs = maxDialogs // and none more until the next document
	b.mu.Unlock()
	if open {
		b.answer(p.session, false)
	}
}

func (b *Browser) answer(session string, accept bool) {
	b.conn.tell(session, "Page.handleJavaScriptDialog", map[string]any{"accept": accept})
}
