package browser

import (
	"context"
	"time"
)

// blockedByPolicy is what Chromium says of a page that its policies refuse.
const blockedByPolicy = "net::ERR_BLOCKED_BY_ADMINISTRATOR"

// A page that policies still refuse is asked for again, at first after
// openAgain and then ever later: a Chromium that has just started reads its
// policies only once no page was asked for during some two seconds.
const (
	openAgain     = 150 * time.Millisecond
	openAgainMost = 3 * time.Second
)

// Open shows url in a window over the present page, from where Back returns to
// it. Policies that were just rewritten may take a moment: while they refuse
// url it is asked for again, until ctx ends.
func (b *Browser) Open(ctx context.Context, url string) error {
	p, err := b.newPage(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	p.trying, p.fresh = true, true
	b.mu.Unlock()
	for pause := openAgain; ; pause = min(2*pause, openAgainMost) {
		var answer struct {
			ErrorText string `json:"errorText"`
		}
		if err := b.conn.call(ctx, p.session, "Page.navigate", map[string]any{"url": url}, &answer); err != nil {
			return err
		}
		if answer.ErrorText != blockedByPolicy {
			b.mu.Lock()
			p.trying = false
			b.mu.Unlock()
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			// The page below is still good.
			b.conn.tell("", "Target.closeTarget", map[string]any{"targetId": p.target})
			return ctx.Err()
		}
	}
}
