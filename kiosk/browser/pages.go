package browser

import (
	"context"
	"slices"
	"time"
)

// answerPatience is how long a page may take to answer the simplest question
// before it counts as hung.
const answerPatience = 300 * time.Millisecond

// first is the page that Navigate uses, front the one that the visitor sees;
// nil when there is none.
func (b *Browser) first() *page {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.steps) == 0 {
		return nil
	}
	return b.steps[0]
}

func (b *Browser) front() *page {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.steps) == 0 {
		return nil
	}
	return b.steps[len(b.steps)-1]
}

// responsive tells whether the page's process answers. It does not while a
// question of the page is on screen.
func (b *Browser) responsive(ctx context.Context, p *page) bool {
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	return b.conn.call(ctx, p.session, "Runtime.evaluate", map[string]any{"expression": "0"}, nil) == nil
}

// newPage opens an empty page of ours, in front.
func (b *Browser) newPage(ctx context.Context) (*page, error) {
	b.mu.Lock()
	b.making++
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.making--
		b.mu.Unlock()
	}()
	var made struct {
		TargetID string `json:"targetId"`
	}
	if err := b.conn.call(ctx, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &made); err != nil {
		return nil, err
	}
	for {
		b.mu.Lock()
		i := slices.IndexFunc(b.steps, func(s *page) bool { return s.target == made.TargetID })
		if i >= 0 {
			p := b.steps[i]
			b.mu.Unlock()
			return p, nil
		}
		b.mu.Unlock()
		select {
		case <-time.After(2 * time.Millisecond): // the event is on its way
		case <-b.conn.done:
			return nil, ErrGone
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// closeAllBut forgets every other page at once, and closes it: one that hangs
// takes a second to go.
func (b *Browser) closeAllBut(kept *page) {
	b.mu.Lock()
	others := slices.DeleteFunc(slices.Clone(b.steps), func(s *page) bool { return s == kept })
	b.steps = []*page{kept}
	for _, p := range others {
		delete(b.pages, p.session)
	}
	if b.chooser != nil && b.chooser.page != kept {
		b.chooser = nil
	}
	b.mu.Unlock()
	for _, p := range others {
		b.conn.tell("", "Target.closeTarget", map[string]any{"targetId": p.target})
	}
	if len(others) > 0 {
		b.conn.note(stepsNote) // in turn with the events of the browser
	}
}

func (b *Browser) closePage(ctx context.Context, p *page) error {
	return b.conn.call(ctx, "", "Target.closeTarget", map[string]any{"targetId": p.target}, nil)
}

// stepsNote is an event of our own.
const stepsNote = "Borne.stepsChanged"

func (b *Browser) stepsChanged(_ string, _ struct{}) {
	b.mu.Lock()
	count := len(b.steps)
	b.mu.Unlock()
	b.control.Handle(Steps{count})
}
