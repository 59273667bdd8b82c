package main

import (
	"testing"
	"testing/fstest"

	"borne/kiosk"
)

// TestLinkKind reads what Linux 6.12 has in /sys/class/net.
func TestLinkKind(t *testing.T) {
	class := fstest.MapFS{
		"enp1s0/uevent":    {Data: []byte("INTERFACE=enp1s0\nIFINDEX=2\n")},
		"enp1s0/device/id": {},
		"wlp2s0/uevent":    {Data: []byte("DEVTYPE=wlan\nINTERFACE=wlp2s0\nIFINDEX=3\n")},
		"wlp2s0/device/id": {},
		"wlan0/wireless/x": {},
		"wwan0/uevent":     {Data: []byte("DEVTYPE=wwan\nINTERFACE=wwan0\n")},
		"wwan0/device/id":  {},
		"docker0/uevent":   {Data: []byte("DEVTYPE=bridge\nINTERFACE=docker0\n")},
	}
	for name, want := range map[string]kiosk.LinkKind{"enp1s0": kiosk.LinkCable, "wlp2s0": kiosk.LinkWiFi, "wlan0": kiosk.LinkWiFi,
		"wwan0": kiosk.LinkMobile, "docker0": "", "gone0": ""} {
		if got := linkKind(class, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
