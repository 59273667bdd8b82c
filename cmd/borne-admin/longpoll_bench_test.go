package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/client"
	"borne/kiosk"
	"borne/kiosk/fleet"
	"borne/kiosk/httpsig"
)

// BenchmarkLongPolls is what each of 10 000 held check-ins takes of the memory
// of a borne-admin in a process of its own, TLS and all: its resident memory
// with them minus that without, over their number. Each borne has its own
// connection and key. BORNE_BENCH_POLLS is another number of bornes. They have
// the transport of a borne, which speaks what the server offers: HTTP/2 to the
// first (mostOverHTTP2).
func BenchmarkLongPolls(b *testing.B) { longPolls(b, holdAsBorne) }

// BenchmarkLongPollsHTTP1 is the same when all speak HTTP/1.1.
func BenchmarkLongPollsHTTP1(b *testing.B) { longPolls(b, hold) }

// holder checks in and is held, again and again, on one connection until ctx
// ends. It takes one of hands to connect, and counts itself among those who
// wait.
type holder func(ctx context.Context, b *testing.B, url string, config *tls.Config, id string, key ed25519.PrivateKey, hands chan struct{}, waiting *atomic.Int64)

func longPolls(b *testing.B, hold holder) {
	polls := 10_000
	if n, err := strconv.Atoi(os.Getenv("BORNE_BENCH_POLLS")); err == nil {
		polls = n
	}
	cert, key, config := selfSigned(b)
	data := filepath.Join(b.TempDir(), "data")
	serve := func() *server {
		return start(b, data, "--listen-tls", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key, "--listen", "", "--most-waiting", "0")
	}
	s := serve()
	ids, keys := registerMany(b, s, data, config, polls)
	// What registering took is no part of what the server has before.
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	if err := <-s.exited; err != nil {
		b.Fatal(err)
	}
	s = serve()
	for b.Loop() {
		before := memoryOf(b, s.cmd.Process.Pid)
		ctx, cancel := context.WithCancel(b.Context())
		var waiting atomic.Int64
		var wait sync.WaitGroup
		// A hand at a time: the handshakes are not what is measured.
		hands := make(chan struct{}, 32)
		for i := range ids {
			wait.Go(func() { hold(ctx, b, s.url, config, ids[i], keys[i], hands, &waiting) })
		}
		for waiting.Load() < int64(polls) && !b.Failed() {
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(5 * time.Second) // what was needed to begin is given back, or not
		after := memoryOf(b, s.cmd.Process.Pid)
		if n := waiting.Load(); n < int64(polls)*9/10 {
			b.Errorf("only %d wait", n)
		}
		cancel()
		wait.Wait()
		each := float64(after-before) / float64(polls) / 1000
		b.ReportMetric(each, "KB/poll")
		b.ReportMetric(each/40, "poll/aim")
	}
	b.ReportMetric(0, "ns/op")
}

// holdAsBorne is a holder with the transport that a borne has.
func holdAsBorne(ctx context.Context, b *testing.B, url string, config *tls.Config, id string, key ed25519.PrivateKey, hands chan struct{}, waiting *atomic.Int64) {
	line := fleet.NewTransport(nil, config.RootCAs, time.Now)
	defer line.CloseIdleConnections()
	body, err := json.Marshal(kiosk.CheckIn{State: kiosk.Ready, Clock: time.Now(), Versions: kiosk.Versions{Borne: "1.0.0"}})
	if err != nil {
		b.Error(err)
		return
	}
	once := func() error {
		hands <- struct{}{}
		free := sync.OnceFunc(func() { <-hands })
		defer free()
		sent := sync.OnceFunc(func() { waiting.Add(1); free() })
		defer func() { sent(); waiting.Add(-1) }()
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent() }}),
			http.MethodPost, url+kiosk.PathCheckIn+"?wait=50", bytes.NewReader(body))
		if err == nil {
			err = httpsig.Sign(req, body, id, key, time.Now())
		}
		if err != nil {
			return err
		}
		res, err := line.RoundTrip(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d over %s", res.StatusCode, res.Proto)
		}
		return nil
	}
	for ctx.Err() == nil {
		if err := once(); err != nil && ctx.Err() == nil {
			b.Error(err)
			return
		}
	}
}

// hold is a holder that speaks HTTP/1.1.
func hold(ctx context.Context, b *testing.B, url string, config *tls.Config, id string, key ed25519.PrivateKey, hands chan struct{}, waiting *atomic.Int64) {
	hands <- struct{}{}
	c, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", strings.TrimPrefix(url, "https://"))
	<-hands
	if err != nil {
		if ctx.Err() == nil {
			b.Error(err)
		}
		return
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	body, err := json.Marshal(kiosk.CheckIn{State: kiosk.Ready, Clock: time.Now(), Versions: kiosk.Versions{Borne: "1.0.0"}})
	if err != nil {
		b.Error(err)
		return
	}
	answers := bufio.NewReaderSize(c, 1024)
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+kiosk.PathCheckIn+"?wait=50", bytes.NewReader(body))
		if err == nil {
			err = httpsig.Sign(req, body, id, key, time.Now())
		}
		if err == nil {
			err = req.Write(c)
		}
		waiting.Add(1)
		var res *http.Response
		if err == nil {
			res, err = http.ReadResponse(answers, req)
		}
		waiting.Add(-1)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
		}
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("status %d", res.StatusCode)
		}
		if err != nil {
			if ctx.Err() == nil {
				b.Error(err)
			}
			return
		}
	}
}

// registerMany makes keys and registers them.
func registerMany(b *testing.B, s *server, data string, config *tls.Config, n int) (ids []string, keys []ed25519.PrivateKey) {
	token, err := run(b, "token", "--data", data, "--operator", "administrateur@localhost")
	if err != nil {
		b.Fatal(token, err)
	}
	transport := &http.Transport{TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	office, err := client.New(s.url, token, &http.Client{Transport: transport})
	if err != nil {
		b.Fatal(err)
	}
	for len(ids) < n {
		var made []admin.NewKiosk
		for range min(1000, n-len(ids)) {
			public, private, err := ed25519.GenerateKey(nil)
			if err != nil {
				b.Fatal(err)
			}
			keys, made = append(keys, private), append(made, admin.NewKiosk{PublicKey: public})
		}
		more, err := office.Register(b.Context(), "", made)
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, more...)
	}
	return ids, keys
}

// memoryOf is what a process has in memory, in bytes.
func memoryOf(b *testing.B, pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var kB int64
		if _, err := fmt.Sscanf(line, "Rss: %d kB", &kB); err == nil {
			return kB << 10
		}
	}
	b.Fatal("no Rss")
	return 0
}

// selfSigned makes a certificate for 127.0.0.1, and what trusts it.
func selfSigned(t testing.TB) (cert, key string, trust *tls.Config) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	coded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: coded}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, key, &tls.Config{RootCAs: roots}
}
