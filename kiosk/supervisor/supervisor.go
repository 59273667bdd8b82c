package supervisor

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/session"
)

// Browser is the visitor's browser in its sandbox. Wipe may be called at any
// time and waits for the others, whose context ends first.
type Browser interface {
	// Start starts a fresh one and returns when it obeys; an error of ctx is
	// told by it. Later word of it
	// goes to tell, as events of that generation.
	Start(ctx context.Context, generation uint64, tell func(session.Event)) error
	// Wipe kills what runs, drops all it had, and looks for leftovers.
	Wipe(ctx context.Context) kiosk.Proof
	// Work is the processor time that Start and Wipe have taken so far, in all:
	// it grows while one goes on, and tells slow from hung.
	Work() time.Duration
}

// Page is what the visitor sees in it.
type Page interface {
	// Navigate returns once the page was asked for.
	Navigate(ctx context.Context, url string) error
	Back(ctx context.Context) error
	// Permit lets the visit go to one more host, until the wipe.
	Permit(ctx context.Context, host string) error
	// GiveFile answers the page's wish for a file by a document's id; an empty
	// one takes the wish away.
	GiveFile(ctx context.Context, document string) error
}

// Viewer shows the visit's own documents in its browser.
type Viewer interface {
	Show(ctx context.Context, document string) error
}

// Counters is the usage log. Record is one transaction.
type Counters interface {
	Record(ctx context.Context, cells map[kiosk.Key]uint64) error
}

// Bundles holds the configuration.
type Bundles interface {
	// Current returns the configuration in use.
	Current() kiosk.Configuration
	// ApplyWaiting puts the waiting bundle in use; on error the present one
	// stays.
	ApplyWaiting() error
}

// Publisher tells the bus.
type Publisher interface {
	Publish(kiosk.Snapshot)
	SetConfiguration(kiosk.Configuration) error
}

// Marker keeps on disk that a session is on.
type Marker interface {
	Mark(inSession bool) error
	Marked() bool
}

// Options of a supervisor. Online reports whether the central office answers;
// Location dates the counters.
type Options struct {
	Browser   Browser
	Page      Page
	Viewer    Viewer
	Counters  Counters
	Bundles   Bundles
	Publisher Publisher
	Marker    Marker
	Online    func() bool
	Location  *time.Location
	// ClockWrong says that the wall clock cannot be right; nil for never.
	ClockWrong func() bool
	Log        *slog.Logger
}

// Supervisor runs the borne. Make it with New and start it with Run.
type Supervisor struct {
	o    Options
	in   chan input
	quit chan struct{} // closed when the loop reads no more
	done chan struct{}

	mu       sync.Mutex // guards last and lastSeen, which others read
	last     kiosk.Snapshot
	lastSeen proofSeen

	// Only the loop touches what follows.
	state   session.State
	began   time.Time
	waiters []chan error // callers of EndSession
	counts  *counts
	// browsing ends what the present browser is asked, when it is wiped.
	browsing context.Context
	stop     context.CancelFunc
	tasks    sync.WaitGroup
	leaving  bool
}

// proofSeen is the last wipe, for health.
type proofSeen struct {
	proof kiosk.Proof
	at    time.Time
}

// input is an event with whoever waits for its outcome.
type input struct {
	event session.Event
	reply chan error // nil when nobody waits
}

// New returns a supervisor that takes no visitor until Run.
func New(o Options) *Supervisor {
	return &Supervisor{
		o: o, in: make(chan input, 64), counts: newCounts(), quit: make(chan struct{}), done: make(chan struct{}),
		state: session.New(), browsing: context.Background(), stop: func() {},
	}
}

// Run drives the borne until the machine says Leave, which an Exit event or
// the end of ctx brings about: the session is wiped first.
func (s *Supervisor) Run(ctx context.Context) {
	s.began = time.Now().Add(-time.Second) // Elapsed is never 0, which means no time
	counted := make(chan struct{})
	go s.writeCounts(counted)
	defer func() {
		close(s.quit)
		s.stop()
		s.tasks.Wait()
		close(s.counts.more)
		<-counted
		close(s.done)
	}()

	s.step(s.configured())
	s.step(session.Booted{Interrupted: s.o.Marker.Marked()})
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	wake := time.NewTimer(0)
	defer wake.Stop()
	ended := ctx.Done()
	for !s.leaving {
		wake.Stop()
		if at := s.state.Wake(); at > 0 {
			wake.Reset(max(0, at-s.moment().Elapsed))
		}
		select {
		case i := <-s.in:
			s.take(i)
		case <-wake.C:
			s.step(session.Tick{})
		case <-minute.C:
			s.step(session.Minute{Online: s.o.Online()})
		case <-ended:
			ended = nil
			s.step(session.Exit{Urgent: true})
		}
	}
}

// Done is closed when Run has returned and every counter is written.
func (s *Supervisor) Done() <-chan struct{} { return s.done }

// Tell hands in an event and does not wait for it.
func (s *Supervisor) Tell(e session.Event) {
	select {
	case s.in <- input{event: e}:
	case <-s.quit:
	}
}

// Ask hands in an event and returns its refusal, if any. For EndSession it
// returns once the wipe is proved, or the fault.
func (s *Supervisor) Ask(ctx context.Context, e session.Event) error {
	reply := make(chan error, 1)
	select {
	case s.in <- input{e, reply}:
	case <-s.quit:
		return kiosk.ErrNotReady
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-reply:
		return err
	case <-s.quit:
		return kiosk.ErrNotReady
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Snapshot returns what the borne is doing.
func (s *Supervisor) Snapshot() kiosk.Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// LastProof returns the outcome of the last wipe and when it was; the time is
// zero before the first.
func (s *Supervisor) LastProof() (kiosk.Proof, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastSeen.proof, s.lastSeen.at
}

func (s *Supervisor) moment() session.Moment {
	now := time.Now()
	return session.Moment{Elapsed: now.Sub(s.began), Wall: now.In(s.o.Location),
		ClockWrong: s.o.ClockWrong != nil && s.o.ClockWrong()}
}

// take steps with an input and answers who waits.
func (s *Supervisor) take(i input) {
	err := s.step(i.event)
	if i.reply == nil {
		return
	}
	if _, ends := i.event.(session.EndSession); ends && err == nil {
		s.waiters = append(s.waiters, i.reply)
		s.answerWaiters()
		return
	}
	i.reply <- err
}

// step advances the machine and starts the effects. It returns the refusal.
func (s *Supervisor) step(e session.Event) (refused error) {
	if w, ok := e.(session.Wiped); ok {
		s.mu.Lock()
		s.lastSeen = proofSeen{w.Proof, time.Now()}
		s.mu.Unlock()
	}
	was := s.state.Phase
	var effects []session.Effect
	s.state, effects = session.Step(s.state, s.moment(), e)
	for _, f := range effects {
		if r, ok := f.(session.Refuse); ok {
			refused = r.Err
			continue
		}
		s.carryOut(f)
	}
	if now := s.state.Phase; was != now {
		// The journal keeps times: a line per visit would be a row that stands
		// for a person. Only what staff must know is written.
		level := slog.LevelDebug
		if now == kiosk.OutOfService || now == kiosk.Closed || was == kiosk.OutOfService || was == kiosk.Closed {
			level = slog.LevelInfo
		}
		s.o.Log.Log(context.Background(), level, "state", "state", now, "reason", s.state.Reason)
	}
	s.publish()
	s.answerWaiters()
	return refused
}

func (s *Supervisor) publish() {
	n := s.state.Snapshot(s.moment(), time.Now())
	s.mu.Lock()
	s.last = n
	s.mu.Unlock()
	s.o.Publisher.Publish(n)
}

// answerWaiters answers the callers of EndSession once the next visitor can
// safely begin, or cannot.
func (s *Supervisor) answerWaiters() {
	if s.state.Wiping || len(s.waiters) == 0 {
		return
	}
	var err error
	if s.state.Phase == kiosk.OutOfService {
		err = kiosk.ErrOutOfService
	}
	for _, w := range s.waiters {
		w <- err
	}
	s.waiters = nil
}
