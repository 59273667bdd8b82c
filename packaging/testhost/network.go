package testhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
)

// Dial connects from inside the host's network. A name is resolved by the host's own resolver. For "unix" the address
// is a path inside the host.
func (h *Host) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if network == "unix" {
		return (&net.Dialer{}).DialContext(ctx, network, h.Path(address))
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if net.ParseIP(host) == nil {
		// Resolved first: Go connects to a literal address on the calling thread, to a name on any.
		addrs, err := h.resolver().LookupNetIP(ctx, "ip", host)
		if err != nil {
			return nil, err
		}
		address = net.JoinHostPort(addrs[0].Unmap().String(), port)
	}
	var conn net.Conn
	err = h.inNetwork(func() (err error) {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return err
	})
	return conn, err
}

func (h *Host) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return h.Dial(ctx, network, resolverAddress+":53")
	}}
}

// Listen listens inside the host's network on a literal address. The listener is for the caller to close; Close of
// the host does not wait for it.
func (h *Host) Listen(ctx context.Context, network, address string) (net.Listener, error) {
	var l net.Listener
	err := h.inNetwork(func() (err error) {
		l, err = (&net.ListenConfig{}).Listen(ctx, network, address)
		return err
	})
	return l, err
}

// inNetwork calls do on a thread that stands in the host's network namespace. A socket belongs to the namespace it was
// made in, so what do opens works anywhere afterwards.
func (h *Host) inNetwork(do func() error) error {
	result := make(chan error, 1)
	go func() {
		// Never unlocked: the thread, now in another namespace, ends with the goroutine.
		runtime.LockOSThread()
		if err := h.inside.enterNetwork(); err != nil {
			result <- err
			return
		}
		result <- do()
	}()
	return <-result
}

// Forward listens on a TCP address of the machine (such as "127.0.0.1:0") and joins every connection to target inside
// the host, until Close. It returns the address it listens on.
func (h *Host) Forward(ctx context.Context, listen, target string) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return "", fmt.Errorf("forward to %s: %w", target, err)
	}
	if !h.listeners.add(l) {
		l.Close()
		return "", fmt.Errorf("forward to %s: %w", target, net.ErrClosed)
	}
	h.forwards.Go(func() {
		for {
			outside, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				h.log.Warn("forward", "target", target, "error", err)
				continue
			}
			h.forwards.Go(func() { h.join(outside, target) })
		}
	})
	return l.Addr().String(), nil
}

// join copies both ways and closes each direction on its own, as HTTP clients expect.
func (h *Host) join(outside net.Conn, target string) {
	defer outside.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-h.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	inside, err := h.Dial(ctx, "tcp", target)
	if err != nil {
		h.log.Debug("forward", "target", target, "error", err)
		return
	}
	defer inside.Close()
	stop := context.AfterFunc(ctx, func() { inside.Close(); outside.Close() })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { copyAndShut(inside, outside) })
	both.Go(func() { copyAndShut(outside, inside) })
	both.Wait()
}

func copyAndShut(to, from net.Conn) {
	_, _ = io.Copy(to, from) // either side may leave at any time
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// listenerSet closes every listener once, also one that comes too late.
type listenerSet struct {
	mu     sync.Mutex
	closed bool
	all    []net.Listener
}

func (s *listenerSet) add(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.all = append(s.all, l)
	}
	return !s.closed
}

func (s *listenerSet) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, l := range s.all {
		l.Close()
	}
}
