package bundle

import (
	"fmt"
	"strings"
	"testing"

	"borne/kiosk"
)

// printingOf reads the settings with these lines added.
func printingOf(lines string) (kiosk.Printing, string) {
	files := good()
	files["settings.yaml"] += lines
	c, _, faults := LoadDir(dirOf(files))
	return c.Settings.Printing, fmt.Sprint(faults)
}

func TestPrinting(t *testing.T) {
	for name, tt := range map[string]struct {
		lines string
		want  kiosk.Printing
	}{
		"left out: nothing is printed": {"", kiosk.Printing{}},
		"its defaults":                 {"printing: {enabled: true}\n", kiosk.Printing{Enabled: true, MaxPages: kiosk.DefaultMaxPages}},
		"all of it": {"printing: {enabled: true, printer: accueil-2, cents_per_page: 15, max_pages: 40, colour: true, two_sided: true}\n",
			kiosk.Printing{Enabled: true, Printer: "accueil-2", CentsPerPage: 15, MaxPages: 40, Colour: true, TwoSided: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, faults := printingOf(tt.lines); faults != "[]" || got != tt.want {
				t.Errorf("%+v, %s, want %+v", got, faults, tt.want)
			}
		})
	}
}

func TestPrintingFaults(t *testing.T) {
	for name, tt := range map[string]struct{ lines, want string }{
		"a printer that is a path": {"printing: {printer: ../admin}\n", "is no name of a queue"},
		"too many pages":           {"printing: {max_pages: 2000}\n", "write a whole number from 1 to 200"},
		"no pages":                 {"printing: {max_pages: 0}\n", "write a whole number from 1 to 200"},
		"a price in euros":         {"printing: {cents_per_page: 0.10}\n", "write a whole number from 0 to 500"},
		"an unknown field":         {"printing: {color: true}\n", "color"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, faults := printingOf(tt.lines); !strings.Contains(faults, tt.want) {
				t.Errorf("%s, want %q", faults, tt.want)
			}
		})
	}
}
