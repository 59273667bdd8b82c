package kiosk

import (
	"strings"
	"testing"
)

func TestScanners(t *testing.T) {
	for setting, want := range map[string]ScannerDevice{
		"http://192.0.2.7/eSCL":       {Name: "airscan:escl:Borne:http://192.0.2.7/eSCL"},
		"http://192.0.2.7:8080/eSCL/": {Name: "airscan:escl:Borne:http://192.0.2.7:8080/eSCL"},
		"http://127.0.0.1:60000":      {Name: "airscan:escl:Borne:http://127.0.0.1:60000/eSCL"},
		"https://[2001:db8::7]/eSCL":  {Name: "airscan:escl:Borne:https://[2001:db8::7]/eSCL"},
		"test":                        {Name: "test:0"},
	} {
		got, err := ParseScanner(setting)
		if err != nil || got.Name != want.Name || got.Address.IsValid() != strings.HasPrefix(setting, "http") {
			t.Errorf("%q is %+v, %v", setting, got, err)
		}
	}
	for _, setting := range []string{"", "oui", "http://scanner.local/eSCL", "http://a:b@192.0.2.7/eSCL", "http://192.0.2.7/eSCL?x", "http://0.0.0.0/eSCL",
		"http://[fe80::1%25eth0]/eSCL", "net:192.0.2.7:x", "genesys:libusb:001:004", "airscan:e0:Scanner", "test:0 --batch\n", "-d:x", "ftp://192.0.2.7/eSCL", "http://192.0.2.7 /x"} {
		if got, err := ParseScanner(setting); err == nil || !strings.Contains(err.Error(), "write") {
			t.Errorf("%q is %+v, %v", setting, got, err)
		}
	}
}

// FuzzScanner: no setting is an option of scanimage's, or reaches what it does
// not say.
func FuzzScanner(f *testing.F) {
	f.Add("http://192.0.2.7/eSCL")
	f.Add("test")
	f.Fuzz(func(t *testing.T, setting string) {
		d, err := ParseScanner(setting)
		if err != nil {
			return
		}
		if strings.ContainsAny(d.Name, "\x00\n") || strings.HasPrefix(d.Name, "-") || strings.HasPrefix(d.Name, "airscan:") != d.Address.IsValid() {
			t.Fatalf("%q is %+v", setting, d)
		}
	})
}
