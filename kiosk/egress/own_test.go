package egress

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk/allowlist"
)

func addrs(ss ...string) (out []net.Addr) {
	for _, s := range ss {
		ip, n, err := net.ParseCIDR(s)
		if err != nil {
			panic(err)
		}
		n.IP = ip
		out = append(out, n)
	}
	return out
}

// A public address of this very machine is no site: what listens on it is the
// machine's.
func TestOwnAddressesAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		own    []net.Addr
		err    error
		want   allowlist.Reason
	}{
		"own":             {"11.20.30.40", addrs("127.0.0.1/8", "11.20.30.40/24"), nil, allowlist.PrivateAddress},
		"own, IPv6":       {"2a01:cb00::7", addrs("2a01:cb00::7/64"), nil, allowlist.PrivateAddress},
		"own, mapped":     {"::ffff:11.20.30.40", addrs("11.20.30.40/24"), nil, allowlist.PrivateAddress},
		"a neighbour":     {"11.20.30.41", addrs("11.20.30.40/24"), nil, ""},
		"cannot be known": {"11.20.30.40", nil, errors.New("no netlink"), allowlist.PrivateAddress},
	} {
		t.Run(name, func(t *testing.T) {
			site := listen(t, func(conn net.Conn) { conn.Close() })
			h := start(t, site, func(o *Options) { o.Own = func() ([]net.Addr, error) { return tt.own, tt.err } })
			h.answers[0] = addresses(tt.answer)
			r := ask(t, h.open(t), connectTo(host), "CONNECT")
			if got := r.Header.Get("X-Borne-Reason"); got != string(tt.want) {
				t.Fatalf("%s %q, want %q", r.Status, got, tt.want)
			}
			if tt.want != "" && len(h.dialled) != 0 {
				t.Fatalf("dialled %v", h.dialled)
			}
		})
	}
}

// An address that a cable brings is known soon after.
func TestOwnAddressesAreAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		now := addrs("127.0.0.1/8")
		o := ownAddresses{list: func() ([]net.Addr, error) { asked++; return now, nil }}
		a := netip.MustParseAddr("11.20.30.40")
		for range 100 {
			if own, err := o.has(a); own || err != nil {
				t.Fatal(own, err)
			}
		}
		now = addrs("11.20.30.40/24")
		time.Sleep(ownEvery + time.Millisecond)
		if own, err := o.has(a); !own || err != nil || asked != 2 {
			t.Fatalf("%v %v after %d questions", own, err, asked)
		}
	})
}

// This machine's own list is readable and holds the loopback.
func TestOwnAddressesOfThisMachine(t *testing.T) {
	o := ownAddresses{list: net.InterfaceAddrs}
	if own, err := o.has(netip.MustParseAddr("127.0.0.1")); !own || err != nil {
		t.Fatal(own, err)
	}
}

func TestTooManyDials(t *testing.T) {
	site := listen(t, func(conn net.Conn) { conn.Close() })
	h := start(t, site, func(o *Options) { o.Limits = Limits{MaxTunnels: 3, DialsPerSecond: 1} })
	reasons := map[string]int{}
	for range 6 {
		conn := h.open(t)
		r := ask(t, conn, connectTo(host), "CONNECT")
		reasons[r.Header.Get("X-Borne-Reason")]++
		conn.Close()
		for h.held() > 0 {
			runtime.Gosched()
		}
	}
	if reasons["limit"] < 2 || reasons[""] < 3 || reasons[""]+reasons["limit"] != 6 {
		t.Fatalf("%v", reasons)
	}
}

// held is how many connections the proxy holds.
func (h *harness) held() (n int) {
	h.proxy.mu.Lock()
	defer h.proxy.mu.Unlock()
	for s := range h.proxy.sessions {
		s.mu.Lock()
		n += len(s.tunnels)
		s.mu.Unlock()
	}
	return n
}

func TestRate(t *testing.T) {
	r := newRate(2, 10)
	at := time.Unix(0, 0)
	for i, tt := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {0, true}, {0, false}, {99 * time.Millisecond, false}, {2 * time.Millisecond, true}, {0, false}, {time.Hour, true}, {0, true}, {0, false}} {
		at = at.Add(tt.after)
		if got := r.take(at); got != tt.want {
			t.Errorf("step %d: %v", i, got)
		}
	}
}

// Special is what public refuses, as prefixes: a filter in the kernel and the
// proxy agree on every address.
func FuzzSpecial(f *testing.F) {
	for _, s := range []string{"127.0.0.1", "10.0.0.1", "11.0.0.1", "::1", "fe80::1", "2a01:cb00::1", "2001:db8::1", "64:ff9b::a00:1", "3fff::1", "4000::", "8000::", "fc00::1", "168.63.129.16"} {
		f.Add(netip.MustParseAddr(s).AsSlice())
	}
	special := Special()
	f.Fuzz(func(t *testing.T, b []byte) {
		a, ok := netip.AddrFromSlice(b)
		if !ok || a.Is4In6() {
			return
		}
		in := slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
		if in == public(a) {
			t.Fatalf("%v: special %v, public %v", a, in, public(a))
		}
	})
}

// The parent's answers are told when they change, and only then.
func TestUpstreamStates(t *testing.T) {
	cert, pool := certificate(t)
	site := echoSite(t, cert)
	answers := make(chan string, 8)
	parent := listen(t, func(conn net.Conn) {
		defer conn.Close()
		conn.Read(make([]byte, 4096))
		answer := <-answers
		conn.Write([]byte(answer))
		if strings.Contains(answer, " 200 ") {
			to, err := net.Dial("tcp", site)
			if err != nil {
				return
			}
			defer to.Close()
			go func() { io.Copy(to, conn); to.Close() }()
			io.Copy(conn, to)
		}
	})
	u, _ := url.Parse("http://borne:geheim@" + parent)
	states := make(chan UpstreamState, 16)
	h := start(t, parent, func(o *Options) {
		o.Upstream, o.UpstreamChanged = u, func(s UpstreamState) { states <- s }
	})
	const required = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
	for _, tt := range []struct {
		answer string
		want   []UpstreamState
	}{
		{required, []UpstreamState{UpstreamAuth}},
		{required, nil},
		{"HTTP/1.0 401 Unauthorized\r\nContent-Type: text/html\r\n\r\n<html>who are you?</html>", nil},
		{"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", []UpstreamState{UpstreamRefused}},
		{"HTTP/1.1 200 OK\r\n\r\n", []UpstreamState{UpstreamOK}},
		{"HTTP/1.1 200 OK\r\n\r\n", nil},
		{"HTTP/1.1 200 OK\r\n\r\nand more", []UpstreamState{UpstreamRefused}},
		{"HTTP/1.1 200 OK\r\n\r\n", []UpstreamState{UpstreamOK}},
		{"garbage\r\n\r\n", []UpstreamState{UpstreamRefused}},
		{"", []UpstreamState{UpstreamUnreachable}},
	} {
		answers <- tt.answer
		if strings.HasSuffix(tt.answer, " 200 OK\r\n\r\n") {
			c := tls.Client(h.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
			if err := c.Handshake(); err != nil {
				t.Fatal(err)
			}
			c.Close()
		} else if r := ask(t, h.open(t), connectTo(host), "CONNECT"); r.StatusCode != http.StatusBadGateway {
			t.Fatalf("%q: %s", tt.answer, r.Status)
		}
		var got []UpstreamState
		for len(states) > 0 {
			got = append(got, <-states)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: told %v, want %v", tt.answer, got, tt.want)
		}
	}
}
