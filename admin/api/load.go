package api

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"borne/admin"
)

// A server that has too much to do says so while it still can: bornes that are
// told when to come again do, and spread; those that wait without a word give
// up and ask anew.
const (
	// mostAtWork is how many requests are worked at, those that are held aside.
	mostAtWork = 256
	// workWait is how long a request waits for its turn.
	workWait = 5 * time.Second
	// farNext is when a borne whose check-in is not held for want of room comes
	// again; up to twice that, and before it would count as offline.
	farNext = 60 * time.Second
)

// work is the turns to be worked at. Its zero value has no bound.
type work chan struct{}

// begin waits for a turn; admin.ErrUnavailable when there is none in time.
func (w work) begin(ctx context.Context) error {
	if w == nil {
		return nil
	}
	select {
	case w <- struct{}{}:
		return nil
	default:
	}
	t := time.NewTimer(workWait)
	defer t.Stop()
	select {
	case w <- struct{}{}:
		return nil
	case <-t.C:
		return fmt.Errorf("%w: %d requests are being worked at", admin.ErrUnavailable, cap(w))
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w work) end() {
	if w != nil {
		<-w
	}
}

// later is when a borne that finds no room comes again, in seconds.
func later() int { return int((farNext + rand.N(farNext)).Seconds()) }

// apart runs f on a stack of its own and returns when it has ended. A
// goroutine's stack grows for its deepest call and hardly shrinks again, and
// one that holds a check-in waits for most of a minute: what is deep is done
// elsewhere before.
func apart(f func()) {
	var failure any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { failure = recover() }()
		f()
	}()
	<-done
	if failure != nil {
		panic(failure) // where the server looks for it
	}
}
