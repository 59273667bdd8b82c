package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/client"
	"borne/assets"
	"borne/kiosk"
	"borne/kiosk/bundle"
	"borne/kiosk/fleet"
)

// fakeBorne stands for what the agent acts on: no screen, no visitor.
type fakeBorne struct {
	mu       sync.Mutex
	executed []kiosk.Command
	archive  []byte
	version  uint64
}

func (b *fakeBorne) Report() kiosk.CheckIn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return kiosk.CheckIn{State: kiosk.Ready, Versions: kiosk.Versions{Borne: "test"}, BundleVersion: b.version}
}

func (b *fakeBorne) Execute(_ context.Context, c kiosk.Command) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.executed = append(b.executed, c)
	return nil
}

func (b *fakeBorne) OfferBundle(_ context.Context, archive []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.archive, b.version = archive, b.version+1
	return nil
}

// fakeLog is a usage log of three cells.
type fakeLog struct {
	mu   sync.Mutex
	mark uint64
}

func (l *fakeLog) Batch(_ context.Context, _ int) (kiosk.CellBatch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := kiosk.CellBatch{Epoch: "e"}
	for seq := l.mark + 1; seq <= 3; seq++ {
		batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Count: seq,
			Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}})
	}
	return batch, nil
}

func (l *fakeLog) Acknowledge(_ context.Context, w kiosk.Watermark) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mark = w.Seq
	return nil
}

func (l *fakeLog) Pending(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 3 - l.mark, nil
}

// certificate writes one for 127.0.0.1 and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// httpsClient trusts that certificate.
func httpsClient(t *testing.T, cert string) *http.Client {
	t.Helper()
	raw, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(raw)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// eventually waits for what the agent does in its own time.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// TestTheAgentItself is the borne's real agent against the real server, over
// TLS: the two sides of the contract in kiosk/fleet.go.
func TestTheAgentItself(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	cert, key := certificate(t)
	s := start(t, data, "--tls-cert", cert, "--tls-key", key, "--listen", "", "--listen-tls", "127.0.0.1:0")
	code, err := run(t, "enrol-code", "--data", data, "--name", "Accueil")
	if err != nil {
		t.Fatal(code, err)
	}
	token, err := run(t, "token", "--data", data, "--operator", "administrateur@localhost")
	if err != nil {
		t.Fatal(token, err)
	}
	borne, log := &fakeBorne{}, &fakeLog{}
	agent, err := fleet.New(fleet.Options{StateDir: t.TempDir(), Borne: borne, Cells: log, CAFile: cert, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	id, err := agent.Enrol(t.Context(), s.url, strings.ToLower(code))
	if err != nil || id.Name != "Accueil" {
		t.Fatalf("enrolled %+v, %v", id, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = agent.Run(ctx) // ends with the context's error
	}()
	defer func() {
		stop()
		<-ended
	}()
	c, err := client.New(s.url, token, httpsClient(t, cert))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the borne is seen", func() bool {
		k, err := c.Kiosk(t.Context(), id.KioskID)
		return err == nil && k.Status.State == kiosk.Ready && k.Online(time.Now())
	})
	if _, err := agent.Flush(t.Context()); err != nil {
		t.Errorf("send cells: %v", err)
	}
	eventually(t, "its cells are counted", func() bool {
		rows, err := c.Usage(t.Context(), admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-09-01", To: "2026-09-01"})
		return err == nil && len(rows) == 1 && rows[0].Count == 6
	})
	cmd, err := c.CreateCommand(t.Context(), "Accueil", kiosk.CommandMessage, "Bonjour", true, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the command is done", func() bool {
		got, err := c.Command(t.Context(), cmd.ID)
		return err == nil && got.State == kiosk.CommandDone
	})
	packed, err := bundle.PackFiles(assets.Bundle())
	if err != nil {
		t.Fatal(err)
	}
	release, err := c.Publish(t.Context(), packed, nil, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the bundle is in use", func() bool {
		k, err := c.Kiosk(t.Context(), id.KioskID)
		return err == nil && k.Status.BundleVersion == release.Version && !k.BundleLate()
	})
	borne.mu.Lock()
	defer borne.mu.Unlock()
	if len(borne.executed) != 1 || borne.executed[0].Argument != "Bonjour" {
		t.Errorf("executed %+v", borne.executed)
	}
	opened, err := bundle.Open(borne.archive, id.BundleKeys, bundle.Options{Organisation: id.Organisation, Groups: id.Groups, Now: time.Now()})
	if err != nil || opened.Manifest.Version != release.Version {
		t.Errorf("the archive that came (%x): %v", sha256.Sum256(borne.archive), err)
	}
}
