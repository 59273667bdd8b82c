package fleet

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"borne/kiosk"
)

// Borne is what the agent tells of, and acts on.
type Borne interface {
	// Report says how the borne is now. The agent fills in Clock, Pending and,
	// when it could not fetch a bundle, BundleFault.
	Report() kiosk.CheckIn
	// Execute carries out a command and returns when it is done. Commands that
	// are not urgent may wait for the end of the session; ctx ends when the
	// command expires or borned stops, and then it must not begin any more.
	// Several may run at once.
	Execute(ctx context.Context, c kiosk.Command) error
	// OfferBundle checks an archive and keeps it for use between visitors.
	// Its error is shown to technicians as the bundle's fault.
	OfferBundle(ctx context.Context, archive []byte) error
}

// Cells is the usage log, as far as it is sent.
type Cells interface {
	Batch(ctx context.Context, limit int) (kiosk.CellBatch, error)
	Acknowledge(ctx context.Context, w kiosk.Watermark) error
	Pending(ctx context.Context) (uint64, error)
}

// Options of an Agent.
type Options struct {
	// StateDir holds the key, the identity and the commands seen; it exists
	// and only borned may read it.
	StateDir string
	Borne    Borne
	Cells    Cells
	// Log takes what an operator should know; nil is silent.
	Log *slog.Logger
	// Clock gives the machine's time, which may be wrong; nil is time.Now.
	Clock func() time.Time
	// CAFile holds PEM certificates that are trusted beside the system's: the
	// authority of the central office, or of an inspecting proxy.
	CAFile string
	// Proxy is the address of an HTTP proxy, with user and password if it
	// asks for them; empty takes it from the environment.
	Proxy string
	// Proxies says by which proxies the central office is reached, in place of
	// Proxy: where that changes, or there are several.
	Proxies ProxyFinder
	// Every is for lines on which a held connection costs: check-ins are then
	// not held, and made so often, or later where the central office asks for
	// that. 0 holds them (long poll).
	Every time.Duration
	// Insist checks in each Every also where the central office asks for later
	// in an answer; Retry-After is always heeded. For load tests.
	Insist bool
	// Transport replaces the HTTPS transport made of the two; nil in the field.
	Transport http.RoundTripper
}

// Agent speaks with the central office. Its methods may be called by several
// goroutines.
type Agent struct {
	o         Options
	log       *slog.Logger
	transport http.RoundTripper
	roots     *x509.CertPool
	proxy     proxyFunc
	ledger    *ledger
	wake      chan struct{}
	again     chan struct{} // cuts a backoff short after Enrol
	// sending keeps Run and Flush from sending the same batch at once.
	sending sync.Mutex
	telling sync.Mutex

	mu       sync.Mutex
	identity *credentials
	enrolled chan struct{} // closed when identity is set
	offset   time.Duration
	latest   time.Time // the latest time the central office told
	status   Status
	bundle   bundleState
}

// New makes an agent, enrolled if StateDir says so. It does not connect.
func New(o Options) (*Agent, error) {
	if o.Borne == nil || o.Cells == nil || o.StateDir == "" {
		return nil, fmt.Errorf("fleet agent: Borne, Cells and StateDir are required")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &Agent{o: o, log: o.Log, wake: make(chan struct{}, 1), again: make(chan struct{}, 1), enrolled: make(chan struct{})}
	var err error
	if a.transport = o.Transport; a.transport == nil {
		if err := a.useNetwork(); err != nil {
			return nil, fmt.Errorf("fleet agent: %w", err)
		}
	}
	if a.identity, err = loadIdentity(o.StateDir); err != nil {
		return nil, fmt.Errorf("fleet agent: %w", err)
	}
	if a.identity != nil {
		close(a.enrolled)
	}
	if a.latest, err = loadLatest(o.StateDir); err != nil {
		a.log.Warn("fleet: the last known time is lost", "err", err)
	}
	if a.ledger, err = openLedger(o.StateDir); err != nil {
		return nil, fmt.Errorf("fleet agent: %w", err)
	}
	return a, nil
}

// Identity returns who the borne is; ok is false while it is not enrolled.
func (a *Agent) Identity() (id Identity, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.identity == nil {
		return Identity{}, false
	}
	return a.identity.Identity, true
}

// MaintenanceSecret is what codes of the maintenance screen are made of, nil
// when no central office gave one.
func (a *Agent) MaintenanceSecret() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.identity == nil {
		return nil
	}
	return a.identity.maintenance
}

// credentials returns the present identity with its key, nil for none.
func (a *Agent) credentials() *credentials {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.identity
}

// Wake makes Run check in at once, for what the central office should know
// now: a call for help, a change of state. It does not cut a backoff short.
func (a *Agent) Wake() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}
