package usb

import (
	"errors"
	"strings"
	"testing"
)

const generated = `allow id 1d6b:0002 serial "0000:00:14.0" name "xHCI Host Controller" hash "jEP/6W=" parent-hash "rV9bfL=" via-port "usb1" with-interface 09:00:00 with-connect-type ""
allow id 046d:c31c serial "" name "USB Keyboard" hash "9cV=" parent-hash "jEP/6W=" via-port "1-1" with-interface { 03:01:01 03:00:00 } with-connect-type "hotplug"
allow id 0781:5581 serial "4C530001" name "Ultra" hash "abc=" parent-hash "jEP/6W=" with-interface 08:06:50 with-connect-type "hotplug"
allow id 0781:5583 serial "4C530002" name "Extreme" hash "abd=" parent-hash "jEP/6W=" with-interface { 08:06:50 08:06:62 } with-connect-type "hotplug"
allow id 03f0:3b17 serial "X" name "Printer that is a disk too" hash "abe=" parent-hash "jEP/6W=" with-interface { 07:01:02 08:06:50 } with-connect-type "hotplug"
`

// TestRules: what is there stays, but sticks have the one rule of all sticks.
func TestRules(t *testing.T) {
	rules, devices, err := Rules(generated)
	if err != nil || devices != 3 {
		t.Fatalf("%d devices, error %v, want 3", devices, err)
	}
	for _, want := range []string{"xHCI", "USB Keyboard", "Printer that is a disk too", storage} {
		if strings.Count(rules, want) != 1 {
			t.Errorf("%q is not in the rules once:\n%s", want, rules)
		}
	}
	if strings.Contains(rules, "Ultra") || strings.Contains(rules, "Extreme") {
		t.Errorf("a stick has a rule of its own:\n%s", rules)
	}
	again, _, err := Rules(generated)
	if err != nil || again != rules {
		t.Error("the same devices make other rules")
	}
}

// TestRulesRefuse: what no device explains must not become a rule that lets
// everything in.
func TestRulesRefuse(t *testing.T) {
	for _, bad := range []string{"allow", "allow with-interface 03:*:*", "allow id *:*", "ERROR: loadFiles", generated + "allow with-interface one-of { 03:00:01 }"} {
		if _, _, err := Rules(bad); !errors.Is(err, ErrPresent) {
			t.Errorf("%q: got %v, want %v", bad, err, ErrPresent)
		}
	}
	if rules, n, err := Rules(""); err != nil || n != 0 || !strings.HasSuffix(rules, storage+"\n") {
		t.Errorf("with nothing there: %d %v", n, err)
	}
}
