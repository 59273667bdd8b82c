package fleet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// ProxyFinder says by which proxies a target is reached, in the order in which
// to try them; nil stands for none, the direct way. A PAC file is one.
type ProxyFinder interface {
	Proxies(ctx context.Context, target *url.URL) ([]*url.URL, error)
	// Failed hears that none of them let a request pass.
	Failed()
}

// avoidFor is how long a proxy that did not answer is tried last.
const avoidFor = 5 * time.Minute

// ways sends each request by the first way that can be gone. What is sent again
// by another was not sent before: only connections that could not be made are
// tried by the next, as browsers do. A proxy that refuses a password answers.
type ways struct {
	find ProxyFinder
	next *http.Transport

	mu    sync.Mutex
	avoid map[string]time.Time
}

// wayKey is the way of a request, in its context.
type wayKey struct{}

// byContext is the http.Transport.Proxy of ways.
func byContext(r *http.Request) (*url.URL, error) {
	way, ok := r.Context().Value(wayKey{}).(*url.URL)
	if !ok {
		return nil, errors.New("no way was chosen") // never the direct one by accident
	}
	return way, nil
}

func newWays(find ProxyFinder, next *http.Transport) *ways {
	next.Proxy = byContext
	return &ways{find: find, next: next, avoid: map[string]time.Time{}}
}

// RoundTrip implements http.RoundTripper.
func (w *ways) RoundTrip(r *http.Request) (*http.Response, error) {
	all, err := w.find.Proxies(r.Context(), r.URL)
	if err != nil {
		return nil, err
	}
	err = errors.New("no way leads there")
	for i, way := range w.inOrder(all) {
		attempt := r.WithContext(context.WithValue(r.Context(), wayKey{}, way))
		if i > 0 && r.GetBody != nil {
			if attempt.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
		var res *http.Response
		if res, err = w.next.RoundTrip(attempt); err == nil {
			return res, nil
		}
		if !notConnected(err) || r.Context().Err() != nil {
			return nil, err
		}
		w.mu.Lock()
		w.avoid[name(way)] = time.Now().Add(avoidFor)
		w.mu.Unlock()
	}
	w.find.Failed()
	return nil, err
}

// inOrder puts those that did not answer lately last.
func (w *ways) inOrder(all []*url.URL) (order []*url.URL) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	var later []*url.URL
	for _, way := range all {
		if w.avoid[name(way)].After(now) {
			later = append(later, way)
		} else {
			delete(w.avoid, name(way))
			order = append(order, way)
		}
	}
	return append(order, later...)
}

func name(way *url.URL) string {
	if way == nil {
		return ""
	}
	return way.Scheme + "://" + way.Host
}

// notConnected reports that the proxy itself, or without one the central
// office, could not be connected to.
func notConnected(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect" || op.Op == "socks connect")
}
