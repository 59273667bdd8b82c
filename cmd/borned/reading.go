package main

import (
	"context"

	"borne/kiosk"
	"borne/kiosk/session"
)

// ReadPage returns what the page in front says, for the voice. It goes to who
// asked and nowhere else.
func (p shellPort) ReadPage(ctx context.Context) (kiosk.PageText, error) {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return kiosk.PageText{}, err
	}
	if p.Snapshot().State != kiosk.Visiting {
		return kiosk.PageText{}, kiosk.ErrNoSession
	}
	return p.engine.readPage(ctx)
}

// readPage asks the visit's browser; the end of the visit waits for the answer.
func (e *engine) readPage(ctx context.Context) (kiosk.PageText, error) {
	v, err := e.enter()
	if err != nil {
		return kiosk.PageText{}, err
	}
	defer v.leave()
	return v.browser.ReadPage(ctx)
}
