package main

import (
	"encoding/hex"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"borne/kiosk"
	"borne/kiosk/fleet"
)

// reporter gathers what the maintenance screen shows.
type reporter struct {
	health   func() []kiosk.Fact
	versions func() kiosk.Versions
	bundle   func() uint64
	office   func() fleet.Status
	// proxy is the house's, as it may be shown.
	proxy string
}

func (r reporter) report(reason string) kiosk.MaintenanceReport {
	s := r.office()
	m := kiosk.MaintenanceReport{Links: links(), Gateways: gateways("/proc/net"), Proxy: r.proxy,
		Server: s.Server, KioskID: s.KioskID, Name: s.Name, LastContact: s.LastContact, Problem: s.Problem,
		Clock: time.Now(), Versions: r.versions(), BundleVersion: r.bundle(), Facts: r.health(), Reason: reason}
	for _, a := range nameServers(resolvConf) {
		m.NameServers = append(m.NameServers, a.String())
	}
	return m
}

// links are the machine's own, but for its loopback.
func links() (all []kiosk.NetworkLink) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback != 0 {
			continue
		}
		l := kiosk.NetworkLink{Name: i.Name, Kind: linkKind(os.DirFS("/sys/class/net"), i.Name), Up: i.Flags&net.FlagRunning != 0, Hardware: i.HardwareAddr.String()}
		addresses, _ := i.Addrs() // none where the interface has just gone
		for _, a := range addresses {
			l.Addresses = append(l.Addresses, a.String())
		}
		all = append(all, l)
	}
	return all
}

// linkKind is what sysfs says of an interface: its driver names the devices that
// are neither a cable's nor made up by the kernel.
func linkKind(class fs.FS, name string) kiosk.LinkKind {
	uevent, _ := fs.ReadFile(class, name+"/uevent") // without one, nothing is named
	switch {
	case strings.Contains(string(uevent), "DEVTYPE=wlan"), there(class, name+"/wireless"), there(class, name+"/phy80211"):
		return kiosk.LinkWiFi
	case strings.Contains(string(uevent), "DEVTYPE=wwan"), strings.HasPrefix(name, "ww"):
		return kiosk.LinkMobile
	case there(class, name+"/device"):
		return kiosk.LinkCable
	}
	return ""
}

func there(of fs.FS, name string) bool {
	_, err := fs.Stat(of, name)
	return err == nil
}

// gateways reads the default routes of the kernel's tables (proc_net(5)).
func gateways(folder string) (all []string) {
	four, _ := os.ReadFile(folder + "/route") // not there without IPv4
	for line := range strings.Lines(string(four)) {
		f := strings.Fields(line)
		if len(f) < 8 || f[1] != "00000000" || f[7] != "00000000" {
			continue
		}
		if b, err := hex.DecodeString(f[2]); err == nil && len(b) == 4 && f[2] != "00000000" {
			all = append(all, netip.AddrFrom4([4]byte{b[3], b[2], b[1], b[0]}).String()+" ("+f[0]+")")
		}
	}
	six, _ := os.ReadFile(folder + "/ipv6_route")
	for line := range strings.Lines(string(six)) {
		f := strings.Fields(line)
		if len(f) < 10 || f[1] != "00" || strings.Trim(f[0]+f[4], "0") == "" {
			continue
		}
		if b, err := hex.DecodeString(f[4]); err == nil && len(b) == 16 && strings.Trim(f[0], "0") == "" {
			all = append(all, netip.AddrFrom16([16]byte(b)).String()+" ("+f[9]+")")
		}
	}
	return all
}
