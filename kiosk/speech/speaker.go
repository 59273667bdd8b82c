package speech

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"borne/kiosk"
)

// Speaker has things said. Its methods may be called from any goroutine, and
// wait for nothing: Run does the work.
type Speaker struct {
	socket string
	log    *slog.Logger
	wake   chan struct{}

	mu      sync.Mutex
	pending order
}

// order is what is to be done next. A later one takes the place of those that
// nobody has begun.
type order struct {
	// hush ends what is being said first, leave also the connection.
	hush, leave bool
	say         []kiosk.Utterance
}

// New makes a Speaker for the service at socket, a path. log may be nil.
func New(socket string, log *slog.Logger) *Speaker {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Speaker{socket: socket, log: log, wake: make(chan struct{}, 1)}
}

// Speaks reports whether there is a voice for the language.
func (s *Speaker) Speaks(l kiosk.Language) bool {
	_, ok := Voice(l)
	return ok
}

// Say has these said one after the other, in place of what is being said.
// Nothing is silence.
func (s *Speaker) Say(of []kiosk.Utterance) {
	s.tell(func(o *order) { *o = order{hush: true, say: slices.Clone(of)} })
}

// Add has these said after what is being said.
func (s *Speaker) Add(of []kiosk.Utterance) {
	s.tell(func(o *order) { o.say = append(o.say, of...) })
}

// Leave ends what is being said, and lets go of the service, which ends by
// itself then.
func (s *Speaker) Leave() {
	s.tell(func(o *order) { *o = order{hush: true, leave: true} })
}

func (s *Speaker) tell(change func(*order)) {
	s.mu.Lock()
	change(&s.pending)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // it is told already
	}
}

func (s *Speaker) next() order {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.pending
	s.pending = order{}
	return o
}

// Run says what it is told until ctx ends, and returns nil. A service that
// fails is asked anew with the next thing to say: the screen shows it all.
func (s *Speaker) Run(ctx context.Context) error {
	var c *client
	defer func() {
		if c != nil {
			c.close()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		}
		o := s.next()
		left, err := s.do(ctx, c, o)
		if err != nil { // the service ended meanwhile, as it does after each visit
			left, err = s.do(ctx, nil, o)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the screen is not said aloud", "error", err)
		}
		c = left
	}
}

// do carries an order out and returns the connection that remains, if any.
func (s *Speaker) do(ctx context.Context, c *client, o order) (_ *client, err error) {
	if o.leave && c != nil {
		err := c.cancel()
		c.close()
		if c = nil; err != nil && len(o.say) == 0 {
			return nil, nil // it had ended by itself
		}
	}
	if c == nil && len(o.say) == 0 {
		return nil, nil
	}
	if c == nil {
		if c, err = dial(ctx, s.socket); err != nil {
			return nil, err
		}
	} else if o.hush {
		if err := c.cancel(); err != nil {
			c.close()
			return nil, err
		}
	}
	for _, u := range o.say {
		voice, ok := Voice(u.Language)
		if !ok || u.Text == "" {
			continue
		}
		if err := c.speak(voice, u.Text); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}
