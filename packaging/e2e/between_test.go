package e2e_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"borne/kiosk"
	"borne/packaging/demo"
	"borne/packaging/testhost"
)

// betweenAddress is where the name of the central office leads on a host with something in between.
var betweenAddress = netip.MustParseAddr("46.30.200.30")

// withBetween are the options of such a host.
func withBetween() testhost.Options {
	return testhost.Options{
		Addresses: []netip.Prefix{netip.PrefixFrom(betweenAddress, 32)},
		Hosts:     map[string]netip.Addr{string(demo.Central): betweenAddress},
	}
}

// between is what stands between a borne and its central office in many an administration: a proxy that opens TLS with
// a certificate which the machine trusts. It lets everything through until it is told otherwise.
type between struct {
	office http.Handler

	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request, office http.Handler)
}

// putBetween serves at betweenAddress until the test ends.
func (s *scene) putBetween() *between {
	s.t.Helper()
	transport := s.centralTransport()
	b := &between{office: &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "https", string(demo.Central), string(demo.Central)
		},
		// An office that is gone is heard of as such, not as an answer.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:     log.New(io.Discard, "", 0),
	}}
	listener, err := s.Host.Listen(s.t.Context(), "tcp", netip.AddrPortFrom(betweenAddress, 443).String())
	s.must(err)
	server := &http.Server{Handler: b, ErrorLog: log.New(io.Discard, "", 0)}
	s.t.Cleanup(func() { server.Close(); transport.CloseIdleConnections() })
	go func() {
		err := server.Serve(tls.NewListener(listener, &tls.Config{GetCertificate: s.Authority.GetCertificate}))
		if !errors.Is(err, http.ErrServerClosed) {
			s.t.Error(err)
		}
	}()
	return b
}

func (b *between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	answer := b.answer
	b.mu.Unlock()
	if answer == nil {
		b.office.ServeHTTP(w, r)
		return
	}
	answer(w, r, b.office)
}

// set changes what is done to requests; nil lets them through.
func (b *between) set(answer func(w http.ResponseWriter, r *http.Request, office http.Handler)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = answer
}

// lose lets batches of cells reach the office, and loses its answers. It counts them in n.
func lose(n *counter) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		if r.URL.Path != kiosk.PathCells {
			office.ServeHTTP(w, r)
			return
		}
		office.ServeHTTP(httptest.NewRecorder(), r)
		n.add()
		panic(http.ErrAbortHandler)
	}
}

// counter counts from several goroutines.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() { c.mu.Lock(); c.n++; c.mu.Unlock() }

func (c *counter) get() int { c.mu.Lock(); defer c.mu.Unlock(); return c.n }

// portal answers everything as the log-in page of a public network does.
func portal(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<html><title>Portail</title>Acceptez les conditions d'utilisation.</html>")
}

// offer has check-ins offer an archive as that version until it was fetched.
func offer(version uint64, archive []byte) func(http.ResponseWriter, *http.Request, http.Handler) {
	sum := sha256.Sum256(archive)
	var fetched atomic.Bool
	return func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		switch {
		case r.URL.Path == kiosk.PathBundle:
			fetched.Store(true)
			_, _ = w.Write(archive) // a borne that hangs up asks again
		case r.URL.Path == kiosk.PathCheckIn && !fetched.Load(): // nor does one hear an answer that has news meanwhile
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(kiosk.CheckInReply{Now: time.Now(),
				Bundle: &kiosk.BundleOffer{Version: version, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(archive))}})
		default:
			office.ServeHTTP(w, r)
		}
	}
}
