package pac

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// helpers are the functions that a PAC file may call: Netscape's, and
// Microsoft's that know IPv6. No other touches anything outside of the script.
type helpers struct {
	question Question
	vm       *goja.Runtime
	wants    string
}

// define gives the script its functions.
func (h *helpers) define(vm *goja.Runtime) error {
	h.vm = vm
	for name, f := range map[string]any{
		"isPlainHostName": func(host string) bool { return !strings.Contains(host, ".") },
		"dnsDomainIs": func(host, domain string) bool {
			return strings.HasSuffix(strings.ToLower(host), strings.ToLower(domain))
		},
		"localHostOrDomainIs": localHostOrDomainIs,
		"dnsDomainLevels":     func(host string) int { return strings.Count(host, ".") },
		"shExpMatch":          shExpMatch,
		"isResolvable":        func(host string) bool { return h.ip4(host).IsValid() },
		"isInNet":             func(host, pattern, mask string) bool { return inNet(h.ip4(host), pattern, mask) },
		"dnsResolve":          func(host string) goja.Value { return h.text(h.ip4(host)) },
		"myIpAddress":         h.own,
		"convert_addr":        convertAddr,
		"weekdayRange":        h.weekdayRange,
		"dateRange":           h.dateRange,
		"timeRange":           h.timeRange,
		"alert":               func(goja.FunctionCall) goja.Value { return goja.Undefined() },
		"isResolvableEx":      func(host string) bool { return len(h.lookUp(host)) > 0 },
		"dnsResolveEx":        func(host string) string { return joined(h.lookUp(host)) },
		"myIpAddressEx":       h.own,
		"sortIpAddressList":   sortIPAddressList,
		"isInNetEx":           h.isInNetEx,
		"getClientVersion":    func() string { return "1.0" },
	} {
		if err := vm.Set(name, f); err != nil {
			return err
		}
	}
	return nil
}

// ip4 is the host's IPv4 address, the zero value for none.
func (h *helpers) ip4(host string) netip.Addr {
	for _, a := range h.lookUp(host) {
		if a.Unmap().Is4() {
			return a.Unmap()
		}
	}
	return netip.Addr{}
}

func (h *helpers) text(a netip.Addr) goja.Value {
	if !a.IsValid() {
		return goja.Null()
	}
	return h.vm.ToValue(a.String())
}

func (h *helpers) isInNetEx(host, prefix string) bool {
	p, err := netip.ParsePrefix(prefix)
	return err == nil && slices.ContainsFunc(h.lookUp(host), func(a netip.Addr) bool { return p.Contains(a.Unmap()) })
}

func localHostOrDomainIs(host, name string) bool {
	return host == name || !strings.Contains(host, ".") && strings.HasPrefix(name, host+".")
}

// shExpMatch is the shell's * and ?.
func shExpMatch(s, pattern string) bool {
	star, back := -1, 0
	i, j := 0, 0
	for i < len(s) {
		switch {
		case j < len(pattern) && pattern[j] == '*':
			star, back = j, i
			j++
		case j < len(pattern) && (pattern[j] == '?' || pattern[j] == s[i]):
			i++
			j++
		case star >= 0:
			back++
			i, j = back, star+1
		default:
			return false
		}
	}
	return strings.Trim(pattern[j:], "*") == ""
}

func convertAddr(s string) uint32 {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Unmap().Is4() {
		return 0
	}
	b := a.Unmap().As4()
	return binary.BigEndian.Uint32(b[:])
}

func joined(addrs []netip.Addr) string {
	var all []string
	for _, a := range addrs {
		all = append(all, a.String())
	}
	return strings.Join(all, ";")
}

func sortIPAddressList(list string) string {
	var addrs []netip.Addr
	for s := range strings.SplitSeq(list, ";") {
		a, err := netip.ParseAddr(strings.TrimSpace(s))
		if err != nil {
			return ""
		}
		addrs = append(addrs, a)
	}
	slices.SortFunc(addrs, func(a, b netip.Addr) int {
		if a.Is6() != b.Is6() { // IPv6 first, as Microsoft has it
			if a.Is6() {
				return -1
			}
			return 1
		}
		return a.Compare(b)
	})
	return joined(addrs)
}
