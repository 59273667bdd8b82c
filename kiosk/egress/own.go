package egress

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// ownEvery is how long the list of this machine's addresses is believed.
const ownEvery = 2 * time.Second

// ownAddresses are the addresses of this machine, public ones too: what
// listens on them is not for visitors. The address that a router outside
// translates ours to cannot be known here.
type ownAddresses struct {
	list func() ([]net.Addr, error)

	mu    sync.Mutex
	asked time.Time
	known map[netip.Addr]struct{}
}

// has reports whether a is one; a list that cannot be read is an error.
func (o *ownAddresses) has(a netip.Addr) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now := time.Now(); o.known == nil || now.Sub(o.asked) > ownEvery {
		list, err := o.list()
		if err != nil {
			return false, err
		}
		known := make(map[netip.Addr]struct{}, len(list))
		for _, one := range list {
			if p, err := netip.ParsePrefix(one.String()); err == nil {
				known[p.Addr().Unmap().WithZone("")] = struct{}{}
			}
		}
		o.known, o.asked = known, now
	}
	_, is := o.known[a.Unmap()]
	return is, nil
}
