package peers

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"
)

// dial opens a connection to host's port 443 through the proxy; through none, to address itself.
func dial(p *proxy, host, address string) (net.Conn, error) {
	if p == nil {
		return net.Dial("tcp", address)
	}
	conn, err := net.Dial("tcp", p.address)
	if err != nil || p.bare {
		return conn, err
	}
	if _, err := fmt.Fprintf(conn, "CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n", host, host); err != nil {
		conn.Close()
		return nil, err
	}
	answer := bufio.NewReader(conn)
	reply, err := http.ReadResponse(answer, &http.Request{Method: http.MethodConnect})
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	if reply.StatusCode != http.StatusOK {
		conn.Close()
		return nil, fmt.Errorf("%s refuses %s: %s %v", p.name, host, reply.Status, reply.Header)
	}
	if answer.Buffered() > 0 { // no site speaks before its client
		conn.Close()
		return nil, fmt.Errorf("%s adds to its answer", p.name)
	}
	return conn, nil
}

// refuses fails unless the proxy refuses a host that is not listed: otherwise the allowlists were not the same.
func (p *proxy) refuses(b *testing.B, host string) {
	b.Helper()
	conn, err := dial(p, host, "")
	if err == nil {
		conn.Close()
		b.Fatalf("%s lets %s through: the allowlist is not in force", p.name, host)
	}
}

// hello is the first flight of a TLS client.
func hello(b *testing.B, host string) []byte {
	b.Helper()
	client, server := net.Pipe()
	defer server.Close()
	go func() {
		// It fails, since nobody answers.
		_ = tls.Client(client, &tls.Config{ServerName: host}).Handshake()
		client.Close()
	}()
	record := make([]byte, 16<<10)
	if _, err := io.ReadFull(server, record[:5]); err != nil {
		b.Fatal(err)
	}
	n := 5 + int(record[3])<<8 + int(record[4])
	if _, err := io.ReadFull(server, record[5:n]); err != nil {
		b.Fatal(err)
	}
	return record[:n]
}

// authority makes a certificate for a host, and the pool that trusts it.
func authority(b *testing.B, host string) (tls.Certificate, *x509.CertPool) {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		b.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		b.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
