package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/browser"
	"borne/kiosk/egress"
	"borne/kiosk/practice"
	"borne/kiosk/sandbox"
	"borne/kiosk/session"
)

// displayFolder is the gate that borne-shell keeps before the X server: the
// browser has neither the server's own socket nor its cookie.
const displayFolder = "/run/borne-shell/x11"

// display is the borne's only screen.
const display = ":0"

// engine composes the sandbox, the proxy and the browser into the one browser
// that the supervisor drives.
type engine struct {
	sandbox *sandbox.Sandbox
	outlet  *outlet
	// language is the visitor's.
	language func() kiosk.Language
	log      *slog.Logger
	// clockConfirmed tells whether somebody else agrees with the machine's clock.
	clockConfirmed func() bool
	// keys is what visitors plug in.
	keys keys
	// saving is what they keep of the visit.
	saving *saving
	// scanning is the paper that becomes one of its documents.
	scanning *scanning
	// printing is the visit's paper.
	printing *printing
	// giving counts the uses of a visit's storage, which its end waits for.
	giving sync.WaitGroup

	mu      sync.Mutex // held by Start and Wipe
	unit    *sandbox.Unit
	control io.Closer
	stop    context.CancelFunc

	permitting sync.Mutex // held while the visit's policies are written

	state   sync.Mutex // guards what follows
	browser *browser.Browser
	// visited is the browser's unit; visiting ends with it.
	visited  *sandbox.Unit
	visiting context.Context
	way      *way
	list     *allowlist.List
	rules    egress.Setup // what list is made of
	// visit is the list with what a mediator added, nil for nothing; added are
	// those hosts.
	visit *allowlist.List
	added []string
	// opened is true once the visit has opened a site, practising while what it
	// opened last are the practice pages.
	opened, practising bool
	// authority is who signed for the practice pages of the visit's browser.
	authority []byte
	// policies are the browser's, without the allowlist.
	policies browser.PolicyInput
	screen   screen
	zoom     float64
	version  string
	// refusal is what the proxy last refused to a page, and refused is when.
	refusal egress.Refusal
	refused time.Time
}

// screen is what the shell said of it, in pixels.
type screen struct{ width, height, bar int }

// setScreen takes the shell's word; browsers started later use it.
func (e *engine) setScreen(s screen) {
	e.state.Lock()
	defer e.state.Unlock()
	e.screen = s
}

// setPolicy takes the allowlist and the policies that the next visit gets.
func (e *engine) setPolicy(l *allowlist.List, rules egress.Setup, policies browser.PolicyInput) {
	e.state.Lock()
	defer e.state.Unlock()
	e.list, e.rules, e.policies = l, rules, policies
}

// browserVersion is "Chrome/156.0.8078.79" once one has answered.
func (e *engine) browserVersion() string {
	e.state.Lock()
	defer e.state.Unlock()
	return e.version
}

// Start starts a standby browser. The proxy denies everything until Navigate.
func (e *engine) Start(ctx context.Context, generation uint64, tell func(session.Event)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	spec, err := e.spec()
	if err != nil {
		return err
	}
	identity, err := practice.NewIdentity()
	if err != nil {
		return err
	}
	if err := e.newVisitPolicies(identity.Authority); err != nil {
		return err
	}
	unit, err := e.sandbox.Start(ctx, spec)
	if err != nil {
		return fmt.Errorf("start the sandbox: %w", err)
	}
	e.unit = unit
	failed := func(cause string, f session.Fault) {
		tell(session.BrowserFailed{Generation: generation, Cause: cause, Fault: f})
	}
	watching, stop := context.WithCancel(context.Background())
	e.stop = stop
	e.state.Lock()
	rules := e.rules
	e.state.Unlock()
	rules.Practice = &egress.Identity{Certificate: identity.Certificate, Key: identity.Key}
	busy := newBusy(generation, tell)
	e.printing.begin(busy, tell)
	e.saving.begin(busy, tell)
	opened := make(chan error, 1)
	go func() {
		w, err := e.outlet.way(ctx, unit, rules, busy.uploading, func(cause string) { failed(cause, session.Died) })
		e.state.Lock()
		e.way = w
		e.state.Unlock()
		opened <- err
	}()
	b, err := browser.Attach(ctx, unit.Control, browser.Control{
		Handle: e.translate(generation, busy, tell), Log: e.log,
		DownloadDir: sandbox.DownloadsDir, Storage: unit.Storage(),
		Refuses: func(address string) bool { return e.inForce().OutsidePaths(address) },
	})
	if b != nil {
		e.control = b
	}
	if err = errors.Join(err, <-opened); err != nil {
		return err
	}
	e.state.Lock()
	e.browser, e.zoom, e.version = b, 1, b.Version()
	e.visited, e.visiting = unit, watching
	e.state.Unlock()
	go watch(watching, b, unit, failed)
	// Before anybody may come: what was told of the visit before is not needed by
	// now, and nobody waits for these milliseconds.
	forgetMemory()
	return nil
}

// watch tells when the browser is gone, or hung. A page that hangs is told by
// the browser's own events, and the visitor can leave it.
func watch(ctx context.Context, b *browser.Browser, unit *sandbox.Unit, failed func(cause string, f session.Fault)) {
	watched := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { watched <- b.Watch(ctx, browser.Heartbeat{Work: unit.Work}) }()
	select {
	case <-unit.Gone():
		failed("the browser ended", session.Died)
	case err := <-watched:
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, browser.ErrHung):
			failed("the browser does not answer", session.Hung)
		default:
			failed("the browser's control pipe closed", session.Died)
		}
	}
}

// Work is the processor time that Start and Wipe have taken in all.
func (e *engine) Work() time.Duration { return e.sandbox.Work() }

// spec describes the unit for the present screen.
func (e *engine) spec() (sandbox.Spec, error) {
	if _, err := os.Stat(displayFolder); err != nil {
		return sandbox.Spec{}, fmt.Errorf("find the browser's way to the screen (is borne-display.service up?): %w", err)
	}
	e.state.Lock()
	s := e.screen
	e.state.Unlock()
	o := browser.Options{ProfileDir: sandbox.ProfileDir, Proxy: sandbox.ProxyAddress, Display: display,
		Window: browser.Rectangle{Y: s.bar, Width: s.width, Height: s.height - s.bar}}
	arguments, err := browser.Arguments(o)
	if err != nil {
		return sandbox.Spec{}, err
	}
	proxy, err := e.outlet.spec()
	if err != nil {
		return sandbox.Spec{}, err
	}
	return sandbox.Spec{Arguments: arguments, Environment: browser.Environment(o), DisplayFolder: displayFolder, Proxy: proxy,
		ReadOnly: []sandbox.Bind{{Source: visitPolicies, Destination: filepath.Dir(browser.PolicyFile)}}}, nil
}

// errNoBrowser is the answer while none runs.
var errNoBrowser = errors.New("no browser runs")

func (e *engine) current() (*browser.Browser, error) {
	e.state.Lock()
	defer e.state.Unlock()
	if e.browser == nil {
		return nil, errNoBrowser
	}
	return e.browser, nil
}

// Navigate opens the network for the visit, then the page: all that the visit
// may reach, or, for the practice pages, nothing but them.
func (e *engine) Navigate(ctx context.Context, url string) error {
	b, err := e.current()
	if err != nil {
		return err
	}
	e.state.Lock()
	e.opened, e.practising = true, url == kiosk.PracticeStart
	e.state.Unlock()
	if err := e.openNetwork(ctx); err != nil {
		return err
	}
	return b.Navigate(ctx, url)
}

// openNetwork has the proxy let the visit through, with what was added to it.
// It returns once the proxy does. The state must not be locked: the proxy may
// have a refusal to tell of first.
func (e *engine) openNetwork(ctx context.Context) error {
	e.state.Lock()
	w, v := e.way, egress.Visit{Language: e.language(), Practice: e.practising, Hosts: slices.Clone(e.added)}
	e.state.Unlock()
	if w == nil {
		return errNoBrowser
	}
	if err := w.open(ctx, v); err != nil {
		return fmt.Errorf("open the network for the visit: %w", err)
	}
	return nil
}

// Back goes one step back in the site.
func (e *engine) Back(ctx context.Context) error {
	b, err := e.current()
	if err != nil {
		return err
	}
	_, err = b.Back(ctx)
	return err
}

// Wipe ends what runs and proves it gone. With nothing running it looks for
// what a borned that died left behind.
func (e *engine) Wipe(ctx context.Context) kiosk.Proof {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.Lock()
	w := e.way
	e.browser, e.opened, e.practising, e.refusal, e.refused = nil, false, false, egress.Refusal{}, time.Time{}
	e.visited, e.visiting = nil, nil
	e.state.Unlock()
	// The tunnels first: connections that they hold keep the namespace alive.
	if w != nil {
		w.close()
	}
	silent := e.endVoice(ctx)
	if e.unit == nil {
		return withLeft(e.sandbox.Sweep(ctx), slices.Concat(silent, e.endPrinting(ctx, false), e.endScanning(ctx)))
	}
	e.stop()
	e.keys.forget()
	e.saving.forget()
	e.scanning.forget()
	if e.control != nil {
		_ = e.control.Close() // a dead browser's pipe is closed already
	}
	p := e.unit.Wipe(ctx)
	if !done(ctx, &e.giving) {
		p.Clean = false
		p.Leftovers = append(p.Leftovers, "a document that is being given")
	}
	p = withLeft(p, slices.Concat(silent, e.endPrinting(ctx, true), e.endScanning(ctx)))
	if err := e.forgetVisit(); err != nil {
		e.log.Error("put the browser's policies back", "error", err)
		p.Clean = false
		p.Leftovers = append(p.Leftovers, "the policies of the visit")
	}
	if w != nil {
		select {
		case <-w.over:
		case <-ctx.Done():
			p.Clean = false
			p.Leftovers = append(p.Leftovers, "the proxy's keeper")
		}
	}
	if p.Clean {
		// A unit that is not proved gone is wiped, and searched for, again.
		e.unit, e.control, e.stop = nil, nil, nil
		e.state.Lock()
		e.way = nil
		e.state.Unlock()
	}
	return p
}

// withLeft adds to a proof what another search found.
func withLeft(p kiosk.Proof, left []string) kiosk.Proof {
	p.Clean = p.Clean && len(left) == 0
	p.Leftovers = append(p.Leftovers, left...)
	return p
}
