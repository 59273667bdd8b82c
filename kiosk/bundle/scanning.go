package bundle

import "borne/kiosk"

// scanning reads where the scanner is; without it nothing is scanned.
func (v value) scanning() (s kiosk.Scanning) {
	if v.absent() {
		return s
	}
	f := v.fields("scanner", "max_megabytes")
	if name, ok := f["scanner"].text(); ok && name != "" {
		if _, err := kiosk.ParseScanner(name); err != nil {
			f["scanner"].faultf("%v", err)
		} else {
			s.Scanner = name
		}
	}
	if !f["max_megabytes"].absent() {
		// More is taken by no site (kiosk.MaxUploadBytes).
		s.MaxMegabytes = f["max_megabytes"].number("max_megabytes", 1, 10)
	}
	return s
}
