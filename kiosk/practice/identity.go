package practice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"borne/kiosk"
)

// Identity is who answers for the pages: a certificate for kiosk.PracticeHost
// and its key (PKCS #8), and the authority that signed it, which the browser is
// to trust. All but the key is DER.
type Identity struct {
	Authority, Certificate, Key []byte
}

// NewIdentity makes one. The authority's own key is forgotten at once, and it
// may sign for that one host alone (RFC 5280 §4.2.1.10), so that trusting it
// opens nothing else. The certificate knows no date that a wrong clock could
// miss.
func NewIdentity() (Identity, error) {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, fmt.Errorf("make the practice pages' authority: %w", err)
	}
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Borne, entraînement"},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{kiosk.PracticeHost}}
	var i Identity
	if i.Authority, err = x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey); err != nil {
		return Identity{}, fmt.Errorf("make the practice pages' authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, fmt.Errorf("make the practice pages' certificate: %w", err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: kiosk.PracticeHost}, DNSNames: []string{kiosk.PracticeHost},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if i.Certificate, err = x509.CreateCertificate(rand.Reader, leaf, authority, &key.PublicKey, authorityKey); err != nil {
		return Identity{}, fmt.Errorf("make the practice pages' certificate: %w", err)
	}
	if i.Key, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return Identity{}, fmt.Errorf("make the practice pages' certificate: %w", err)
	}
	return i, nil
}
