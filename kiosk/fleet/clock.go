package fleet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const latestFile = "latest-time"

// ClockOffset is what to add to the machine's clock to get the central
// office's: positive when the machine is late. It is 0 until it was measured.
func (a *Agent) ClockOffset() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.offset
}

// officeTime is the central office's time as well as it is known.
func (a *Agent) officeTime() time.Time { return a.o.Clock().Add(a.ClockOffset()) }

// setOfficeTime learns the central office's time, which is now.
func (a *Agent) setOfficeTime(now time.Time) {
	a.mu.Lock()
	a.offset = now.Sub(a.o.Clock())
	store := now.Sub(a.latest) > time.Hour
	if store {
		a.latest = now
	}
	a.mu.Unlock()
	if store {
		if err := writeFile(a.o.StateDir, latestFile, []byte(now.UTC().Format(time.RFC3339)+"\n")); err != nil {
			a.log.Warn("fleet: remember the time", "err", err)
		}
	}
}

// loadLatest returns the last time that was stored, zero when there is none.
func loadLatest(dir string) (time.Time, error) {
	data, err := os.ReadFile(filepath.Join(dir, latestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, strings.TrimSpace(string(data)))
}

// askTime asks the server for its time when its certificate seems out of date,
// which is the sign of a wrong clock. The certificate's chain and name are
// verified at a moment of its own validity; the time that it then tells must
// lie within that validity and after the latest time that the central office
// ever told this borne. So a certificate that had expired by then is never
// accepted, and nothing but the time is believed.
func (a *Agent) askTime(ctx context.Context, server string) error {
	var leaf *x509.Certificate
	verify := func(cs tls.ConnectionState) error {
		leaf = cs.PeerCertificates[0]
		between := x509.NewCertPool()
		for _, c := range cs.PeerCertificates[1:] {
			between.AddCert(c)
		}
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: cs.ServerName, Roots: a.roots, Intermediates: between,
			CurrentTime: leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)})
		return err
	}
	t := a.newTransport()
	// Go's own verification, by a wrong clock, is replaced by ours.
	t.TLSClientConfig.InsecureSkipVerify = true
	t.TLSClientConfig.VerifyConnection = verify
	t.TLSClientConfig.SessionTicketsDisabled, t.TLSClientConfig.ClientSessionCache = true, nil
	t.DisableKeepAlives = true
	defer t.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, server+"/", nil)
	if err != nil {
		return err
	}
	res, err := a.through(t).RoundTrip(req)
	if err != nil {
		return err
	}
	res.Body.Close()
	now, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return fmt.Errorf("it does not tell its time: %w", err)
	}
	a.mu.Lock()
	latest := a.latest
	a.mu.Unlock()
	if leaf == nil || now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) || now.Before(latest) {
		return fmt.Errorf("its certificate is out of date also by its own time, %s", now.Format(time.DateOnly))
	}
	a.log.Warn("fleet: the clock is wrong: taking the central office's time", "clock", a.o.Clock().UTC(), "central_office", now)
	a.setOfficeTime(now)
	return nil
}
