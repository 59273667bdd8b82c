package egress

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

const host = "www.caf.test"

// harness is a proxy on loopback whose every dial lands on one local site.
type harness struct {
	proxy    *Proxy
	address  string
	listener net.Listener
	stop     context.CancelFunc
	served   chan error

	mu       sync.Mutex
	site     string // where dials land
	answers  [][]netip.Addr
	lookups  []string
	dialled  []netip.AddrPort
	refusals chan Refusal
}

// LookupNetIP gives the next prepared answer, the last one again at the end.
func (h *harness) LookupNetIP(_ context.Context, network, host string) ([]netip.Addr, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lookups = append(h.lookups, host)
	if len(h.answers) == 0 {
		return nil, errors.New("no such host")
	}
	a := h.answers[0]
	if len(h.answers) > 1 {
		h.answers = h.answers[1:]
	}
	return a, nil
}

func (h *harness) dial(ctx context.Context, network string, a netip.AddrPort) (net.Conn, error) {
	h.mu.Lock()
	h.dialled = append(h.dialled, a)
	site := h.site
	h.mu.Unlock()
	var d net.Dialer
	return d.DialContext(ctx, network, site)
}

func testList(t testing.TB) *allowlist.List {
	t.Helper()
	verified := func(h string) []kiosk.HostRule { return []kiosk.HostRule{{Host: h, Verified: "2026-01-15"}} }
	l, faults := allowlist.Compile(kiosk.Catalogue{Services: []kiosk.Service{{ID: "caf", Start: "https://" + host + "/",
		Navigable: verified("*.caf.test"), Supporting: verified("cdn.static.test")}}}, kiosk.Policy{Collectors: verified("stats.caf.test")})
	if l == nil {
		t.Fatalf("faults: %v", faults)
	}
	return l
}

func addresses(ss ...string) (out []netip.Addr) {
	for _, s := range ss {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

// start runs a proxy for the site at that address, and ends it with the test.
func start(t testing.TB, site string, change func(*Options)) *harness {
	t.Helper()
	h := &harness{site: site, answers: [][]netip.Addr{addresses("11.20.30.40")}, refusals: make(chan Refusal, 1024), served: make(chan error, 1)}
	o := Options{Resolver: h, Dial: h.dial, Refused: func(r Refusal) { h.refusals <- r }}
	if change != nil {
		change(&o)
	}
	h.proxy = New(o)
	h.proxy.SetPolicy(testList(t))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.address, h.listener = l.Addr().String(), l
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	go func() { h.served <- h.proxy.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-h.served:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
			h.served <- nil
		case <-time.After(10 * time.Second):
			t.Error("Serve did not return")
		}
	})
	return h
}

// refusal waits for the next refusal.
func (h *harness) refusal(t testing.TB) Refusal {
	t.Helper()
	select {
	case r := <-h.refusals:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("no refusal came")
		panic("unreachable")
	}
}

// open connects to the proxy.
func (h *harness) open(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", h.address)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// ask sends raw bytes and reads one response.
func ask(t testing.TB, conn net.Conn, raw, method string) *http.Response {
	t.Helper()
	if _, err := conn.Write([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReaderSize(oneByte{conn}, 16), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// oneByte keeps a buffered reader from taking bytes of the tunnel.
type oneByte struct{ net.Conn }

func (o oneByte) Read(b []byte) (int, error) { return o.Conn.Read(b[:1]) }

// tunnelTo opens a tunnel to a host that must be let through.
func (h *harness) tunnelTo(t testing.TB, host string) *net.TCPConn {
	t.Helper()
	conn := h.open(t)
	if r := ask(t, conn, connectTo(host), "CONNECT"); r.StatusCode != http.StatusOK {
		t.Fatalf("CONNECT %s: %s %s", host, r.Status, r.Header.Get("X-Borne-Reason"))
	}
	return conn
}

func connectTo(host string) string {
	return "CONNECT " + host + ":443 HTTP/1.1\r\nHost: " + host + ":443\r\nUser-Agent: x\r\n\r\n"
}

// certificate makes a self-signed one for the test names, and its pool.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host, "*.caf.test", "cdn.static.test", "evil.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// listen runs serve for each connection to a fresh local listener.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return l.Addr().String()
}
