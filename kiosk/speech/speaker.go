package speech

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

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
	manner  kiosk.Manner

	// last is the number of the last text of what is being read, over who hears
	// of its end; Run's own.
	last string
	over func()
}

// order is what is to be done next, in place of what is being said. A later one
// takes the place of one that nobody has begun.
type order struct {
	// leave ends the connection.
	leave bool
	say   []kiosk.Utterance
	// manner is how.
	manner kiosk.Manner
	// over is called once all of it was said, or cannot be.
	over func()
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
func (s *Speaker) Say(of []kiosk.Utterance) { s.tell(order{say: slices.Clone(of)}) }

// Read has these said in place of what is being said, and calls over, on another
// goroutine, once they were said or cannot be. It is not called when something
// else takes their place.
func (s *Speaker) Read(of []kiosk.Utterance, over func()) {
	s.tell(order{say: slices.Clone(of), over: over})
}

// Leave ends what is being said, and lets go of the service, which ends by
// itself then.
func (s *Speaker) Leave() { s.tell(order{leave: true}) }

// Tune has what is told from now on said so.
func (s *Speaker) Tune(m kiosk.Manner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manner = m
}

func (s *Speaker) tell(o order) {
	s.mu.Lock()
	o.manner = s.manner
	s.pending = o
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
	var leaving <-chan time.Time
	for {
		var ended chan string
		if c != nil && s.over != nil {
			ended = c.ended
		}
		select {
		case <-ctx.Done():
			return nil
		case number, there := <-ended:
			if !there || number == s.last {
				s.finish()
			}
			continue
		case <-leaving:
			c.close()
			c, leaving = nil, nil
			continue
		case <-s.wake:
		}
		o := s.next()
		s.over = nil
		left, err := s.do(ctx, c, o)
		if err != nil { // the service ended meanwhile, as it does after each visit
			left, err = s.do(ctx, nil, o)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the screen is not said aloud", "error", err)
		}
		if c, leaving = left, nil; o.leave && c != nil {
			leaving = time.After(lingers)
		}
		if o.over != nil {
			if s.over = o.over; c == nil || s.last == "" {
				s.finish() // there is nothing to wait for
			}
		}
	}
}

// lingers is how long a connection stays after Leave: a service whose client
// goes in the middle of a text may lose what the next one has it say.
const lingers = 500 * time.Millisecond

// finish tells that what is read came to its end.
func (s *Speaker) finish() {
	over := s.over
	s.over = nil
	over()
}

// do carries an order out and returns the connection that remains, if any.
func (s *Speaker) do(ctx context.Context, c *client, o order) (_ *client, err error) {
	if o.leave && c != nil {
		if err := c.cancel(); err != nil {
			c.close()
			return nil, nil // it had ended by itself
		}
		return c, nil
	}
	if c == nil && len(o.say) == 0 {
		return nil, nil
	}
	if c == nil {
		if c, err = dial(ctx, s.socket); err != nil {
			return nil, err
		}
	} else if err := c.cancel(); err != nil {
		c.close()
		return nil, err
	}
	if err := c.tune(o.manner); err != nil {
		c.close()
		return nil, err
	}
	s.last = ""
	for _, u := range o.say {
		voice, ok := Voice(u.Language)
		if !ok || u.Text == "" {
			continue
		}
		if s.last, err = c.speak(voice, u.Text); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}
