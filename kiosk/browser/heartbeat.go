package browser

import (
	"context"
	"errors"
	"time"
)

// Heartbeat says how Watch tells busy from hung. Zero fields take the defaults.
type Heartbeat struct {
	// Every is the pause after an answer of the browser, 10 s, and half of it
	// after one of a page.
	Every time.Duration
	// PageLimit is how long the page in front may not answer before it is told
	// as hung, 20 s: for whoever waits before it, busy and hung are then the
	// same.
	PageLimit time.Duration
	// Quiet is how long the browser's own process may take to answer while it
	// does nothing, 10 s, and Ceiling while it is busy, 90 s.
	Quiet, Ceiling time.Duration
	// Work is the processor time that the browser's own process has taken; ok
	// is false when that cannot be told, and Quiet then rules. Nil is the same.
	Work func() (taken time.Duration, ok bool)
}

func (h Heartbeat) withDefaults() Heartbeat {
	for _, d := range []struct {
		value     *time.Duration
		otherwise time.Duration
	}{{&h.Every, 10 * time.Second}, {&h.PageLimit, 20 * time.Second}, {&h.Quiet, 10 * time.Second}, {&h.Ceiling, 90 * time.Second}} {
		if *d.value <= 0 {
			*d.value = d.otherwise
		}
	}
	if h.Work == nil {
		h.Work = func() (time.Duration, bool) { return 0, false }
	}
	return h
}

// ErrHung is returned when the browser's own process no longer answers: it is
// to be ended, since nothing that a visitor does reaches it.
var ErrHung = errors.New("the browser does not answer")

// Watch asks the browser, and beside it the page in front, for signs of life.
// It returns ErrHung for a browser that hangs, ErrGone for one that left, and
// nil when ctx ends. A page that hangs is told as Hanging, and does not end it.
func (b *Browser) Watch(ctx context.Context, h Heartbeat) error {
	h = h.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over := make(chan struct{})
	go func() {
		defer close(over)
		b.watchPages(ctx, h)
	}()
	defer func() { cancel(); <-over }()
	for {
		if err := b.beat(ctx, h); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if !pause(ctx, h.Every) {
			return nil
		}
	}
}

// beatTick is how often a wait for the browser looks at what it does.
const beatTick = 500 * time.Millisecond

// busyPart is the part of a processor that a busy browser takes at least: a
// tenth. A main thread that waits takes almost none.
const busyPart = 10

// beat waits for one answer of the browser's own process. It counts its ticks,
// not the clock: on a machine that did not let us run either, nobody hangs.
func (b *Browser) beat(ctx context.Context, h Heartbeat) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- b.Ping(ctx) }()
	tick := time.NewTicker(beatTick)
	defer tick.Stop()
	before, _ := h.Work()
	var waited, quiet time.Duration
	for {
		select {
		case err := <-answered:
			return err
		case <-tick.C:
		}
		waited, quiet = waited+beatTick, quiet+beatTick
		if now, ok := h.Work(); ok && (now-before)*busyPart >= max(quiet, h.Quiet/2) {
			before, quiet = now, 0
		}
		if quiet >= h.Quiet || waited >= h.Ceiling {
			return ErrHung
		}
	}
}

// watchPages asks the page in front until ctx ends.
func (b *Browser) watchPages(ctx context.Context, h Heartbeat) {
	for pause(ctx, h.Every/2) {
		p := b.front()
		if p == nil || !b.begun() || b.asking(p.session) || b.answers(ctx, p, h.PageLimit) {
			continue
		}
		if b.front() != p || b.asking(p.session) || ctx.Err() != nil {
			continue // another page, or a question to the visitor, took its place
		}
		b.conn.note(hangsNote)
		for b.front() == p && ctx.Err() == nil && !b.answers(ctx, p, time.Second) {
		}
		b.conn.note(answersNote)
	}
}

// begun tells whether the browser was sent anywhere: its own empty page is not
// watched.
func (b *Browser) begun() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.start != ""
}

// answers tells whether a page says anything at all within the limit; a page
// that is gone, or changes, is not one that hangs.
func (b *Browser) answers(ctx context.Context, p *page, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := b.conn.call(ctx, p.session, "Runtime.evaluate", map[string]any{"expression": "0"}, nil)
	return !errors.Is(err, context.DeadlineExceeded)
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// hangsNote and answersNote are events of our own.
const (
	hangsNote   = "Borne.pageHangs"
	answersNote = "Borne.pageAnswers"
)

func (b *Browser) pageHangs(_ string, _ struct{})   { b.control.Handle(Hanging{true}) }
func (b *Browser) pageAnswers(_ string, _ struct{}) { b.control.Handle(Hanging{false}) }
