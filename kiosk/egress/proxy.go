package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// Proxy is the allowlist proxy. It serves any number of listeners, one a visit
// as a rule, under one policy.
type Proxy struct {
	log      *slog.Logger
	names    names
	dial     dialFunc
	refused  func(Refusal)
	options  Options
	limits   Limits
	policy   atomic.Pointer[Decider]
	language atomic.Value // kiosk.Language
	own      ownAddresses
	dials    *rate
	parent   parent
	counters counters
	// identity is who answers for the practice pages, set before Serve; its
	// certificate is nil when nobody does.
	identity tls.Certificate

	mu       sync.Mutex
	sessions map[*session]struct{}
}

// New returns a proxy that denies everything with "no-session" until
// SetPolicy.
func New(o Options) *Proxy {
	p := &Proxy{log: o.Log, names: names{resolver: o.Resolver, known: map[string]answer{}}, dial: o.Dial, refused: o.Refused, options: o, limits: o.Limits.withDefaults(),
		own: ownAddresses{list: o.Own}, parent: parent{changed: o.UpstreamChanged}, sessions: map[*session]struct{}{}}
	p.dials = newRate(p.limits.MaxTunnels, p.limits.DialsPerSecond)
	p.SetLanguage(kiosk.French)
	if p.own.list == nil {
		p.own.list = net.InterfaceAddrs
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if p.names.resolver == nil {
		p.names.resolver = net.DefaultResolver
	}
	if p.dial == nil {
		p.dial = systemDial
	}
	if p.refused == nil {
		p.refused = func(Refusal) {}
	}
	return p
}

// SetPolicy puts d in force for new connections; nil denies everything. Open
// tunnels are not looked at again: Deny, or the end of Serve's context, ends
// them.
func (p *Proxy) SetPolicy(d Decider) {
	if d == nil {
		p.policy.Store(nil)
		return
	}
	p.policy.Store(&d)
}

// SetLanguage takes the language of refusal pages, French at first.
func (p *Proxy) SetLanguage(l kiosk.Language) { p.language.Store(l) }

// Deny refuses everything from now on, drops every tunnel and forgets every
// name.
func (p *Proxy) Deny() {
	p.SetPolicy(nil)
	p.names.forgetAll()
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := range p.sessions {
		s.closeTunnels()
	}
}

func (p *Proxy) decide(t allowlist.Target) allowlist.Decision {
	d := p.policy.Load()
	if d == nil {
		return allowlist.Decision{Reason: allowlist.NoSession}
	}
	return (*d).Decide(t)
}

// redirects reports whether a plain HTTP request for a page is sent on to its
// https form.
func (p *Proxy) redirects(t allowlist.Target) bool {
	d := p.policy.Load()
	if d == nil {
		return false
	}
	return (*d).RedirectsHTTP(t)
}

// Serve takes connections from l until ctx ends, then closes l and every
// tunnel, and returns nil once all of them are gone. It returns an error at
// once when the options are wrong, and when l fails.
func (p *Proxy) Serve(ctx context.Context, l net.Listener) error {
	defer l.Close()
	if err := CheckUpstream(p.options.Upstream); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &session{proxy: p, tunnels: map[*tunnel]struct{}{}}
	p.mu.Lock()
	p.sessions[s] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.sessions, s)
		p.mu.Unlock()
	}()
	defer s.wait()
	defer cancel()
	context.AfterFunc(ctx, func() {
		l.Close()
		s.closeAll()
	})
	go s.sweep(ctx, p.limits.IdleTimeout)
	if p.options.Uploading != nil {
		go s.uploads(ctx, uploadEvery, p.options.Uploading)
	}
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				conn.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("egress: accept: %w", err)
		case err != nil:
			// Out of descriptors, most likely: let some tunnels end.
			p.log.Warn("accept failed", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		s.start(ctx, conn)
	}
}

// session is the state of one Serve.
type session struct {
	proxy   *Proxy
	mu      sync.Mutex
	closed  bool
	tunnels map[*tunnel]struct{}
	done    sync.WaitGroup
}

// start serves conn in a goroutine of its own, or refuses it when there are
// too many.
func (s *session) start(ctx context.Context, conn net.Conn) {
	t := &tunnel{proxy: s.proxy, client: conn}
	s.mu.Lock()
	full := len(s.tunnels) >= s.proxy.limits.MaxTunnels
	if full || s.closed {
		s.mu.Unlock()
		if full {
			s.proxy.refuse(Refusal{Reason: allowlist.Limit})
		}
		conn.Close()
		return
	}
	s.tunnels[t] = struct{}{}
	s.done.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.done.Done()
		defer func() {
			t.close()
			s.mu.Lock()
			delete(s.tunnels, t)
			s.mu.Unlock()
		}()
		growStack()
		t.serve(ctx)
	}()
}

// growStack has a new goroutine take at once the stack that dialling needs.
// Otherwise it would grow in steps, each with all its callers to move: that
// took 6 % of the processor's time of a connection.
//
//go:noinline
func growStack() {
	var room [5 << 10]byte
	runtime.KeepAlive(&room)
}

func (s *session) closeAll() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.closeTunnels()
}

func (s *session) closeTunnels() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tunnels {
		t.close()
	}
}

func (s *session) wait() {
	s.closeAll()
	s.done.Wait()
}

// sweep closes tunnels that have been silent for the idle timeout. The kernel
// knows when the last byte came, so that the relay needs no code per byte.
func (s *session) sweep(ctx context.Context, idle time.Duration) {
	tick := time.NewTicker(max(idle/8, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		for t := range s.tunnels {
			if t.silentFor(idle) {
				t.close()
			}
		}
		s.mu.Unlock()
	}
}
