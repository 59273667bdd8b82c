package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk/allowlist"
)

// asked is a resolver that counts questions; its answers are the caller's.
type asked struct {
	questions int
	answer    func() ([]netip.Addr, error)
}

func (a *asked) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	a.questions++
	return a.answer()
}

func newNames(a *asked) *names { return &names{resolver: a, known: map[string]answer{}} }

func TestNamesAreAskedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := addresses("11.20.30.40", "2a01:cb00::1")
		r := &asked{answer: func() ([]netip.Addr, error) { return now, nil }}
		n := newNames(r)
		look := func(want []netip.Addr, questions int) {
			t.Helper()
			got, err := n.lookup(t.Context(), "www.caf.test.")
			if err != nil || !slices.Equal(got, want) || r.questions != questions {
				t.Fatalf("%v %v after %d questions, want %v after %d", got, err, r.questions, want, questions)
			}
		}
		first, second := now, addresses("127.0.0.1")
		for range 50 {
			look(first, 1)
		}
		now = second
		time.Sleep(nameAge - time.Nanosecond)
		look(first, 1)
		time.Sleep(time.Nanosecond)
		look(second, 2)
		now = first
		n.forget("www.caf.test.")
		look(first, 3)
		n.forgetAll()
		look(first, 4)
		if got, _ := n.lookup(t.Context(), "www.caf.test"); len(got) != 2 || r.questions != 5 {
			t.Fatal("a relative name is another name")
		}
	})
}

func TestNoFailureIsKept(t *testing.T) {
	fault := errors.New("no such host")
	r := &asked{answer: func() ([]netip.Addr, error) { return addresses("11.20.30.40"), fault }}
	n := newNames(r)
	for i := range 3 {
		if a, err := n.lookup(t.Context(), "a."); a != nil || !errors.Is(err, fault) || r.questions != i+1 || len(n.known) != 0 {
			t.Fatalf("%v %v after %d questions", a, err, r.questions)
		}
	}
}

func TestNamesAreBounded(t *testing.T) {
	n := newNames(&asked{answer: func() ([]netip.Addr, error) { return addresses("11.20.30.40"), nil }})
	for i := range 10 * maxNames {
		if _, err := n.lookup(t.Context(), fmt.Sprintf("%d.caf.test.", i)); err != nil || len(n.known) > maxNames {
			t.Fatal(err, len(n.known))
		}
	}
}

// What is still being asked when a visit ends is not kept for the next.
func TestForgottenWhileAsked(t *testing.T) {
	r := &asked{}
	n := newNames(r)
	r.answer = func() ([]netip.Addr, error) {
		n.forgetAll()
		return addresses("11.20.30.40"), nil
	}
	if _, err := n.lookup(t.Context(), "a."); err != nil || len(n.known) != 0 {
		t.Fatalf("%v, kept %v", err, n.known)
	}
}

// expire makes every answer older than it may be.
func (h *harness) expire() {
	n := &h.proxy.names
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, a := range n.known {
		a.until = time.Now()
		n.known[name] = a
	}
}

// An answer that is kept is dialled as it was checked, whatever the name says
// meanwhile; one that is too old is asked for and checked again.
func TestRebindingOfAKeptName(t *testing.T) {
	cert, pool := certificate(t)
	h := start(t, echoSite(t, cert), nil)
	h.answers = [][]netip.Addr{addresses("11.20.30.40"), addresses("127.0.0.1"), addresses("11.20.30.41", "10.0.0.1"), addresses("11.20.30.42")}
	through := func(lookups int, want string) {
		t.Helper()
		c := tls.Client(h.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		c.Close()
		if last := h.dialled[len(h.dialled)-1].String(); len(h.lookups) != lookups || last != want {
			t.Fatalf("%d questions, dialled %s; want %d, %s", len(h.lookups), last, lookups, want)
		}
	}
	for range 3 {
		through(1, "11.20.30.40:443")
	}
	h.expire()
	for i := range 2 { // neither is kept: each is asked for and refused by itself
		r := ask(t, h.open(t), connectTo(host), "CONNECT")
		if r.Header.Get("X-Borne-Reason") != string(allowlist.PrivateAddress) || len(h.lookups) != 2+i || len(h.dialled) != 3 {
			t.Fatalf("%s after %d questions, dialled %v", r.Status, len(h.lookups), h.dialled)
		}
	}
	through(4, "11.20.30.42:443")
	through(4, "11.20.30.42:443")
	h.proxy.Deny()
	if n := len(h.proxy.names.known); n != 0 {
		t.Fatalf("%d names outlive the visit", n)
	}
	h.proxy.SetPolicy(testList(t))
	through(5, "11.20.30.42:443")
}

// The cable brings an address that a kept answer holds: it is refused at once.
func TestKeptNameBecomesOurOwn(t *testing.T) {
	cert, _ := certificate(t)
	own := addrs("127.0.0.1/8")
	h := start(t, echoSite(t, cert), func(o *Options) { o.Own = func() ([]net.Addr, error) { return own, nil } })
	h.tunnelTo(t, host).Close()
	own = addrs("11.20.30.40/24")
	h.proxy.own.mu.Lock()
	h.proxy.own.asked = time.Time{}
	h.proxy.own.mu.Unlock()
	if r := ask(t, h.open(t), connectTo(host), "CONNECT"); r.Header.Get("X-Borne-Reason") != string(allowlist.PrivateAddress) {
		t.Fatalf("%s", r.Status)
	}
	if len(h.lookups) != 1 || len(h.dialled) != 1 {
		t.Fatalf("questions %v, dialled %v", h.lookups, h.dialled)
	}
}

// A site that does not answer may have moved: its name is asked for again.
func TestUnreachableIsAskedAgain(t *testing.T) {
	h := start(t, "127.0.0.1:1", nil)
	for i := range 3 {
		if r := ask(t, h.open(t), connectTo(host), "CONNECT"); r.StatusCode != http.StatusBadGateway || len(h.lookups) != i+1 {
			t.Fatalf("%s after %d questions", r.Status, len(h.lookups))
		}
	}
}
