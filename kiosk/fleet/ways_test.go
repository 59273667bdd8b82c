package fleet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// listed is a ProxyFinder whose list the test changes.
type listed struct {
	mu     sync.Mutex
	all    []string
	err    error
	failed int
}

func (l *listed) set(all ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = all
}

func (l *listed) Proxies(_ context.Context, target *url.URL) ([]*url.URL, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return nil, l.err
	}
	var all []*url.URL
	for _, s := range l.all {
		if s == "direct" {
			all = append(all, nil)
			continue
		}
		u, err := url.Parse(s)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, nil
}

func (l *listed) Failed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed++
}

// TestWays goes by the first proxy that answers, each in turn, and never
// directly unless the list says so.
func TestWays(t *testing.T) {
	o := newOffice(time.Now)
	server, ca := secure(t, o)
	_, officePort, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "https://"))
	must(t, err)
	const user = "http://borne:mot-de-passe@"
	squid, tinyproxy := user+startSquid(t, officePort), user+startTinyproxy(t, officePort)
	dead := "http://127.0.0.1:" + freePort(t)
	log := &cells{epoch: "e1"}
	find := &listed{all: []string{dead, squid}}
	a := newAgent(t, Options{CAFile: ca, Cells: log, Proxies: find})
	_, err = a.Enrol(t.Context(), server.URL, o.code)
	must(t, err)
	flush := func(step string) error {
		log.add(3)
		n, err := a.Flush(t.Context())
		if (n == 3) != (err == nil) {
			t.Errorf("%s: Flush = %d, %v", step, n, err)
		}
		return err
	}
	for step, list := range map[string][]string{"the second": {dead, tinyproxy}, "the first": {squid, dead}, "direct, by the list": {dead, "direct"}} {
		find.set(list...)
		if err := flush(step); err != nil {
			t.Errorf("%s: %v", step, err)
		}
	}
	if find.failed != 0 {
		t.Errorf("a way was there, and %d times none was", find.failed)
	}
	a.transport.(*ways).next.CloseIdleConnections()
	find.set(dead)
	if err := flush("none"); !errors.Is(err, ErrUnreachable) || find.failed != 1 {
		t.Errorf("no way answers: %v, told %d times", err, find.failed)
	}
	// One that refuses a password answers: what comes after it is not tried.
	find.set(strings.Replace(tinyproxy, "mot-de-passe", "autre", 1), "direct")
	if err := flush("refused"); !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "autre") {
		t.Errorf("a wrong password: %v", err)
	}
	find.err = errors.New("the PAC file cannot be used")
	if err := flush("no list"); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "PAC file") {
		t.Errorf("no list: %v", err)
	}
	r, err := http.NewRequest(http.MethodGet, server.URL, nil)
	must(t, err)
	if way, err := byContext(r); way != nil || err == nil {
		t.Error("a request without a way goes directly")
	}
}
