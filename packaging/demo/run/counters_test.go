package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
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
	row := func(what string, count uint64) admin.UsageRow {
		return admin.UsageRow{Kind: kiosk.CellDevice, First: what, Count: count}
	}
	refused, wiped, fault := row(kiosk.DeviceRefusedHost, 1), row(kiosk.DeviceWipeClean, 3), row(kiosk.DeviceWipeFault, 1)
	if err := checkDevice([]admin.UsageRow{refused, wiped}); err != nil {
		t.Error(err)
	}
	for name, rows := range map[string][]admin.UsageRow{
		"not counted": {wiped},
		"one wipe":    {refused, row(kiosk.DeviceWipeClean, 1)},
		"a fault":     {refused, wiped, fault},
	} {
		if checkDevice(rows) == nil {
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
