package fleet

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

type proxyFunc func(*http.Request) (*url.URL, error)

// serverAddress checks and normalises the central office's address: https, a
// host, and no path, since a prefix that a proxy strips breaks signatures.
func serverAddress(s string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		strings.Trim(u.Path, "/") != "" {
		return "", fmt.Errorf("%w: %q", ErrAddress, clean(s))
	}
	return "https://" + strings.ToLower(u.Host), nil
}

// RootCAs returns the system's authorities and those of a file of PEM
// certificates, if it names any.
func RootCAs(file string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the system's authorities: %w", err)
	}
	if file == "" {
		return pool, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the CA file: %w", err)
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("read the CA file: %s holds no PEM certificate", file)
	}
	return pool, nil
}

func proxyFrom(address string) (proxyFunc, error) {
	if address == "" {
		return http.ProxyFromEnvironment, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" {
		// The address may hold a password: it is not repeated.
		return nil, fmt.Errorf("proxy: not an address like http://proxy.example.fr:3128")
	}
	return http.ProxyURL(u), nil
}

// useNetwork makes the transport of the field.
func (a *Agent) useNetwork() (err error) {
	if a.roots, err = RootCAs(a.o.CAFile); err != nil {
		return err
	}
	if a.proxy, err = proxyFrom(a.o.Proxy); err != nil {
		return err
	}
	a.transport = a.through(a.newTransport())
	return nil
}

// through sends a transport's requests by the ways of Options.Proxies, where
// there are any.
func (a *Agent) through(t *http.Transport) http.RoundTripper {
	if a.o.Proxies == nil {
		return t
	}
	return newWays(a.o.Proxies, t)
}

// newTransport verifies certificates by the central office's time, as far as
// it is known, so that a wrong clock does not cut the borne off.
func (a *Agent) newTransport() *http.Transport { return NewTransport(a.proxy, a.roots, a.officeTime) }

// NewTransport makes what a borne reaches its central office by: now is the
// time that certificates are judged by, proxy may be nil.
func NewTransport(proxy func(*http.Request) (*url.URL, error), roots *x509.CertPool, now func() time.Time) *http.Transport {
	return &http.Transport{
		Proxy: proxy,
		// Tickets spare a line that drops often, and a central office that all
		// come back to, the certificates and the signature of a new handshake.
		TLSClientConfig:        &tls.Config{RootCAs: roots, Time: now, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(2)},
		TLSHandshakeTimeout:    20 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        2 * time.Minute,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
