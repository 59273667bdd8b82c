package pac

import (
	"net"
	"net/netip"
)

// ownAddress is the address that this machine would send from to the public
// network; none without a route. It sends nothing.
func ownAddress() netip.Addr {
	c, err := net.Dial("udp4", "192.0.2.1:9") // a documentation address (RFC 5737)
	if err != nil {
		return netip.Addr{}
	}
	defer c.Close()
	a, ok := c.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}
	}
	return a.AddrPort().Addr().Unmap()
}
