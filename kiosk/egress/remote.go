package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"borne/kiosk"
)

// Told is who hears of a worker, in the goroutine that reads its stream: the
// functions must not block. Nil ones are not called.
type Told struct {
	// Refused hears of each refusal.
	Refused func(Refusal)
	// Upstream hears of each change of what the parent proxy answers.
	Upstream func(UpstreamState)
	// Uploading hears when a document begins and ceases to leave.
	Uploading func(bool)
}

// Remote is borned's end of a proxy in a process of its own (Work). Its
// methods may be called from any goroutine; an order returns once the process
// has carried it out.
type Remote struct {
	control net.Conn
	told    Told
	done    chan struct{}

	sending sync.Mutex

	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan word
	fault   error
}

// ErrWorkerGone is the answer once the process, or its stream, is gone.
var ErrWorkerGone = errors.New("the proxy's process is gone")

// Attach takes over control and sets the process up. It returns once the
// process serves its listener, denying everything but Setup.Visit. On error
// control is closed.
func Attach(ctx context.Context, control net.Conn, s Setup, told Told) (*Remote, error) {
	r := &Remote{control: control, told: told, done: make(chan struct{}), waiting: map[uint64]chan word{}}
	go r.read()
	s.Catalogue = rulesOf(s.Catalogue)
	if _, err := r.do(ctx, order{Setup: &s}); err != nil {
		control.Close()
		return nil, fmt.Errorf("set the proxy up: %w", err)
	}
	return r, nil
}

// rulesOf leaves out what is only for the screen.
func rulesOf(c kiosk.Catalogue) kiosk.Catalogue {
	var rules kiosk.Catalogue
	for _, s := range c.Services {
		rules.Services = append(rules.Services, kiosk.Service{ID: s.ID, Start: s.Start, Navigable: s.Navigable, Supporting: s.Supporting,
			Groups: s.Groups, PlainHTTP: s.PlainHTTP})
	}
	return rules
}

// Open puts the allowlist in force, widened by the visit's own hosts.
func (r *Remote) Open(ctx context.Context, v Visit) error {
	_, err := r.do(ctx, order{Visit: &v})
	return err
}

// Deny refuses everything from now on and drops every tunnel.
func (r *Remote) Deny(ctx context.Context) error {
	_, err := r.do(ctx, order{Deny: true})
	return err
}

// Stop has the process end by itself, and returns what it counted.
func (r *Remote) Stop(ctx context.Context) (Stats, error) {
	w, err := r.do(ctx, order{Stop: true})
	if err != nil || w.Stats == nil {
		return Stats{}, err
	}
	return *w.Stats, nil
}

// Done is closed when the stream has ended, as it does with the process.
func (r *Remote) Done() <-chan struct{} { return r.done }

// Close ends the stream, at which the process ends too.
func (r *Remote) Close() error { return r.control.Close() }

// do sends an order and waits for its answer.
func (r *Remote) do(ctx context.Context, o order) (word, error) {
	answer := make(chan word, 1)
	if err := r.send(ctx, o, answer); err != nil {
		return word{}, err
	}
	select {
	case w := <-answer:
		if w.Fault != "" {
			return w, errors.New(w.Fault)
		}
		return w, nil
	case <-r.done:
		select {
		case w := <-answer: // its last word
			return w, nil
		default:
			return word{}, ErrWorkerGone
		}
	case <-ctx.Done():
		return word{}, ctx.Err()
	}
}

// send numbers an order and writes it. One that cannot be written whole ends
// the stream: what follows half a frame would be read as its rest.
func (r *Remote) send(ctx context.Context, o order, answer chan word) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	r.mu.Lock()
	if r.fault != nil {
		r.mu.Unlock()
		return ErrWorkerGone
	}
	r.last++
	o.Number = r.last
	r.waiting[o.Number] = answer
	r.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { r.control.Close() })
	err := writeFrame(r.control, o, maxOrderBytes)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		r.control.Close()
		return ErrWorkerGone
	}
	return nil
}

// read takes words until the stream ends, or says something that is none.
func (r *Remote) read() {
	defer close(r.done)
	defer r.control.Close()
	for {
		var w word
		err := readFrame(r.control, &w, maxWordBytes)
		if err == nil && !w.valid() {
			err = errFrame
		}
		if err != nil {
			r.mu.Lock()
			r.fault = err
			r.mu.Unlock()
			return
		}
		switch {
		case w.Refused != nil && r.told.Refused != nil:
			r.told.Refused(*w.Refused)
		case w.Upstream != nil && r.told.Upstream != nil:
			r.told.Upstream(*w.Upstream)
		case w.Uploading != nil && r.told.Uploading != nil:
			r.told.Uploading(*w.Uploading)
		case w.Done > 0:
			r.mu.Lock()
			answer, ok := r.waiting[w.Done]
			delete(r.waiting, w.Done)
			r.mu.Unlock()
			if ok {
				answer <- w
			}
		}
	}
}
