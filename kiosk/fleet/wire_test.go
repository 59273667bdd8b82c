package fleet

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

// TestBytesOfADay carries a borne's whole day over real TLS and HTTP, in the
// time of testing/synctest, and counts what the line carries. docs/scale.md
// gives these figures; a change that makes a day dearer shows here.
func TestBytesOfADay(t *testing.T) {
	for name, c := range map[string]struct {
		every time.Duration
		// most kilobytes of a day, both ways, headers of TCP and IP with them.
		most int64
	}{
		"long polls":           {0, 2500},
		"each five minutes":    {5 * time.Minute, 1900},
		"each quarter-hour":    {15 * time.Minute, 670},
		"long polls, no cells": {0, 2500},
		"long polls, an office that takes no compressed check-ins": {0, 3600},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(era)
				o.takes = !strings.HasSuffix(name, "no compressed check-ins")
				w := newWire(t, withHeaders(o))
				log := &cells{epoch: "0123456789abcdef0123456789abcdef"}
				a, err := New(Options{StateDir: t.TempDir(), Borne: &borne{report: usualReport()}, Cells: log, Clock: era, Every: c.every, Transport: w.transport})
				must(t, err)
				_, err = a.Enrol(t.Context(), "https://office.example", o.code)
				must(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
				defer cancel()
				var counting sync.WaitGroup
				counting.Go(func() { // sixty cells a day, as they close
					for hour := 0; ; hour++ {
						select {
						case <-time.After(time.Hour):
							if name != "long polls, no cells" && hour >= 8 && hour < 18 {
								log.add(6)
							}
						case <-ctx.Done():
							return
						}
					}
				})
				_ = a.Run(ctx) // ends with its context
				counting.Wait()
				w.close()
				total := (w.payload.Load() + 40*2*w.writes.Load()) / 1000
				t.Logf("%d check-ins, %d connections: %d kB of TCP payload in %d segments, some %d kB with headers and acknowledgements",
					o.checks(), w.dials.Load(), w.payload.Load()/1000, w.writes.Load(), total)
				if total > c.most || o.checks() < 80 {
					t.Errorf("%d kB a day and %d check-ins, want %d kB at most", total, o.checks(), c.most)
				}
				if name != "long polls, no cells" && len(o.cells[log.epoch]) != 60 {
					t.Errorf("%d cells arrived", len(o.cells[log.epoch]))
				}
			})
		})
	}
}

func usualReport() kiosk.CheckIn {
	c := kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "1.0.0", Chromium: "156.0.8078.79", Debian: "13.7", Kernel: "6.12.48+deb13-amd64"}, BundleVersion: 12}
	for name, detail := range map[string]string{
		"service": "ready", "wipe": "proved in 43 ms", "bundle": "version 12", "usage": "312 counters kept, 6 to be sent", "disk": "81920 MiB free (83 %) on /var/lib/borne",
		"memory": "2011 of 3840 MiB available", "sites-proxy": "sites are reached through proxy.exemple.fr:3128", "usb": "guarded", "swap": "none",
		"freed-memory": "overwritten", "core-dumps": "none are kept", "clock": "confirmed by the time service", "central-office": "heard by https://bornes.exemple.fr",
	} {
		c.Health = append(c.Health, kiosk.Fact{Name: name, Level: kiosk.LevelOK, Detail: detail})
	}
	slices.SortFunc(c.Health, func(a, b kiosk.Fact) int { return strings.Compare(a.Name, b.Name) })
	return c
}

// withHeaders adds what borne-admin says beside the answer.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// wire is a line in memory to a server of HTTPS, that is counted.
type wire struct {
	transport              *http.Transport
	server                 *http.Server
	accept                 chan net.Conn
	payload, writes, dials atomic.Int64
	done                   chan struct{}
}

func newWire(t *testing.T, h http.Handler) *wire {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "office.example"}, DNSNames: []string{"office.example"},
		NotBefore: era().AddDate(-1, 0, 0), NotAfter: era().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	w := &wire{accept: make(chan net.Conn), done: make(chan struct{})}
	w.transport = NewTransport(nil, roots, era)
	w.transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		w.dials.Add(1)
		select {
		case w.accept <- &countedConn{far, w}:
			return &countedConn{near, w}, nil
		case <-w.done:
			return nil, net.ErrClosed
		}
	}
	w.server = &http.Server{Handler: h, IdleTimeout: 2 * time.Minute, TLSConfig: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}}
	go w.server.ServeTLS(w, "", "") // ends with close
	return w
}

func (w *wire) close() {
	w.transport.CloseIdleConnections()
	w.server.Close()
}

// Accept and the two below make it a net.Listener.
func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.accept:
		return c, nil
	case <-w.done:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	select {
	case <-w.done:
	default:
		close(w.done)
	}
	return nil
}

func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

// countedConn counts what it writes: both ends have one.
type countedConn struct {
	net.Conn
	wire *wire
}

// segment is what one segment of TCP carries on an ordinary line.
const segment = 1400

func (c *countedConn) Write(p []byte) (int, error) {
	c.wire.payload.Add(int64(len(p)))
	c.wire.writes.Add(int64((len(p) + segment - 1) / segment))
	return c.Conn.Write(p)
}
