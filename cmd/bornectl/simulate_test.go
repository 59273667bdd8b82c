package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"borne/admin/simulate"
)

// startSecureOffice starts a real borne-admin on SQLite that serves HTTPS, and returns its address, an administrator's token
// and the file of its authority.
func startSecureOffice(t *testing.T) (url, token, ca string) {
	t.Helper()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	ca, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{ca: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary, data := filepath.Join(dir, "borne-admin"), filepath.Join(dir, "data")
	if out, err := exec.Command("go", "build", "-o", binary, "borne/cmd/borne-admin").CombinedOutput(); err != nil {
		t.Fatalf("build borne-admin: %v\n%s", err, out)
	}
	serve := exec.Command(binary, "serve", "--data", data, "--listen", "", "--listen-tls", "127.0.0.1:0", "--tls-cert", ca, "--tls-key", keyFile)
	journal, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = serve.Process.Kill()
		_ = serve.Wait()
	})
	url = addressIn(t, journal)
	out, err := exec.Command(binary, "token", "--operator", "administrateur@localhost", "--data", data).Output()
	if err != nil {
		t.Fatal(err)
	}
	return url, strings.TrimSpace(string(out)), ca
}

// TestSimulate drives a real central office with bornes of which some hold long polls, cuts all their lines and lets them come
// back: every acknowledged cell is held once.
func TestSimulate(t *testing.T) {
	url, token, ca := startSecureOffice(t)
	var stdout, stderr bytes.Buffer
	a := &app{ctx: t.Context(), stdout: &stdout, stderr: &stderr}
	run := func(args ...string) int {
		stdout.Reset()
		stderr.Reset()
		return a.run(append([]string{"simulate", "--server", url, "--token", token, "--ca-file", ca}, args...))
	}
	status := run("--json", "--kiosks", "30", "--for", "18s", "--every", "1s", "--long-polls", "5", "--cells-per-day", "240", "--outage-at", "3s",
		"--outage-for", "2s")
	var r simulate.Report
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("status %d, %v: %s%s", status, err, stdout.String(), stderr.String())
	}
	var words bytes.Buffer
	r.Write(&words)
	t.Logf("%s%s", stderr.String(), words.String())
	if status != exitDone || !r.Check.OK() || r.Check.Bornes != 20 || r.Check.Cells == 0 {
		t.Errorf("status %d, check %+v", status, r.Check)
	}
	if r.Acknowledged != r.Closed || r.Closed < 30*100 || r.CheckIns < 60 || r.CheckIn.N == 0 || r.Batch.N == 0 {
		t.Errorf("too little happened: %+v", r)
	}
	if r.Errors["line down"] == 0 || r.Herd == nil || r.Herd.Back != 30 || r.Herd.CaughtUp != 30 {
		t.Errorf("no outage, or no return: errors %v, herd %+v", r.Errors, r.Herd)
	}
	for what, c := range map[string]struct {
		args []string
		says string
	}{
		"too fast":     {[]string{"--kiosks", "10", "--check-ins-per-second", "100"}, "take 100 bornes or more"},
		"two rhythms":  {[]string{"--every", "5s", "--check-ins-per-second", "1"}, "can't be used together"},
		"late outage":  {[]string{"--outage-at", "3m", "--outage-for", "1m"}, "ends within the simulation"},
		"too many":     {[]string{"--kiosks", "3", "--long-polls", "4"}, "4 of 3 bornes"},
		"plain server": {[]string{"--server", "http://127.0.0.1:1"}, "https addresses only"},
	} {
		if status := run(c.args...); status != exitWrong || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%s: status %d, says %q, want %q", what, status, stderr.String(), c.says)
		}
	}
}
