package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"borne/kiosk/allowlist"
)

// echoSite is a TLS server that sends back what it gets, then half-closes.
func echoSite(t testing.TB, cert tls.Certificate) string {
	return listen(t, func(conn net.Conn) {
		c := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		defer conn.Close()
		io.Copy(c, c)
		c.CloseWrite()
	})
}

func TestTunnelBothWays(t *testing.T) {
	cert, pool := certificate(t)
	h := start(t, echoSite(t, cert), nil)
	for _, name := range []string{host, "a.b.caf.test", "cdn.static.test"} {
		t.Run(name, func(t *testing.T) {
			conn := h.tunnelTo(t, name)
			c := tls.Client(conn, &tls.Config{ServerName: name, RootCAs: pool, InsecureSkipVerify: name == "a.b.caf.test"})
			payload := bytes.Repeat([]byte("Bonjour. "), 200_000)
			go func() { c.Write(payload); c.CloseWrite() }()
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Equal(got, payload) {
				t.Fatalf("%d bytes back of %d, %v", len(got), len(payload), err)
			}
		})
	}
	h.stop()
	<-h.served
	h.served <- nil
	s := h.proxy.Stats()
	if s.Tunnels != 3 || s.Open != 0 || s.BytesUp < 3*1_800_000 || s.BytesDown < 3*1_800_000 || len(s.Refused) != 0 {
		t.Fatalf("stats %+v", s)
	}
	if len(h.lookups) != 3 || h.lookups[0] != host+"." {
		t.Fatalf("lookups %q: want one each, absolute", h.lookups)
	}
}

func TestRefusedBeforeTheTunnel(t *testing.T) {
	h := start(t, "127.0.0.1:1", nil)
	connect := func(target string) string {
		return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n"
	}
	for name, tt := range map[string]struct {
		raw    string
		reason allowlist.Reason
	}{
		"not listed":          {connect("evil.test:443"), allowlist.HostNotListed},
		"apex":                {connect("caf.test:443"), allowlist.HostNotListed},
		"suffix confusion":    {connect("www.caf.test.evil.test:443"), allowlist.HostNotListed},
		"prefix confusion":    {connect("evilcaf.test:443"), allowlist.HostNotListed},
		"localhost":           {connect("localhost:443"), allowlist.HostNotListed},
		"collector":           {connect("stats.caf.test:443"), allowlist.Collector},
		"port 80":             {connect(host + ":80"), allowlist.Port},
		"port 22":             {connect(host + ":22"), allowlist.Port},
		"address":             {connect("11.20.30.40:443"), allowlist.IPLiteral},
		"short address":       {connect("127.1:443"), allowlist.IPLiteral},
		"decimal address":     {connect("2130706433:443"), allowlist.IPLiteral},
		"octal address":       {connect("0177.0.0.1:443"), allowlist.IPLiteral},
		"hex address":         {connect("0x7f000001:443"), allowlist.IPLiteral},
		"IPv6":                {connect("[::1]:443"), allowlist.IPLiteral},
		"mapped":              {connect("[::ffff:127.0.0.1]:443"), allowlist.IPLiteral},
		"NAT64":               {connect("[64:ff9b::7f00:1]:443"), allowlist.IPLiteral},
		"no port":             {connect(host), allowlist.Malformed},
		"URL":                 {connect("https://" + host + "/"), allowlist.Malformed},
		"user-info":           {connect("a@" + host + ":443"), allowlist.Malformed},
		"back-slash":          {connect("evil.test\\." + host + ":443"), allowlist.Malformed},
		"escaped":             {connect("www%2ecaf.test:443"), allowlist.Malformed},
		"NUL":                 {connect("www.caf.test\x00:443"), allowlist.Malformed},
		"raw UTF-8":           {connect("wéb.caf.test:443"), allowlist.Malformed},
		"other Host":          {"CONNECT " + host + ":443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n", allowlist.Malformed},
		"two Hosts":           {"CONNECT " + host + ":443 HTTP/1.1\r\nHost: " + host + "\r\nHost: " + host + "\r\n\r\n", allowlist.Malformed},
		"no Host":             {"CONNECT " + host + ":443 HTTP/1.1\r\n\r\n", allowlist.Malformed},
		"chunked CONNECT":     {"CONNECT " + host + ":443 HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\n\r\n", allowlist.Malformed},
		"folded header":       {"CONNECT " + host + ":443 HTTP/1.1\r\nHost: " + host + "\r\n folded\r\n\r\n", allowlist.Malformed},
		"space before colon":  {"CONNECT " + host + ":443 HTTP/1.1\r\nHost : " + host + "\r\n\r\n", allowlist.Malformed},
		"bare line feed":      {"CONNECT " + host + ":443 HTTP/1.1\nHost: " + host + "\r\n\r\n", allowlist.Malformed},
		"HTTP/2":              {"PRI * HTTP/2.0\r\n\r\n", allowlist.Malformed},
		"origin-form":         {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", allowlist.Malformed},
		"https absolute-form": {"GET https://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n", allowlist.Malformed},
		"http not listed":     {"GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\n\r\n", allowlist.HostNotListed},
		"http POST":           {"POST http://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n", allowlist.Scheme},
		"http other port":     {"GET http://" + host + ":8080/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n", allowlist.Scheme},
		"http supporting":     {"GET http://cdn.static.test/ HTTP/1.1\r\nHost: cdn.static.test\r\n\r\n", allowlist.Scheme},
		"http address":        {"GET http://127.1:631/ HTTP/1.1\r\nHost: 127.1\r\n\r\n", allowlist.IPLiteral},
		"long head":           {"CONNECT " + host + ":443 HTTP/1.1\r\nX: " + strings.Repeat("x", 20<<10) + "\r\n\r\n", allowlist.Limit},
	} {
		t.Run(name, func(t *testing.T) {
			method, _, _ := strings.Cut(tt.raw, " ")
			r := ask(t, h.open(t), tt.raw, method)
			if got := r.Header.Get("X-Borne-Reason"); r.StatusCode != http.StatusForbidden || got != string(tt.reason) {
				t.Fatalf("%s %s, want 403 %s", r.Status, got, tt.reason)
			}
			if got := h.refusal(t); got.Reason != tt.reason {
				t.Fatalf("told %+v", got)
			}
		})
	}
	if len(h.lookups) != 0 || len(h.dialled) != 0 {
		t.Fatalf("refused targets were looked up %q and dialled %v", h.lookups, h.dialled)
	}
}

func TestPlainHTTPIsSentToHTTPS(t *testing.T) {
	h := start(t, "127.0.0.1:1", nil)
	for in, want := range map[string]string{
		"http://" + host:                 "https://" + host,
		"http://" + host + ":80/a?b=c":   "https://" + host + "/a?b=c",
		"HTTP://WWW.caf.test./a%20b?c=d": "https://" + host + "/a%20b?c=d",
	} {
		r := ask(t, h.open(t), "GET "+in+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n", "GET")
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusTemporaryRedirect || got != want {
			t.Errorf("%s: %s to %q, want %q", in, r.Status, got, want)
		}
	}
}

func TestAddressesAreChecked(t *testing.T) {
	for name, answer := range map[string][]string{
		"loopback": {"127.0.0.1"}, "private": {"10.1.2.3"}, "private mixed in": {"11.20.30.40", "192.168.1.1"}, "carrier": {"100.64.0.1"},
		"metadata": {"169.254.169.254"}, "Azure": {"168.63.129.16"}, "this": {"0.0.0.0"}, "broadcast": {"255.255.255.255"}, "multicast": {"224.0.0.251"},
		"documentation": {"203.0.113.9"}, "benchmark": {"198.18.0.1"}, "IPv6 loopback": {"::1"}, "unspecified": {"::"}, "unique local": {"fd00:ec2::254"},
		"link-local": {"fe80::1"}, "zone": {"fe80::1%lo"}, "mapped": {"::ffff:10.0.0.1"}, "compatible": {"::10.0.0.1"}, "NAT64": {"64:ff9b::a00:1"}, "6to4": {"2002:a00:1::1"},
		"Teredo": {"2001:0:a00:1::1"}, "IPv6 documentation": {"2001:db8::1"}, "IPv6 multicast": {"ff02::1"},
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, "127.0.0.1:1", nil)
			h.answers[0] = addresses(answer...)
			r := ask(t, h.open(t), connectTo(host), "CONNECT")
			if got := r.Header.Get("X-Borne-Reason"); got != string(allowlist.PrivateAddress) {
				t.Fatalf("%s %s", r.Status, got)
			}
			if h.refusal(t).Host != host || len(h.dialled) != 0 {
				t.Fatalf("dialled %v", h.dialled)
			}
		})
	}
	for _, a := range addresses("11.20.30.40", "185.42.28.200", "::ffff:11.20.30.40", "2a01:cb00::1", "2600::1") {
		if !public(a) {
			t.Errorf("%v is public", a)
		}
	}
}

// A name that is public when checked and private when asked again: there is
// no second question, and what was checked is what is dialled.
func TestRebinding(t *testing.T) {
	cert, pool := certificate(t)
	h := start(t, echoSite(t, cert), nil)
	h.answers = [][]netip.Addr{addresses("::ffff:11.20.30.40"), addresses("127.0.0.1")}
	c := tls.Client(h.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	if len(h.lookups) != 1 || len(h.dialled) != 1 || h.dialled[0].String() != "11.20.30.40:443" {
		t.Fatalf("lookups %q, dialled %v", h.lookups, h.dialled)
	}
	h.expire()
	if r := ask(t, h.open(t), connectTo(host), "CONNECT"); r.Header.Get("X-Borne-Reason") != string(allowlist.PrivateAddress) {
		t.Fatalf("the next question: %s", r.Status)
	}
}

func TestUnreachable(t *testing.T) {
	h := start(t, "127.0.0.1:1", nil)
	for range 2 {
		r := ask(t, h.open(t), connectTo(host), "CONNECT")
		if r.StatusCode != http.StatusBadGateway || r.Header.Get("X-Borne-Reason") != "unreachable" {
			t.Fatalf("%s", r.Status)
		}
		h.answers = nil // and the name does not resolve
	}
	if s := h.proxy.Stats(); s.Unreachable != 2 || len(s.Refused) != 0 {
		t.Fatalf("%+v", s)
	}
}

func TestNoSession(t *testing.T) {
	h := start(t, "127.0.0.1:1", nil)
	var none *allowlist.List
	for _, d := range []Decider{nil, none} {
		h.proxy.SetPolicy(d)
		if r := ask(t, h.open(t), connectTo(host), "CONNECT"); r.Header.Get("X-Borne-Reason") != string(allowlist.NoSession) {
			t.Fatalf("%s", r.Status)
		}
	}
}

func TestTunnelsEndWithTheContext(t *testing.T) {
	cert, pool := certificate(t)
	h := start(t, echoSite(t, cert), nil)
	c := tls.Client(h.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	half := h.tunnelTo(t, host) // before its hello
	idle := h.open(t)           // before its request
	h.stop()
	for _, conn := range []net.Conn{c, half, idle} {
		if n, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
			t.Fatalf("read %d, %v: still open", n, err)
		}
	}
	if err := <-h.served; err != nil {
		t.Fatal(err)
	}
	h.served <- nil
	// Asked of the listener itself: its port may be another program's by now.
	if _, err := h.listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Fatalf("still listening: %v", err)
	}
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

func TestHalfClose(t *testing.T) {
	// A site that answers only once it saw the client's end of stream.
	site := listen(t, func(conn net.Conn) {
		n, _ := io.Copy(io.Discard, conn)
		if n > 0 {
			conn.Write([]byte("fin reçue"))
		}
		conn.Close()
	})
	h := start(t, site, nil)
	conn := h.tunnelTo(t, host)
	conn.Write(hello(t, host))
	conn.CloseWrite()
	if got, err := io.ReadAll(conn); err != nil || string(got) != "fin reçue" {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestTooManyTunnels(t *testing.T) {
	h := start(t, "127.0.0.1:1", func(o *Options) { o.Limits.MaxTunnels = 2 })
	h.tunnelsHeld(t, 2)
	conn := h.open(t)
	if _, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("the third: %v", err)
	}
	if r := h.refusal(t); r.Reason != allowlist.Limit {
		t.Fatalf("%+v", r)
	}
}

// tunnelsHeld opens n connections and makes sure that each is being served.
func (h *harness) tunnelsHeld(t *testing.T, n int) {
	site := listen(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
	h.mu.Lock()
	h.site = site
	h.mu.Unlock()
	for range n {
		h.tunnelTo(t, host)
	}
}

func TestIdleTunnelIsClosed(t *testing.T) {
	site := listen(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
	h := start(t, site, func(o *Options) { o.Limits.IdleTimeout = 50 * time.Millisecond })
	conn := h.tunnelTo(t, host)
	conn.Write(hello(t, host))
	if _, err := conn.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("an idle tunnel: %v", err)
	}
}

func TestUpstream(t *testing.T) {
	cert, pool := certificate(t)
	site := echoSite(t, cert)
	heads := make(chan string, 4)
	parent := listen(t, func(conn net.Conn) {
		buf := make([]byte, 4096)
		n, _ := conn.Read(buf)
		heads <- string(buf[:n])
		if !strings.Contains(string(buf[:n]), host) {
			conn.Write([]byte("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
			conn.Close()
			return
		}
		conn.Write([]byte("HTTP/1.1 200 OK\r\nVia: parent\r\n\r\n"))
		to, err := net.Dial("tcp", site)
		if err != nil {
			return
		}
		go func() { io.Copy(to, conn); to.Close() }()
		io.Copy(conn, to)
		conn.Close()
	})
	u, _ := url.Parse("http://borne:se%3Acret@" + parent)
	h := start(t, parent, func(o *Options) { o.Upstream = u })
	c := tls.Client(h.tunnelTo(t, host), &tls.Config{ServerName: host, RootCAs: pool})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	want := "CONNECT www.caf.test:443 HTTP/1.1\r\nHost: www.caf.test:443\r\nProxy-Authorization: Basic Ym9ybmU6c2U6Y3JldA==\r\n\r\n"
	if got := <-heads; got != want {
		t.Fatalf("parent got %q", got)
	}
	if r := ask(t, h.open(t), connectTo("a.caf.test"), "CONNECT"); r.StatusCode != http.StatusBadGateway {
		t.Fatalf("refused by the parent: %s", r.Status)
	}
	if len(h.lookups) != 0 {
		t.Fatalf("names looked up beside the parent: %q", h.lookups)
	}
}

func TestWrongUpstream(t *testing.T) {
	for _, s := range []string{"https://proxy.test:3128", "socks5://proxy.test", "http://", "http://proxy.test/x"} {
		u, _ := url.Parse(s)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := New(Options{Upstream: u}).Serve(context.Background(), l); err == nil {
			t.Errorf("%s: no error", s)
		}
	}
}

func TestNoise(t *testing.T) {
	h := start(t, "127.0.0.1:1", nil)
	for _, raw := range []string{connectTo("update.googleapis.com"), "GET http://clients2.google.com/time HTTP/1.1\r\nHost: clients2.google.com\r\n\r\n"} {
		ask(t, h.open(t), raw, "GET")
		if r := h.refusal(t); !r.Noise {
			t.Errorf("%+v is the browser's own", r)
		}
	}
	if s := h.proxy.Stats(); s.Noise != 2 {
		t.Errorf("%+v", s)
	}
	for name, want := range map[string]bool{"update.googleapis.com": true, "r3.gvt1.com": true, "qwzxkjhg": true, "evil.test": false, "localhost": false, "": false} {
		if noise(name) != want {
			t.Errorf("noise(%q) = %v", name, !want)
		}
	}
}
