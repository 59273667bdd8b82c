package egress

import (
	"net/netip"
	"slices"
)

// special4 are the IPv4 blocks that no public site is in (IANA IPv4
// Special-Purpose Address Registry), multicast, and the one metadata service
// that answers on a public address.
var special4 = prefixes(
	"0.0.0.0/8",        // this network
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // shared by carriers
	"127.0.0.0/8",      // loopback
	"168.63.129.16/32", // Azure's host
	"169.254.0.0/16",   // link-local, metadata of clouds
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments
	"192.0.2.0/24",     // documentation
	"192.31.196.0/24",  // AS112
	"192.52.193.0/24",  // AMT
	"192.88.99.0/24",   // 6to4 relays
	"192.168.0.0/16",   // private
	"192.175.48.0/24",  // AS112
	"198.18.0.0/15",    // benchmarking
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, broadcast
)

// Of IPv6 only global unicast is public, and of that not these (IANA IPv6
// Special-Purpose Address Registry). It leaves out loopback, mapped, NAT64
// (64:ff9b::/96, 64:ff9b:1::/48), discard, unique local, link-local and
// multicast.
var (
	global6  = netip.MustParsePrefix("2000::/3")
	special6 = prefixes(
		"2001::/23",         // protocol assignments: Teredo, ORCHID, benchmarking
		"2001:db8::/32",     // documentation
		"2002::/16",         // 6to4: an IPv4 address inside
		"2620:4f:8000::/48", // AS112
		"3fff::/20",         // documentation
	)
)

// Special lists the address blocks that are never dialled, for a filter below
// this package that refuses them once more: the same as public, but for the
// addresses of this machine.
func Special() []netip.Prefix {
	// The complement of global6, and what is special inside of it.
	return slices.Concat(prefixes("::/3", "4000::/2", "8000::/1"), special6, special4)
}

func prefixes(ss ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range ss {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// public reports whether a is an address of the public internet. An IPv4
// address mapped into IPv6 is judged as what it is.
func public(a netip.Addr) bool {
	a = a.Unmap()
	special := special4
	switch {
	case !a.IsValid() || a.Zone() != "":
		return false
	case a.Is6():
		if !global6.Contains(a) {
			return false
		}
		special = special6
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
