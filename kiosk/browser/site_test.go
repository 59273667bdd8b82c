package browser

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// authority is a private certificate authority.
type authority struct {
	der  []byte
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Autorité de test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{der, cert, key}
}

func (a *authority) issue(t testing.TB, names ...string) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}
}

// world is what the browser finds behind its proxy: one site under several
// names, of which the proxy lets some through.
type world struct {
	proxy  string
	ca     *authority
	mu     sync.Mutex
	denied []string
}

const (
	site    = "demarches.example.fr"   // allowed by policy and proxy
	refused = "refuse.example.fr"      // allowed by policy, refused by the proxy
	unsure  = "sans-preuve.example.fr" // allowed by both, without its certificate
	added   = "ajoute.example.fr"      // allowed by the proxy
	outside = "ailleurs.example.com"   // allowed by neither
	framed  = "cadre.example.net"      // allowed by the proxy; another site, so another process
)

func newWorld(t testing.TB, handler http.Handler) *world {
	t.Helper()
	w := &world{ca: newAuthority(t)}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{w.ca.issue(t, site, added, framed)}, ClientAuth: tls.RequestClientCert} // and no dialog asks for one
	server.StartTLS()
	t.Cleanup(server.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	w.proxy = l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(c, server.Listener.Addr().String())
		}
	}()
	return w
}

// serve is the least of a CONNECT proxy.
func (w *world) serve(c net.Conn, to string) {
	defer c.Close()
	r := bufio.NewReader(c)
	request, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	if !slices.Contains([]string{site + ":443", added + ":443", framed + ":443", unsure + ":443"}, request.Host) {
		w.mu.Lock()
		w.denied = append(w.denied, request.Host)
		w.mu.Unlock()
		fmt.Fprint(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
		return
	}
	upstream, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer upstream.Close()
	fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		io.Copy(upstream, r)
		upstream.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(c, upstream)
}

func (w *world) policies(t testing.TB) map[string]any {
	t.Helper()
	var patterns []string
	for _, host := range []string{site, refused, unsure} {
		patterns = append(patterns, Pattern(host, "443", "", false))
	}
	ps, err := Policies(PolicyInput{AllowPatterns: patterns, CACertificates: [][]byte{w.ca.der}, Proxy: w.proxy, DownloadDir: downloads})
	if err != nil {
		t.Fatal(err)
	}
	return ps
}
