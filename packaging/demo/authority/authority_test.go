package authority_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"borne/packaging/demo"
	"borne/packaging/demo/authority"
)

func clockAt(t time.Time) func() time.Time { return func() time.Time { return t } }

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestIssueSignsForTheDemonstrationOnly(t *testing.T) {
	a, err := authority.Open(t.TempDir(), clockAt(noon))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		ok   bool
	}{
		{string(demo.Caf), true},
		{string(demo.Central), true},
		{demo.SitesAddress().String(), true},
		{"www.caf.fr", false},
		{"borne.test.example", false},
		{"192.0.2.1", false},
	}
	for _, c := range cases {
		certificate, key, err := a.Issue(c.name)
		if (err == nil) != c.ok {
			t.Errorf("Issue(%q): error %v, want success %v", c.name, err, c.ok)
			continue
		}
		if !c.ok {
			continue
		}
		pair, err := tls.X509KeyPair(certificate, key)
		if err != nil {
			t.Errorf("Issue(%q): key and certificate do not match: %v", c.name, err)
			continue
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(a.CertificatePEM())
		if _, err := pair.Leaf.Verify(x509.VerifyOptions{DNSName: c.name, Roots: roots, CurrentTime: noon}); err != nil {
			t.Errorf("Issue(%q): %v", c.name, err)
		}
	}
}

func TestOpenKeepsItsKeyUntilItIsOld(t *testing.T) {
	dir := t.TempDir()
	open := func(at time.Time) []byte {
		t.Helper()
		a, err := authority.Open(dir, clockAt(at))
		if err != nil {
			t.Fatal(err)
		}
		return a.CertificatePEM()
	}
	first := open(noon)
	if !bytes.Equal(first, open(noon.AddDate(0, 1, 0))) {
		t.Error("a month later the authority was another")
	}
	if bytes.Equal(first, open(noon.AddDate(0, 23, 15))) {
		t.Error("the authority was not renewed in its last month")
	}
	info, err := os.Stat(filepath.Join(dir, "demo-ca.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the key: %v, %v; want 0600", info.Mode(), err)
	}
}

func TestOpenSaysWhatToDoWithADamagedFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := authority.Open(dir, clockAt(noon)); err != nil {
		t.Fatal(err)
	}
	broken := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")})
	if err := os.WriteFile(filepath.Join(dir, authority.CertificateFile), broken, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := authority.Open(dir, clockAt(noon)); err == nil {
		t.Error("a damaged authority was opened")
	}
}
