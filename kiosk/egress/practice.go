package egress

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
)

// practiceRequest bounds one request to the practice pages, its document
// included: they come over a loopback.
const practiceRequest = 30 * time.Second

// practiceHead bounds the head of one, in bytes.
const practiceHead = 16 << 10

// onlyPractice is the policy while a visitor practises: one host, which is
// nobody else's.
type onlyPractice struct{}

// Decide allows the practice pages, over TLS.
func (onlyPractice) Decide(t allowlist.Target) allowlist.Decision {
	switch {
	case t.Host != kiosk.PracticeHost:
		return allowlist.Decision{Reason: allowlist.HostNotListed}
	case t.Port != allowlist.DefaultPort:
		return allowlist.Decision{Reason: allowlist.Port}
	}
	return allowlist.Decision{Verdict: allowlist.Allow, Reason: allowlist.Service, Rule: kiosk.PracticeHost}
}

// RedirectsHTTP sends nothing on: no link leads to the pages without TLS.
func (onlyPractice) RedirectsHTTP(allowlist.Target) bool { return false }

// practises reports whether practice is all that there is.
func (p *Proxy) practises() bool {
	d := p.policy.Load()
	if d == nil {
		return false
	}
	_, only := (*d).(onlyPractice)
	return only
}

// setIdentity takes who answers for the practice pages; nil is nobody.
func (p *Proxy) setIdentity(i *Identity) error {
	if i == nil {
		return nil
	}
	key, err := x509.ParsePKCS8PrivateKey(i.Key)
	if err != nil {
		return errors.New("the key of the practice pages is not one") // err may tell of it
	}
	if _, err := x509.ParseCertificate(i.Certificate); err != nil {
		return fmt.Errorf("the certificate of the practice pages: %w", err)
	}
	p.identity = tls.Certificate{Certificate: [][]byte{i.Certificate}, PrivateKey: key}
	return nil
}

// practise is the other end of a tunnel by itself: no socket is opened, nothing
// is forwarded and nothing kept. early is what came behind the CONNECT.
func (t *tunnel) practise(early []byte) {
	p := t.proxy
	if p.options.Practice == nil || p.identity.Certificate == nil {
		t.answer("502 Bad Gateway", "unreachable", "")
		return
	}
	if _, err := t.client.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		return
	}
	language, _ := p.language.Load().(kiosk.Language)
	conn := &onceConn{Conn: tls.Server(&earlyConn{t.client, early}, &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{p.identity}}),
		closed: make(chan struct{})}
	server := http.Server{Handler: p.options.Practice(language), ReadHeaderTimeout: p.limits.HandshakeTimeout, ReadTimeout: practiceRequest,
		WriteTimeout: practiceRequest, IdleTimeout: p.limits.IdleTimeout, MaxHeaderBytes: practiceHead,
		ErrorLog: log.New(io.Discard, "", 0)}
	// The tunnel that is closed meanwhile ends it: it has no other connection.
	_ = server.Serve(&onceListener{conn: conn})
}

// earlyConn reads first what was read already.
type earlyConn struct {
	net.Conn
	early []byte
}

func (c *earlyConn) Read(b []byte) (int, error) {
	if len(c.early) > 0 {
		n := copy(b, c.early)
		c.early = c.early[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// onceConn tells when it is closed.
type onceConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *onceConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// onceListener gives one connection, and ends when that one has.
type onceListener struct {
	conn  *onceConn
	given bool
}

func (l *onceListener) Accept() (net.Conn, error) {
	if !l.given {
		l.given = true
		return l.conn, nil
	}
	<-l.conn.closed
	return nil, net.ErrClosed
}

func (l *onceListener) Close() error   { return nil }
func (l *onceListener) Addr() net.Addr { return l.conn.LocalAddr() }
