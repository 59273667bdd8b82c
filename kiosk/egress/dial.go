package egress

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"borne/kiosk/allowlist"
)

type dialFunc = func(ctx context.Context, network string, address netip.AddrPort) (net.Conn, error)

// errPrivate: a name resolved to an address that is not public.
var errPrivate = errors.New("the name resolves to an address that is not public")

// errTooFast: more connections than Limits.DialsPerSecond.
var errTooFast = errors.New("too many new connections at once")

var errNoAddress = errors.New("the name has no address")

// maxAttempts bounds how many addresses of one name are tried, and
// attemptTimeout how long all but the last may take.
const (
	maxAttempts    = 4
	attemptTimeout = 3 * time.Second
)

// connect opens a connection to an allowed target. The name is looked up once
// at most, and only addresses of that answer are dialled: there is no moment
// between check and use in which the answer could change. One special address
// in the answer refuses it whole, since no public site gives one.
func (p *Proxy) connect(ctx context.Context, t allowlist.Target) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, p.limits.DialTimeout)
	defer cancel()
	if !p.dials.take(time.Now()) {
		return nil, errTooFast
	}
	if p.options.Upstream != nil {
		return p.connectUpstream(ctx, t)
	}
	name := t.Host + "."
	addrs, err := p.names.lookup(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := p.check(addrs); err != nil {
		p.names.forget(name)
		return nil, err
	}
	conn, err := p.dialAny(ctx, addrs[:min(len(addrs), maxAttempts)], t.Port)
	if err != nil {
		p.names.forget(name) // the site may have moved
	}
	return conn, err
}

// check judges an answer as a whole.
func (p *Proxy) check(addrs []netip.Addr) error {
	for _, a := range addrs {
		if !public(a) {
			return errPrivate
		}
		if own, err := p.own.has(a); own || err != nil { // what cannot be known is refused
			return errPrivate
		}
	}
	return nil
}

// dialAny tries addresses in order; the resolver has sorted them (RFC 6724).
func (p *Proxy) dialAny(ctx context.Context, addrs []netip.Addr, port uint16) (net.Conn, error) {
	err := errNoAddress
	for i, a := range addrs {
		attempt, cancel := ctx, context.CancelFunc(func() {})
		if i < len(addrs)-1 {
			attempt, cancel = context.WithTimeout(ctx, attemptTimeout)
		}
		var conn net.Conn
		conn, err = p.dial(attempt, "tcp", netip.AddrPortFrom(a.Unmap(), port))
		cancel()
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}
