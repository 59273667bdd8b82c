package browser

import (
	"context"
	"time"

	"borne/kiosk"
)

const (
	// maxDialogs is how many questions may follow each other at once, by alert,
	// confirm or prompt; further ones are closed as they open. A page that asks
	// after each mistake of its visitor is not meant.
	maxDialogs = 3
	// atOnce is the pause after which a question does not count as following
	// the one before: less than a person needs to do something in between.
	atOnce = time.Second
	// maxDialogsAMinute stops a page that waits a little between questions.
	maxDialogsAMinute = 20
)

// questions are what a page has asked, over all its documents: one that loads
// itself again and again is the same page.
type questions struct {
	open, refusing bool
	row            int       // that followed each other at once
	closed         time.Time // when the last one was
	minute         time.Time // when the count of a minute began
	count          int
}

// ask counts a question at the time now and says whether it is one too many.
func (q *questions) ask(now time.Time) (tooMany bool) {
	if now.Sub(q.minute) >= time.Minute {
		q.minute, q.count = now, 0
	}
	if now.Sub(q.closed) >= atOnce {
		q.row = 0
	}
	q.row++
	q.count++
	q.open = true
	q.refusing = q.row > maxDialogs || q.count > maxDialogsAMinute
	return q.refusing
}

// close notes that the question is answered.
func (q *questions) close(now time.Time) { q.open, q.closed = false, now }

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
	leaving := p.Type == "beforeunload"
	tooMany := page.questions.ask(time.Now())
	if leaving {
		page.questions.refusing = true // it is answered, nobody sees it
	}
	b.mu.Unlock()
	if leaving || tooMany {
		// "Leave this page?" is always yes: Retour and Accueil must work.
		b.answer(session, leaving)
	}
	b.control.Handle(Dialog{Answered: leaving || tooMany})
	if tooMany && !leaving {
		b.refuse(session, kiosk.ReasonDialog)
	}
}

func (b *Browser) dialogClosed(session string, _ struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if page := b.owner(session); page != nil {
		page.questions.close(time.Now())
	}
}

// dismiss closes the question that the visitor sees on a page, false when there
// is none.
func (b *Browser) dismiss(p *page) bool {
	b.mu.Lock()
	shown := p.questions.open && !p.questions.refusing
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
	return page != nil && page.questions.open
}
