package bundle

import (
	"fmt"
	"strings"
	"testing"

	"borne/kiosk"
)

func usbOf(lines string) (kiosk.USB, string) {
	files := good()
	files["settings.yaml"] += lines
	c, _, faults := LoadDir(dirOf(files))
	return c.Settings.USB, fmt.Sprint(faults)
}

// TestUSB: nothing is kept on keys unless a bundle says so in as many words.
func TestUSB(t *testing.T) {
	for lines, want := range map[string]kiosk.USB{
		"": {}, "usb: {}\n": {}, "usb: {save: false}\n": {}, "usb: {save: true}\n": {Save: true},
	} {
		c, faults := usbOf(lines)
		if c != want || faults != "[]" {
			t.Errorf("%q: %+v, %s", lines, c, faults)
		}
	}
	for lines, fault := range map[string]string{"usb: {write: true}\n": "write", "usb: {save: oui}\n": "save"} {
		if c, faults := usbOf(lines); c.Save || !strings.Contains(faults, fault) {
			t.Errorf("%q: %+v, %s", lines, c, faults)
		}
	}
}
