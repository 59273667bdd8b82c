package bundle

import (
	"fmt"
	"strings"
	"testing"

	"borne/kiosk"
)

func scanningOf(lines string) (kiosk.Scanning, string) {
	files := good()
	files["settings.yaml"] += lines
	c, _, faults := LoadDir(dirOf(files))
	return c.Settings.Scanning, fmt.Sprint(faults)
}

// TestScanning: nothing is scanned unless a bundle names the scanner, by an
// address in figures.
func TestScanning(t *testing.T) {
	for lines, want := range map[string]kiosk.Scanning{
		"": {}, "scanning: {}\n": {}, "scanning: {scanner: test}\n": {Scanner: "test"},
		"scanning: {scanner: 'http://192.0.2.7/eSCL', max_megabytes: 5}\n": {Scanner: "http://192.0.2.7/eSCL", MaxMegabytes: 5},
	} {
		s, faults := scanningOf(lines)
		if s != want || faults != "[]" {
			t.Errorf("%q: %+v, %s", lines, s, faults)
		}
	}
	for lines, fault := range map[string]string{
		"scanning: {enabled: true}\n": "enabled", "scanning: {scanner: oui}\n": "write the address of a scanner",
		"scanning: {scanner: 'http://scanner.local/eSCL'}\n":     "in figures",
		"scanning: {scanner: test, max_megabytes: 50}\n":         "max_megabytes",
		"scanning: {scanner: 'airscan:e0:Scanner de l’accueil'}": "write the address of a scanner",
	} {
		if s, faults := scanningOf(lines); s.Scanner != "" && s.Scanner != "test" || !strings.Contains(faults, fault) {
			t.Errorf("%q: %+v, %s", lines, s, faults)
		}
	}
	if got := (kiosk.Scanning{}).MaxBytes(); got != 2_000_000 {
		t.Errorf("a document has %d bytes at most", got)
	}
}
