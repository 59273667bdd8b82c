package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCheckVisits(t *testing.T) {
	right := `{"rows":[{"kind":"visit","first":"caf","second":"0-5","count":1},{"kind":"visit","first":"caf","second":"5-15","count":1},
		{"kind":"visit","first":"impots","count":1}]}`
	if err := checkVisits(right); err != nil {
		t.Error(err)
	}
	for name, report := range map[string]string{
		"none":      `{"rows":[]}`,
		"doubled":   `{"rows":[{"kind":"visit","first":"caf","count":4},{"kind":"visit","first":"impots","count":2}]}`,
		"one more":  `{"rows":[{"kind":"visit","first":"caf","count":2},{"kind":"visit","first":"impots","count":1},{"kind":"visit","first":"ameli","count":1}]}`,
		"not json":  `visits`,
		"other one": `{"rows":[{"kind":"session","first":"caf","count":2},{"kind":"visit","first":"impots","count":1}]}`,
	} {
		if checkVisits(report) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestCheckDevice(t *testing.T) {
	if err := checkDevice(`[{"kind":"device","first":"refused-host","second":"impots","count":1},{"kind":"device","first":"wipe-clean","count":3}]`); err != nil {
		t.Error(err)
	}
	for name, usage := range map[string]string{
		"not counted": `[{"kind":"device","first":"wipe-clean","count":3}]`,
		"one wipe":    `[{"kind":"device","first":"refused-host","count":1},{"kind":"device","first":"wipe-clean","count":1}]`,
		"a fault": `[{"kind":"device","first":"refused-host","count":1},{"kind":"device","first":"wipe-clean","count":3},
			{"kind":"device","first":"wipe-fault","count":1}]`,
	} {
		if checkDevice(usage) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestNewest(t *testing.T) {
	dir := t.TempDir()
	if _, err := newest(dir, "borne-kiosk_*.deb"); err == nil {
		t.Error("an empty folder has a newest package")
	}
	for i, name := range []string{"borne-kiosk_2.deb", "borne-kiosk_10.deb", "borne-admin_3.deb"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		when := time.Unix(1000+int64(i), 0)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	got, err := newest(dir, "borne-kiosk_*.deb")
	if err != nil || filepath.Base(got) != "borne-kiosk_10.deb" {
		t.Errorf("newest %q, %v", got, err)
	}
}
