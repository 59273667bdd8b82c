package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/renameio/v2"

	"borne/packaging/demo"
)

// The files of an authority's folder.
const (
	CertificateFile = "demo-ca.crt"
	keyFile         = "demo-ca.key"
)

// Lifetimes. A leaf stays under the 398 days that browsers grant public ones.
const (
	authorityLifetime = 2 * 365 * 24 * time.Hour
	leafLifetime      = 90 * 24 * time.Hour
	// earlier lets a machine whose clock is a little late accept a fresh certificate.
	earlier = 24 * time.Hour
)

// Authority signs certificates for the demonstration's hosts. It is safe for concurrent use.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	now         func() time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

// Open loads the authority kept in dir, or makes one there when there is none or it expires within a month. now is
// the clock.
func Open(dir string, now func() time.Time) (*Authority, error) {
	a, err := load(dir, now)
	if err == nil && a.certificate.NotAfter.After(now().Add(30*24*time.Hour)) {
		return a, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open demonstration authority: %w (hint: remove %s to make a new one)", err, dir)
	}
	a, err = create(dir, now)
	if err != nil {
		return nil, fmt.Errorf("make demonstration authority: %w", err)
	}
	return a, nil
}

func load(dir string, now func() time.Time) (*Authority, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, CertificateFile), filepath.Join(dir, keyFile))
	if err != nil {
		return nil, err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key in %s is not an ECDSA key", dir)
	}
	return assemble(pair.Leaf, key, now), nil
}

func assemble(c *x509.Certificate, key *ecdsa.PrivateKey, now func() time.Time) *Authority {
	return &Authority{certificate: c, key: key, now: now, leaves: map[string]*tls.Certificate{}}
}

func create(dir string, now func() time.Time) (*Authority, error) {
	key, serial, err := newKey()
	if err != nil {
		return nil, err
	}
	network := demo.Network()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "Borne - autorité de démonstration", Organization: []string{"Démonstration"}},
		NotBefore:             now().Add(-earlier),
		NotAfter:              now().Add(authorityLifetime),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		// Whoever trusts it for the demonstration risks nothing elsewhere.
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{demo.Domain},
		PermittedIPRanges: []*net.IPNet{{
			IP: network.Addr().AsSlice(), Mask: net.CIDRMask(network.Bits(), network.Addr().BitLen()),
		}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	a := assemble(certificate, key, now)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	if err := renameio.WriteFile(filepath.Join(dir, keyFile), keyPEM, 0o600); err != nil {
		return nil, err
	}
	return a, renameio.WriteFile(filepath.Join(dir, CertificateFile), a.CertificatePEM(), 0o644)
}

// CertificatePEM is the authority's own certificate, for trust stores and the browser's policy.
func (a *Authority) CertificatePEM() []byte { return encodeCertificate(a.certificate.Raw) }

// Issue makes a key and a certificate for a host name of the demonstration or one of its addresses, as PEM. The
// certificate comes with no chain: the authority signs directly.
func (a *Authority) Issue(name string) (certificate, key []byte, err error) {
	leaf, err := a.issue(name)
	if err != nil {
		return nil, nil, err
	}
	key, err = encodeKey(leaf.PrivateKey.(*ecdsa.PrivateKey))
	return encodeCertificate(leaf.Certificate[0]), key, err
}

// GetCertificate is for tls.Config: a certificate for the name that the client asks for or, when it names none as for
// https://ADDRESS/, for the address it reached.
func (a *Authority) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if name == "" {
		local, err := netip.ParseAddrPort(hello.Conn.LocalAddr().String())
		if err != nil {
			return nil, fmt.Errorf("certificate for a client that names no host: %w", err)
		}
		name = local.Addr().Unmap().String()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf := a.leaves[name]; leaf != nil && a.now().Before(leaf.Leaf.NotAfter.Add(-earlier)) {
		return leaf, nil
	}
	leaf, err := a.issue(name)
	if err != nil {
		return nil, err
	}
	a.leaves[name] = leaf
	return leaf, nil
}

func (a *Authority) issue(name string) (*tls.Certificate, error) {
	key, serial, err := newKey()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    a.now().Add(-earlier),
		NotAfter:     a.now().Add(leafLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if address, err := netip.ParseAddr(name); err == nil {
		template.IPAddresses = []net.IP{address.AsSlice()}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate for %q: %w", name, err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate for %q: %w", name, err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate)
	// The constraints are the verifier's to apply: refuse here what every browser would refuse later.
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: a.now()}); err != nil {
		return nil, fmt.Errorf("certificate for %q: %w", name, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

func newKey() (*ecdsa.PrivateKey, *big.Int, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	return key, serial, err
}

func encodeCertificate(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
