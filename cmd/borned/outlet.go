package main

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/egress"
	"borne/kiosk/sandbox"
)

const (
	// replacements is how often a proxy that ended by itself is replaced for
	// one browser; then the browser goes with it.
	replacements = 3
	// replaceTimeout bounds one replacement; connections wait meanwhile.
	replaceTimeout = 10 * time.Second
	// resolversEvery is how often the addresses of the name servers are read.
	resolversEvery = 5 * time.Second
)

// outlet starts the ways out of browsers: a process each, that ends with its
// browser.
type outlet struct {
	log *slog.Logger
	// upstream is the parent proxy for visitors' traffic.
	upstream parentProxy
	// refused hears of each refusal.
	refused func(egress.Refusal)

	mu    sync.Mutex
	state egress.UpstreamState // what the parent answered last
	said  map[egress.UpstreamState]bool
}

// noteUpstream remembers how the parent answers. Only what a technician must
// see to goes to the journal, and once: a line for each time would be one for
// a visit.
func (o *outlet) noteUpstream(s egress.UpstreamState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state = s
	if o.said[s] {
		return
	}
	if o.said == nil {
		o.said = map[egress.UpstreamState]bool{}
	}
	o.said[s] = true
	switch s {
	case egress.UpstreamAuth:
		o.log.Error("the proxy for the sites refuses the user name or the password: correct " + o.upstream.source)
	case egress.UpstreamUnreachable:
		o.log.Error("the proxy for the sites does not answer: check its address in " + o.upstream.source + ", and the network")
	}
}

// fact tells of the parent proxy; ok is false when there is none.
func (o *outlet) fact() (f kiosk.Fact, ok bool) {
	if o.upstream.address == "" {
		return f, false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	f = kiosk.Fact{Name: "sites-proxy", Level: kiosk.LevelOK, Detail: "sites are reached through " + o.upstream.host}
	switch o.state {
	case egress.UpstreamAuth:
		f.Level, f.Detail = kiosk.LevelFail, o.upstream.host+" refuses the user name or the password: correct "+o.upstream.source
	case egress.UpstreamUnreachable:
		f.Level, f.Detail = kiosk.LevelFail, o.upstream.host+" does not answer: check its address in "+o.upstream.source+", and the network"
	case egress.UpstreamRefused:
		f.Level, f.Detail = kiosk.LevelWarn, o.upstream.host+" refused the last site: ask who runs it to allow the sites of this borne"
	}
	if o.upstream.exposed {
		if f.Level == kiosk.LevelOK {
			f.Level = kiosk.LevelWarn
		}
		f.Detail += "; everybody on this machine can read its password: chmod 600 " + settingsFile
	}
	return f, true
}

// spec is the process that the sandbox starts.
func (o *outlet) spec() (*sandbox.ProxySpec, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	spec := &sandbox.ProxySpec{Arguments: []string{self, workerName}}
	if o.filtered() {
		spec.Denied, spec.Allowed = egress.Special(), o.allowed()
	}
	return spec, nil
}

// filtered reports whether the kernel refuses private addresses to the proxy
// too. A parent proxy is most often at one, and one that goes by a name may
// move: then the proxy's own word, and the parent's, must do.
func (o *outlet) filtered() bool {
	return o.upstream.address == "" || o.upstream.literal.IsValid()
}

// allowed are the private addresses that the proxy needs itself.
func (o *outlet) allowed() []netip.Addr {
	allowed := nameServers(resolvConf)
	if o.upstream.literal.IsValid() {
		allowed = append(allowed, o.upstream.literal)
	}
	return allowed
}

// way is the way out of one browser.
type way struct {
	outlet *outlet
	unit   *sandbox.Unit
	setup  egress.Setup
	// uploading hears when a document begins and ceases to leave.
	uploading func(bool)
	// lost says that the way is closed for good, and why.
	lost func(cause string)
	stop context.CancelFunc
	over chan struct{} // closed when nothing replaces the process any more

	mu      sync.Mutex
	proxy   *sandbox.Proxy
	remote  *egress.Remote
	changed chan struct{} // closed when remote is replaced
	visit   *egress.Visit // in force; nil denies everything
}

// way attaches to the process that was started with the unit, and replaces it
// when it ends. Close it also after an error.
func (o *outlet) way(ctx context.Context, unit *sandbox.Unit, setup egress.Setup, uploading func(bool), lost func(cause string)) (*way, error) {
	setup.Upstream = o.upstream.address
	watching, stop := context.WithCancel(context.Background())
	w := &way{outlet: o, unit: unit, setup: setup, uploading: uploading, lost: lost, stop: stop, over: make(chan struct{}), changed: make(chan struct{})}
	if err := w.attach(ctx, unit.Proxy()); err != nil {
		close(w.over)
		return w, err
	}
	go w.watch(watching)
	return w, nil
}

// attach sets a process up for what the visitor is doing.
func (w *way) attach(ctx context.Context, proxy *sandbox.Proxy) error {
	setup := w.setup
	w.mu.Lock()
	setup.Visit = w.visit
	w.mu.Unlock()
	remote, err := egress.Attach(ctx, proxy.Control, setup, egress.Told{Refused: w.outlet.refused, Upstream: w.outlet.noteUpstream, Uploading: w.uploading})
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proxy, w.remote = proxy, remote
	close(w.changed)
	w.changed = make(chan struct{})
	return nil
}

// watch replaces a process that ended, so that the visitor goes on. What it
// knew of the visit is given to the next.
func (w *way) watch(ctx context.Context) {
	defer close(w.over)
	tick := time.NewTicker(resolversEvery)
	defer tick.Stop()
	allowed := w.outlet.allowed()
	for left := replacements; ; {
		w.mu.Lock()
		proxy, remote := w.proxy, w.remote
		w.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if now := w.outlet.allowed(); w.outlet.filtered() && !slices.Equal(now, allowed) {
				allowed = now
				if err := proxy.Allow(ctx, allowed); err != nil && ctx.Err() == nil {
					w.outlet.log.Warn("follow the name servers", "error", err)
				}
			}
			continue
		case <-remote.Done():
		case <-proxy.Gone():
		}
		if ctx.Err() != nil {
			return
		}
		err := errors.New("it ended too often")
		if left--; left >= 0 {
			w.outlet.log.Warn("the proxy's process ended: another takes its place")
			w.uploading(false) // what it told of went with it
			err = w.replace(ctx)
		}
		if err != nil {
			// Refused at once is better than waiting for nobody.
			_ = w.unit.Listener.Close()
			if ctx.Err() == nil {
				w.outlet.log.Error("the proxy does not stay up", "error", err)
				w.lost("the proxy does not stay up")
			}
			return
		}
		allowed = w.outlet.allowed()
	}
}

func (w *way) replace(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, replaceTimeout)
	defer cancel()
	spec, err := w.outlet.spec()
	if err != nil {
		return err
	}
	proxy, err := w.unit.StartProxy(ctx, *spec)
	if err != nil {
		return err
	}
	return w.attach(ctx, proxy)
}

// open puts the allowlist in force for a visit, and returns once it is. While
// the process is being replaced it waits for the next.
func (w *way) open(ctx context.Context, v egress.Visit) error {
	for {
		w.mu.Lock()
		w.visit = &v
		remote, changed := w.remote, w.changed
		w.mu.Unlock()
		err := remote.Open(ctx, v)
		if !errors.Is(err, egress.ErrWorkerGone) {
			return err
		}
		select {
		case <-changed:
		case <-w.over:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// close ends the process, which drops every tunnel, and its replacing.
func (w *way) close() {
	w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.remote != nil {
		_ = w.remote.Close() // of a dead process it is closed already
	}
}
