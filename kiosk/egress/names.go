package egress

import (
	"context"
	"net/netip"
	"sync"
	"time"
)

// An answer is believed as long as Chromium believes one; maxNames bounds how
// many are kept.
const (
	nameAge  = time.Minute
	maxNames = 256
)

// names asks for each name once a minute, not once for each of the dozens of
// connections that a page takes. It keeps no failure.
type names struct {
	resolver Resolver

	mu    sync.Mutex
	known map[string]answer
}

// answer is all that was said of one name, never a part of it.
type answer struct {
	addresses []netip.Addr
	until     time.Time
}

// lookup returns the addresses of a name. They are the caller's to check, each
// time: what is this machine's own may have changed.
func (n *names) lookup(ctx context.Context, name string) ([]netip.Addr, error) {
	n.mu.Lock()
	known := n.known // after forgetAll, what is still being asked is kept nowhere
	a, ok := known[name]
	n.mu.Unlock()
	if ok && time.Now().Before(a.until) {
		return a.addresses, nil
	}
	addresses, err := n.resolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(known) >= maxNames {
		clear(known)
	}
	known[name] = answer{addresses, time.Now().Add(nameAge)}
	return addresses, nil
}

// forget has a name asked for again.
func (n *names) forget(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.known, name)
}

// forgetAll leaves no trace of a visit's names.
func (n *names) forgetAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known = map[string]answer{}
}
