package main

import (
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"borne/kiosk/egress"
	"borne/kiosk/pac"
)

// settingsFile is the one place for what a technician sets on a borne: lines
// of NAME=value, which systemd reads for borned (EnvironmentFile=) and which
// only root may read.
const settingsFile = "/etc/borne/borned.env"

// direct in place of an address: no proxy.
const direct = "direct"

// parentProxy is the proxy of the house, through which visitors' sites are
// reached.
type parentProxy struct {
	// address has the credentials; empty for no proxy.
	address string
	// host is the address without them, to be shown.
	host string
	// literal is the host when it is an address and no name.
	literal netip.Addr
	// source says where to correct it.
	source string
	// exposed: the file with the password may be read by others than root.
	exposed bool
}

// parents reads the proxies towards the central office and towards the sites:
// BORNE_PROXY is both, unless BORNE_SITES_PROXY says otherwise. The office's may
// be a PAC file. Errors never quote an address, which may hold a password.
func (c runCommand) parents() (office string, sites parentProxy, err error) {
	name, value := "BORNE_PROXY", c.Proxy
	if pac.IsAddress(c.Proxy) {
		if _, err := pac.ParseAddress(c.Proxy); err != nil {
			return "", parentProxy{}, fmt.Errorf("%s in %s: %w, then: systemctl restart borned", name, settingsFile, err)
		}
		if c.SitesProxy == "" {
			return "", parentProxy{}, fmt.Errorf("%s in %s is a PAC file, which gives the way to the central office alone: "+
				"write BORNE_SITES_PROXY=http://user:password@proxy.example:3128 or BORNE_SITES_PROXY=%s too, then: systemctl restart borned", name, settingsFile, direct)
		}
	}
	if c.SitesProxy != "" {
		name, value = "BORNE_SITES_PROXY", c.SitesProxy
	}
	if office = c.Proxy; office == direct {
		office = ""
	}
	if value == "" || value == direct {
		return office, parentProxy{}, nil
	}
	u, err := url.Parse(value)
	if err != nil || egress.CheckUpstream(u) != nil {
		return "", parentProxy{}, fmt.Errorf("%s in %s is not the address of an HTTP proxy: write %s=http://user:password@proxy.example:3128 "+
			"(in the password %%40 for @, %%3A for :, %%2F for /, %%25 for %%), or %s=%s, then: systemctl restart borned",
			name, settingsFile, name, "BORNE_SITES_PROXY", direct)
	}
	sites = parentProxy{address: value, host: u.Host, source: name + " in " + settingsFile}
	sites.literal, _ = netip.ParseAddr(u.Hostname())
	sites.literal = sites.literal.Unmap()
	if _, secret := u.User.Password(); secret {
		info, err := os.Stat(settingsFile)
		sites.exposed = err == nil && info.Mode()&fs.FileMode(0o077) != 0
	}
	return office, sites, nil
}

// resolvConf lists the name servers (resolv.conf(5)).
const resolvConf = "/etc/resolv.conf"

// nameServers reads their addresses; without any the resolver asks this
// machine.
func nameServers(file string) (servers []netip.Addr) {
	b, _ := os.ReadFile(file) // as good as an empty one, as for the resolver
	for line := range strings.Lines(string(b)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if a, err := netip.ParseAddr(fields[1]); err == nil {
			servers = append(servers, a.WithZone(""))
		}
	}
	if len(servers) == 0 {
		servers = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()}
	}
	return servers
}
