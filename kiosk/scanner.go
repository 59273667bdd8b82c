package kiosk

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// ScannerDevice is a scanner, as SANE calls it and as it is reached.
type ScannerDevice struct {
	// Name is what scanimage(1) takes.
	Name string
	// Address is the one address that is spoken to; none for SANE's virtual scanner.
	Address netip.Addr
}

// VirtualScanner is the setting for the scanner that SANE draws, to see the screens
// without one.
const VirtualScanner = "test"

// errScanner says what to write.
var errScanner = errors.New("write the address of a scanner that speaks eSCL, such as http://192.168.1.30/eSCL (http://127.0.0.1:60000/eSCL for one on a cable, with ipp-usb), or test for a virtual one")

// ParseScanner reads the setting "scanner".
func ParseScanner(setting string) (ScannerDevice, error) {
	switch {
	case strings.HasPrefix(setting, "http://"), strings.HasPrefix(setting, "https://"):
		return parseAddress(setting)
	case setting == VirtualScanner:
		return ScannerDevice{Name: "test:0"}, nil
	}
	return ScannerDevice{}, fmt.Errorf("scanner %q is no address: %w", setting, errScanner)
}

// parseAddress takes no name of a host: the process has no resolver, and the
// kernel lets it speak to one address.
func parseAddress(setting string) (ScannerDevice, error) {
	u, err := url.Parse(setting)
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return ScannerDevice{}, fmt.Errorf("scanner %q is no address of a scanner: %w", setting, errScanner)
	}
	address, err := netip.ParseAddr(u.Hostname())
	if err != nil || address.Zone() != "" || address.IsUnspecified() || address.IsMulticast() {
		return ScannerDevice{}, fmt.Errorf("scanner %q has no address in figures (a name may move): %w", setting, errScanner)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/eSCL"
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return ScannerDevice{Name: "airscan:escl:Borne:" + u.String(), Address: address.Unmap()}, nil
}
