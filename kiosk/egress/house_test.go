package egress

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// inspecting is the proxy of an administration that opens TLS: it asks for a
// password, ends the client's TLS with a certificate of its own authority, and
// speaks TLS of its own with the site.
func inspecting(t testing.TB, site string, leaf tls.Certificate, sites *x509.CertPool) string {
	return listen(t, func(conn net.Conn) {
		defer conn.Close()
		r, err := http.ReadRequest(bufio.NewReaderSize(oneByte{conn}, 16))
		if err != nil {
			return
		}
		if user, password, ok := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth(); !ok || user != "borne" || password != "p@ss:w/rd%" {
			io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
			return
		}
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		inside := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{leaf}})
		if inside.Handshake() != nil {
			return
		}
		to := &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(&url.URL{Scheme: "https", Host: site})
				r.Out.Header.Set("X-Inspected", "yes")
			},
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: sites, ServerName: host}},
		}
		server := http.Server{Handler: to}
		server.Serve(&oneConn{conn: inside, done: make(chan struct{})})
	})
}

// oneConn is a listener that gives one connection, and ends with it.
type oneConn struct {
	conn net.Conn
	done chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return &endTold{c, l.done}, nil
	}
	<-l.done
	return nil, net.ErrClosed
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

type endTold struct {
	net.Conn
	done chan struct{}
}

func (c *endTold) Close() error {
	select {
	case <-c.done:
	default:
		close(c.done)
	}
	return c.Conn.Close()
}

// Behind a proxy that opens TLS a site works for who trusts its authority,
// and for nobody else; the hello is checked all the same.
func TestInspectingProxyOfTheHouse(t *testing.T) {
	siteCert, sitePool := certificate(t)
	leaf, house := certificate(t)
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "bonjour "+r.Header.Get("X-Inspected"))
	}))
	site.TLS = &tls.Config{Certificates: []tls.Certificate{siteCert}}
	site.StartTLS()
	defer site.Close()
	parent := inspecting(t, site.Listener.Addr().String(), leaf, sitePool)

	w := startWorker(t, parent)
	r := w.attach(t, Setup{Upstream: "http://borne:p%40ss%3Aw%2Frd%25@" + parent})
	if err := r.Open(t.Context(), Visit{}); err != nil {
		t.Fatal(err)
	}
	through := func(pool *x509.CertPool) (string, error) {
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: w.address}),
			TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
		answer, err := client.Get("https://" + host + "/")
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		return string(b), err
	}
	if got, err := through(house); got != "bonjour yes" || err != nil {
		t.Errorf("who trusts the house: %q, %v", got, err)
	}
	if got, err := through(sitePool); err == nil {
		t.Errorf("who does not: %q", got)
	}
	conn := w.tunnelTo(t, host)
	conn.Write(hello(t, "evil.test"))
	if _, err := io.ReadAll(conn); err != nil {
		t.Error(err)
	}
	if told := w.refusal(t); told.Reason != "sni-mismatch" {
		t.Errorf("told %+v", told)
	}
}
