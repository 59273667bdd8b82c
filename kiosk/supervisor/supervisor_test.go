package supervisor

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
	"borne/kiosk/session"
)

// outside is everything that a supervisor drives, in memory: what is tested
// here is the loop, and synctest needs every wait to be its own.
type outside struct {
	mu      sync.Mutex
	pages   []string
	wipes   int
	counts  map[kiosk.Key]uint64
	shown   []kiosk.State
	marked  bool
	dirty   bool          // the next wipes find leftovers
	broken  bool          // no browser starts
	startIn time.Duration // 0.4 s when 0
	wipeIn  time.Duration // 60 ms when 0
	idle    bool          // nothing is worked at meanwhile
	stuck   chan struct{} // the disk stands still until it is closed
	tell    func(session.Event)
	waiting *kiosk.Configuration
	config  kiosk.Configuration
}

func (o *outside) Start(ctx context.Context, _ uint64, tell func(session.Event)) error {
	select {
	case <-time.After(o.slow(&o.startIn, 400*time.Millisecond)):
	case <-ctx.Done():
		return ctx.Err()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken {
		return errors.New("no screen")
	}
	o.tell = tell
	return nil
}

// set changes what the outside does, safely.
func (o *outside) set(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
}
func (o *outside) Navigate(_ context.Context, url string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages = append(o.pages, url)
	return nil
}
func (o *outside) Back(context.Context) error             { return nil }
func (o *outside) Permit(context.Context, string) error   { return nil }
func (o *outside) GiveFile(context.Context, string) error { return nil }
func (o *outside) slow(d *time.Duration, otherwise time.Duration) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return cmp.Or(*d, otherwise)
}
func (o *outside) Wipe(ctx context.Context) kiosk.Proof {
	select {
	case <-time.After(o.slow(&o.wipeIn, 60*time.Millisecond)):
	case <-ctx.Done():
		return kiosk.Proof{Leftovers: []string{"the search was not complete"}}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wipes++
	if o.dirty {
		return kiosk.Proof{Leftovers: []string{"1 file in /dev/shm"}}
	}
	return kiosk.Proof{Clean: true}
}
func (o *outside) Record(_ context.Context, cells map[kiosk.Key]uint64) error {
	o.mu.Lock()
	stuck := o.stuck
	o.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, n := range cells {
		o.counts[k] += n
	}
	return nil
}

// Work is a twentieth of the time, or nothing.
func (o *outside) Work() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.idle {
		return 0
	}
	return time.Duration(time.Now().UnixNano()) / 20
}
func (o *outside) Current() kiosk.Configuration { return o.config }
func (o *outside) ApplyWaiting() error {
	if o.waiting == nil {
		return errors.New("nothing waits")
	}
	o.config, o.waiting = *o.waiting, nil
	return nil
}
func (o *outside) Publish(n kiosk.Snapshot) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.shown) == 0 || o.shown[len(o.shown)-1] != n.State {
		o.shown = append(o.shown, n.State)
	}
}
func (o *outside) SetConfiguration(kiosk.Configuration) error { return nil }
func (o *outside) Mark(in bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.marked = in
	return nil
}
func (o *outside) Marked() bool { return o.marked }

func (o *outside) sum(kind kiosk.CellKind, first string) (n uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, c := range o.counts {
		if k.Kind == kind && k.First == first {
			n += c
		}
	}
	return n
}

// visit runs f against a borne whose shell is up, on a fake clock.
func visit(t *testing.T, o *outside, f func(ctx context.Context, s *Supervisor)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.counts = map[kiosk.Key]uint64{}
		o.config = kiosk.Configuration{Settings: kiosk.DefaultSettings(), Catalogue: kiosk.Catalogue{
			Services: []kiosk.Service{{ID: "caf", Start: "https://www.caf.fr/"}}}}
		s := New(Options{Browser: o, Page: o, Counters: o, Bundles: o, Publisher: o, Marker: o, Online: func() bool { return true },
			Location: time.UTC, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		go s.Run(ctx)
		s.Tell(session.ShellUp{})
		time.Sleep(time.Second)
		f(ctx, s)
		cancel()
		<-s.Done()
	})
}

func want(t *testing.T, s *Supervisor, state kiosk.State, notice kiosk.Notice) {
	t.Helper()
	synctest.Wait()
	if n := s.Snapshot(); n.State != state || n.Notice != notice {
		t.Fatalf("state %s, notice %q; want %s, %q", n.State, n.Notice, state, notice)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestVisit(t *testing.T) {
	o := &outside{}
	visit(t, o, func(ctx context.Context, s *Supervisor) {
		want(t, s, kiosk.Ready, kiosk.NoNotice)
		must(t, s.StartSession(ctx, kiosk.French))
		if !o.Marked() {
			t.Error("no mark on disk while a session is on")
		}
		if err := s.StartSession(ctx, kiosk.French); !errors.Is(err, kiosk.ErrSessionActive) {
			t.Errorf("second StartSession: %v", err)
		}
		if err := s.OpenService(ctx, "nowhere"); !errors.Is(err, kiosk.ErrUnknownService) {
			t.Errorf("unknown service: %v", err)
		}
		must(t, s.OpenService(ctx, "caf"))
		want(t, s, kiosk.Visiting, kiosk.Opening)
		o.tell(session.PageShown{Generation: 1})
		want(t, s, kiosk.Visiting, kiosk.NoNotice)
		before := time.Now()
		must(t, s.EndSession(ctx, kiosk.EndButton))
		if took := time.Since(before); took != 60*time.Millisecond {
			t.Errorf("EndSession answered after %v, the wipe lasts 60ms", took)
		}
		want(t, s, kiosk.Ready, kiosk.NoNotice)
		must(t, s.StartSession(ctx, kiosk.English))
	})
	if o.pages[0] != "https://www.caf.fr/" || o.sum(kiosk.CellVisit, "caf") != 1 ||
		o.sum(kiosk.CellSession, "button") != 1 || o.sum(kiosk.CellSession, "stop") != 1 || o.marked {
		t.Errorf("pages %v, marked %v, counters %v", o.pages, o.marked, o.counts)
	}
}

func TestIdle(t *testing.T) {
	o := &outside{}
	visit(t, o, func(ctx context.Context, s *Supervisor) {
		must(t, s.StartSession(ctx, kiosk.French))
		time.Sleep(kiosk.DefaultSettings().IdleTimeout - kiosk.DefaultSettings().IdleWarning + time.Second)
		want(t, s, kiosk.Choosing, kiosk.IdleWarning)
		if left := time.Until(s.Snapshot().Deadline).Round(time.Second); left != 44*time.Second {
			t.Errorf("%v left, want 44s", left)
		}
		must(t, s.Extend(ctx))
		want(t, s, kiosk.Choosing, kiosk.NoNotice)
		time.Sleep(kiosk.DefaultSettings().IdleTimeout + time.Second)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
	})
	if o.sum(kiosk.CellSession, "idle") != 1 {
		t.Errorf("counters %v", o.counts)
	}
}

func TestUnprovedWipe(t *testing.T) {
	o := &outside{}
	visit(t, o, func(ctx context.Context, s *Supervisor) {
		must(t, s.StartSession(ctx, kiosk.French))
		o.set(func() { o.dirty = true })
		if err := s.EndSession(ctx, kiosk.EndButton); !errors.Is(err, kiosk.ErrOutOfService) {
			t.Errorf("EndSession: %v, want out of service", err)
		}
		want(t, s, kiosk.OutOfService, kiosk.NoNotice)
		if err := s.StartSession(ctx, kiosk.French); !errors.Is(err, kiosk.ErrOutOfService) {
			t.Errorf("StartSession: %v, want out of service", err)
		}
		o.set(func() { o.dirty = false })
		time.Sleep(2 * time.Minute)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
	})
	if o.sum(kiosk.CellDevice, kiosk.DeviceWipeFault) != 1 {
		t.Errorf("counters %v", o.counts)
	}
}

func TestBundleWaitsForTheVisitor(t *testing.T) {
	o := &outside{}
	visit(t, o, func(ctx context.Context, s *Supervisor) {
		must(t, s.StartSession(ctx, kiosk.French))
		next := o.config
		next.Version = 2
		o.waiting = &next
		s.Tell(session.BundleWaiting{})
		time.Sleep(time.Second)
		if o.config.Version == 2 {
			t.Error("bundle applied under a visitor")
		}
		must(t, s.EndSession(ctx, kiosk.EndButton))
		want(t, s, kiosk.Ready, kiosk.NoNotice)
		if o.config.Version != 2 {
			t.Error("bundle not applied after the visit")
		}
	})
}

func TestBrowserThatDoesNotStart(t *testing.T) {
	o := &outside{}
	visit(t, o, func(_ context.Context, s *Supervisor) {
		o.set(func() { o.broken = true })
		o.tell(session.BrowserFailed{Generation: 1, Cause: "crash"})
		time.Sleep(5 * time.Minute)
		want(t, s, kiosk.OutOfService, kiosk.NoNotice)
		o.set(func() { o.broken = false; o.shown = nil })
		time.Sleep(2 * time.Minute)
		want(t, s, kiosk.Ready, kiosk.NoNotice)
		o.set(func() {
			if len(o.shown) != 2 { // out of service, then ready
				t.Errorf("states on the way back: %v, want no flash", o.shown)
			}
		})
	})
}
