package fleet

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"borne/kiosk"
)

// authority signs certificates for 127.0.0.1.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-5, 0, 0), NotAfter: time.Now().AddDate(5, 0, 0), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return authority{cert, key, file}
}

// serve serves h with a certificate valid from and to.
func (ca authority) serve(t *testing.T, h http.Handler, from, to time.Time) *httptest.Server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: from, NotAfter: to, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	must(t, err)
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// TestWrongClockAndRealCertificates: a certificate of thirty days, a clock
// that is wrong by a year or more.
func TestWrongClockAndRealCertificates(t *testing.T) {
	ca := newAuthority(t)
	now := time.Now()
	for name, skew := range map[string]time.Duration{"a year late": -365 * 24 * time.Hour, "a year ahead": 365 * 24 * time.Hour,
		"1970": time.Unix(0, 0).Sub(now)} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(time.Now)
			server := ca.serve(t, o, now.AddDate(0, 0, -15), now.AddDate(0, 0, 15))
			log := &cells{epoch: "e1"}
			log.add(3)
			a := newAgent(t, Options{CAFile: ca.file, Cells: log, Clock: func() time.Time { return time.Now().Add(skew) }})
			_, err := a.Enrol(t.Context(), server.URL, o.code)
			must(t, err)
			if n, err := a.Flush(t.Context()); n != 3 || err != nil {
				t.Errorf("Flush = %d, %v", n, err)
			}
			if off := a.ClockOffset() + skew; off.Abs() > 2*time.Second {
				t.Errorf("offset is wrong by %s", off)
			}
		})
	}
}

// TestExpiredCertificateStaysRefused: what a wrong clock is allowed must not
// let in a certificate that is really out of date.
func TestExpiredCertificateStaysRefused(t *testing.T) {
	ca := newAuthority(t)
	now := time.Now()
	from, to := now.AddDate(0, 0, -60), now.AddDate(0, 0, -30)
	enrol := func(t *testing.T, dir, caFile string, tells func() time.Time, clock func() time.Time) error {
		o := newOffice(tells)
		server := ca.serve(t, o, from, to)
		a := newAgent(t, Options{StateDir: dir, CAFile: caFile, Clock: clock})
		_, err := a.Enrol(t.Context(), server.URL, o.code)
		if off := a.ClockOffset(); off != 0 {
			t.Errorf("its time was believed: offset %s", off)
		}
		return err
	}
	t.Run("it tells the right time", func(t *testing.T) {
		if err := enrol(t, t.TempDir(), ca.file, time.Now, time.Now); !errors.Is(err, ErrUntrusted) {
			t.Errorf("Enrol = %v, want ErrUntrusted", err)
		}
	})
	t.Run("it tells a time before the last known one", func(t *testing.T) {
		dir := t.TempDir()
		must(t, writeFile(dir, latestFile, []byte(now.AddDate(0, 0, -1).UTC().Format(time.RFC3339))))
		err := enrol(t, dir, ca.file, func() time.Time { return now.AddDate(0, 0, -45) }, time.Now)
		if !errors.Is(err, ErrUntrusted) {
			t.Errorf("Enrol = %v, want ErrUntrusted", err)
		}
	})
	t.Run("another authority", func(t *testing.T) {
		err := enrol(t, t.TempDir(), newAuthority(t).file, func() time.Time { return now.AddDate(0, 0, -45) }, time.Now)
		if !errors.Is(err, ErrUntrusted) {
			t.Errorf("Enrol = %v, want ErrUntrusted", err)
		}
	})
}

// TestProxy goes through a proxy that asks for a password.
func TestProxy(t *testing.T) {
	o := newOffice(time.Now)
	server, ca := secure(t, o)
	tunnels, want := 0, "Basic "+base64.StdEncoding.EncodeToString([]byte("borne:mot de passe"))
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != want {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		tunnels++
		out, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer out.Close()
		in, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer in.Close()
		io.WriteString(in, "HTTP/1.1 200 OK\r\n\r\n")
		go io.Copy(out, in)
		io.Copy(in, out)
	}))
	defer proxy.Close()
	u, err := url.Parse(proxy.URL)
	must(t, err)
	u.User = url.UserPassword("borne", "mot de passe")
	a := newAgent(t, Options{CAFile: ca, Proxy: u.String()})
	_, err = a.Enrol(t.Context(), server.URL, o.code)
	must(t, err)
	if tunnels == 0 {
		t.Error("the proxy was not used")
	}
	u.User = url.UserPassword("borne", "secret")
	_, err = newAgent(t, Options{CAFile: ca, Proxy: u.String()}).Enrol(t.Context(), server.URL, o.code)
	if !errors.Is(err, ErrUnreachable) || bytes.Contains([]byte(err.Error()), []byte("secret")) {
		t.Errorf("wrong password: %v", err)
	}
}

// FuzzReplies: no answer makes the parsers panic, and what they let through is
// within the bounds that the rest relies on.
func FuzzReplies(f *testing.F) {
	f.Add([]byte(`{"now":"2026-11-20T10:00:00Z","bundle":{"version":2,"sha256":"` + sha(nil) + `","size":5},
		"commands":[{"id":"c1","kind":"message","argument":"Bonjour","expires":"2026-11-21T10:00:00Z"},{"id":"../x","kind":"open"}],"next_seconds":5}`))
	f.Add([]byte(`{"kiosk_id":"b1","name":"Accueil","bundle_keys":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]}`))
	f.Add([]byte(`{"epoch":"00ff","seq":12}`))
	f.Add([]byte(`<html>`))
	f.Add([]byte(`{"now":"0000-01-01T00:00:00Z"}{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := parseCheckIn(data); err == nil {
			if len(r.Commands) > maxCommands || r.NextSeconds < 0 || r.Now.Year() < 2020 {
				t.Errorf("let through %+v", r)
			}
			for _, c := range r.Commands {
				if !idForm.MatchString(c.ID) {
					t.Errorf("let through the id %q", c.ID)
				}
			}
			if b := r.Bundle; b != nil && (b.Size <= 0 || b.Size > MaxBundleBytes || len(b.SHA256) != 64) {
				t.Errorf("let through %+v", b)
			}
		}
		if r, err := parseEnrolment(data); err == nil && !idForm.MatchString(r.KioskID) {
			t.Errorf("let through %+v", r)
		}
		if w, err := parseWatermark(data); err == nil && w.Epoch == "" {
			t.Errorf("let through %+v", w)
		}
		if s := clean(string(data)); len([]rune(s)) > 201 {
			t.Errorf("cleaned to %d characters", len(s))
		}
		_ = retryAfter(string(data), time.Unix(0, 0))
	})
}

func TestOnlyAFewCommandsAtOnce(t *testing.T) {
	r := kiosk.CheckInReply{Now: time.Now()}
	for range 100 {
		r.Commands = append(r.Commands, kiosk.Command{ID: "c", Kind: kiosk.CommandOpen})
	}
	w := httptest.NewRecorder()
	reply(w, r)
	if got, err := parseCheckIn(w.Body.Bytes()); err != nil || len(got.Commands) != maxCommands {
		t.Errorf("%d commands, %v", len(got.Commands), err)
	}
}
