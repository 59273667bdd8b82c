package main

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/onetime"
	"borne/kiosk/pdfpage"
)

// TestMaintenanceKept: what a power cut must not take away.
func TestMaintenanceKept(t *testing.T) {
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	m := newMaintenance(dir, nil, log)
	if f := m.fact(); f.Level != kiosk.LevelOK || f.Detail != "never opened" {
		t.Errorf("fact %+v", f)
	}
	secret := onetime.Secret("12345678901234567890123456789012")
	code := secret.Code(time.Now())
	var err error
	if m.guard, err = m.guard.Try(secret, m.elapsed(), time.Now(), code); err != nil {
		t.Fatal(err)
	}
	m.opened = opened{2, time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	for range 6 {
		m.guard, _ = m.guard.Try(secret, 10*time.Hour, time.Now(), "00000000")
		m.guard = onetime.Restored(m.guard.Wrong, m.guard.Used, 0)
	}
	m.guard.Wrong = 6
	m.save()
	if info, err := os.Stat(filepath.Join(dir, maintenanceFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kept as %v: %v", info, err)
	}
	b, _ := os.ReadFile(filepath.Join(dir, maintenanceFile))
	if bytes.Contains(b, []byte(code)) || bytes.Contains(b, secret) {
		t.Errorf("the file tells a code: %s", b)
	}
	again := newMaintenance(dir, nil, log)
	if again.guard.Waits(again.elapsed()) < time.Minute {
		t.Error("a restart takes the wait after wrong codes away")
	}
	if _, err := again.guard.Try(secret, 10*time.Hour, time.Now(), code); err == nil {
		t.Error("a restart makes a used code good")
	}
	if f := again.fact(); f.Level != kiosk.LevelWarn || f.Detail != "opened 2 times, last 2026-03-02T10:00:00Z; 6 wrong codes since" {
		t.Errorf("fact %+v", f)
	}
	if err := os.WriteFile(filepath.Join(dir, maintenanceFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if m := newMaintenance(dir, nil, log); m.guard.Wrong != 0 {
		t.Error("a damaged file is believed")
	}
}

func TestGateways(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("route", "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\nenp1s0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\nenp1s0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n")
	zero := strings.Repeat("0", 32)
	write("ipv6_route", zero+" 00 "+zero+" 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003 enp1s0\n"+
		zero+" 00 "+zero+" 00 "+zero+" ffffffff 00000001 00000000 00200200 lo\n"+"short\n")
	if got, want := gateways(dir), []string{"192.0.2.1 (enp1s0)", "2001:db8::1 (enp1s0)"}; !slices.Equal(got, want) {
		t.Errorf("gateways %q, want %q", got, want)
	}
}

// TestTestPage has poppler read the page: its words, its size, its one page.
func TestTestPage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.pdf")
	at := time.Date(2026, 3, 2, 10, 30, 0, 0, time.UTC)
	if err := os.WriteFile(file, pdfpage.Words("fr", testWords("Accueil (hall)", "Borne 1.2", at)), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := exec.Command("pdfinfo", file).CombinedOutput()
	if err != nil || !strings.Contains(string(info), "A4") || !strings.Contains(string(info), "Pages:           1") {
		t.Errorf("pdfinfo: %v\n%s", err, info)
	}
	text, err := exec.Command("pdftotext", file, "-").CombinedOutput()
	for _, want := range []string{"Accueil (hall)", "02/03/2026 10:30", "àâäçéèêëîïôöùûü", "œ Œ €", "d’aucune visite"} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("the page does not say %q: %v\n%s", want, err, text)
		}
	}
}
