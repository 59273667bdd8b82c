package allowlist

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Limits of a name (RFC 1035 §2.3.4), in bytes and without a trailing dot.
const (
	maxHostBytes  = 253
	maxLabelBytes = 63
	// maxUnicodeBytes is past any name that IDNA shortens to maxHostBytes. Its
	// time grows with the square of a label: 64 000 letters take a minute.
	maxUnicodeBytes = 1024
)

// hostProfile maps as the WHATWG URL standard's "domain to ASCII" does:
// UTS #46, non-transitional, no STD3 rules (parseHost is stricter itself).
func hostProfile() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
		idna.BidiRule(), idna.CheckJoiners(true), idna.CheckHyphens(false))
}

// parseHost reads a host as a browser does and returns it canonical: lower
// case, punycode, no trailing dot. The reason is empty when it is a name,
// IPLiteral for an address in any spelling, Malformed for anything else.
func parseHost(s string) (string, Reason) {
	if strings.HasPrefix(s, "[") {
		if a, err := netip.ParseAddr(strings.TrimSuffix(s[1:], "]")); err == nil && a.Is6() && strings.HasSuffix(s, "]") {
			return "", IPLiteral
		}
		return "", Malformed
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return "", IPLiteral
	}
	s, ok := unescape(s)
	if !ok {
		return "", Malformed
	}
	host, ok := toASCII(s)
	if !ok {
		return "", Malformed
	}
	host = strings.TrimSuffix(host, ".")
	if reason := numericHost(host); reason != "" {
		return "", reason
	}
	if badLabel(host, true) >= 0 {
		return "", Malformed
	}
	return host, ""
}

// toASCII lower-cases, and maps with IDNA only what needs it.
func toASCII(s string) (string, bool) {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			plain = false
		}
	}
	lower := strings.ToLower(s)
	if plain && !strings.Contains(lower, "xn--") {
		return lower, true
	}
	if len(s) > maxUnicodeBytes || !utf8.ValidString(s) {
		return "", false
	}
	host, err := hostProfile().ToASCII(s)
	return host, err == nil
}

// unescape decodes every %XX; a % that starts none is refused.
func unescape(s string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", false
		}
		hi, ok1 := hexDigit(s[i+1])
		lo, ok2 := hexDigit(s[i+2])
		if !ok1 || !ok2 {
			return "", false
		}
		b = append(b, hi<<4|lo)
		i += 2
	}
	return string(b), true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// numericHost applies the WHATWG "ends in a number" check: such a host is an
// IPv4 address or it is nothing. It returns "" for a name.
func numericHost(host string) Reason {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if !isDigits(last) {
		if _, ok := ipv4Number(last); !ok || len(last) < 2 {
			return ""
		}
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return Malformed
	}
	for i, p := range parts {
		n, ok := ipv4Number(p)
		limit := uint64(255)
		if i == len(parts)-1 {
			limit = 1<<(8*(5-len(parts))) - 1
		}
		if !ok || n > limit {
			return Malformed
		}
	}
	return IPLiteral
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// ipv4Number reads a decimal, octal (0…) or hexadecimal (0x…) number. Values
// past 2^32 saturate: they are too large for any part.
func ipv4Number(s string) (uint64, bool) {
	if s == "" {
		return 0, false
	}
	base := uint64(10)
	switch {
	case strings.HasPrefix(s, "0x"):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d, ok := hexDigit(s[i])
		if !ok || uint64(d) >= base {
			return 0, false
		}
		n = min(n*base+uint64(d), 1<<33)
	}
	return n, true
}

// badLabel returns the offset of the first byte that no canonical host may
// hold, or -1. Underscores exist in real names of hosts, not in rules.
func badLabel(host string, underscore bool) int {
	if host == "" {
		return 0
	}
	start := 0
	for i := 0; i <= len(host); i++ {
		if i < len(host) && host[i] != '.' {
			c := host[i]
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && (c != '_' || !underscore) {
				return i
			}
			if i-start >= maxLabelBytes || i >= maxHostBytes {
				return i
			}
			continue
		}
		switch {
		case i == start:
			return min(i, len(host)-1) // an empty label
		case host[start] == '-':
			return start
		case host[i-1] == '-':
			return i - 1
		}
		start = i + 1
	}
	return -1
}
