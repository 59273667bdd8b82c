package main

import (
	"crypto/tls"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// TestSparing: who comes while many check-ins are held gets HTTP/1.1, also with
// a ticket of before, and HTTP/2 again when they are fewer.
func TestSparing(t *testing.T) {
	cert, key, trust := selfSigned(t)
	certificate, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	var held atomic.Int64
	config := sparing(&tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}}, func() int { return int(held.Load()) })
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("x")) // behind the ticket; the client says what it had of it
			c.Close()
		}
	}()
	trust = trust.Clone()
	trust.NextProtos, trust.ClientSessionCache = []string{"h2", "http/1.1"}, tls.NewLRUClientSessionCache(2)
	for i, c := range []struct {
		held int64
		want string
	}{{0, "h2"}, {mostOverHTTP2 - 1, "h2"}, {mostOverHTTP2, "http/1.1"}, {5 * mostOverHTTP2, "http/1.1"}, {3, "h2"}} {
		held.Store(c.held)
		client, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", l.Addr().String(), trust)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
		if state := client.ConnectionState(); state.NegotiatedProtocol != c.want || state.DidResume != (i > 0) {
			t.Errorf("%d held: %q, resumed %v: want %q, resumed %v", c.held, state.NegotiatedProtocol, state.DidResume, c.want, i > 0)
		}
		client.Close()
	}
}
