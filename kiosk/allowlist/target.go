package allowlist

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DefaultPort is the port of a rule or URL that names none.
const DefaultPort = 443

// Target is where a browser wants to go, in canonical form: build it with
// ParseTarget. A form that is not canonical matches no rule.
type Target struct {
	// Host is lower-case ASCII, without a trailing dot.
	Host string
	Port uint16
	// Path of a URL, dot segments resolved, escaped as a browser sends it, "/"
	// at least; empty for a host:port, whose path nobody can know.
	Path string
}

// HostPort returns the target as CONNECT names it.
func (t Target) HostPort() string {
	return t.Host + ":" + strconv.Itoa(int(t.Port))
}

// ParseTarget reads an https URL, or a host:port as in CONNECT. The reason is
// empty when it could be read; otherwise it is IPLiteral, Scheme or Malformed,
// and the target is the zero one.
//
// Hosts are read as the WHATWG URL standard reads them. What a browser repairs
// before it connects (white space, control characters, back-slashes, missing
// slashes) or hides (user-info) is malformed here: nothing is guessed.
func ParseTarget(s string) (Target, Reason) {
	scheme, rest, ok := cutScheme(s)
	if ok && scheme != "https" {
		if _, reason := parseHostPort(s); reason == IPLiteral {
			return Target{}, IPLiteral // "fe80::1" only looks like a scheme
		}
		return Target{}, Scheme
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= 0x20 || s[i] == 0x7f {
			return Target{}, Malformed
		}
	}
	if !utf8.ValidString(s) {
		return Target{}, Malformed
	}
	if !ok {
		return parseHostPort(s)
	}
	return parseAfterScheme(rest)
}

// parseHostPort reads "host:port"; a bare address is told from a bare name,
// both refused.
func parseHostPort(s string) (Target, Reason) {
	if _, err := netip.ParseAddr(s); err == nil {
		return Target{}, IPLiteral
	}
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.HasSuffix(s, "]") || strings.HasPrefix(s, ":") {
		if _, reason := parseHost(s); reason == IPLiteral {
			return Target{}, IPLiteral
		}
		return Target{}, Malformed
	}
	host, reason := parseHost(s[:i])
	if reason == "" && strings.ContainsAny(s[:i], "%") {
		reason = Malformed // no client escapes a host in CONNECT
	}
	if reason != "" {
		return Target{}, reason
	}
	port, ok := parsePort(s[i+1:])
	if !ok {
		return Target{}, Malformed
	}
	return Target{Host: host, Port: port}, ""
}

// parseAfterScheme reads what follows "https:".
func parseAfterScheme(s string) (Target, Reason) {
	s, ok := strings.CutPrefix(s, "//")
	if !ok {
		return Target{}, Malformed
	}
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	authority, rest := s[:end], s[end:]
	if strings.ContainsAny(authority, `@\`) {
		return Target{}, Malformed
	}
	hostText, port := authority, uint16(DefaultPort)
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		hostText = authority[:i]
		if portText := authority[i+1:]; portText != "" { // an empty port is the default one
			if port, ok = parsePort(portText); !ok {
				return Target{}, Malformed
			}
		}
	}
	host, reason := parseHost(hostText)
	if reason != "" {
		return Target{}, reason
	}
	path, ok := cleanPath(rest)
	if !ok {
		return Target{}, Malformed
	}
	return Target{Host: host, Port: port, Path: path}, ""
}

// cutScheme splits off a scheme, in lower case. "www.caf.fr:443" has none,
// "tel:3949" has one.
func cutScheme(s string) (scheme, rest string, ok bool) {
	i := strings.IndexByte(s, ':')
	if i <= 0 || !isScheme(s[:i]) {
		return "", "", false
	}
	scheme, rest = strings.ToLower(s[:i]), s[i+1:]
	port := isDigits(rest) || strings.Contains(scheme, ".") && (rest == "" || isDigits(rest[:1]))
	if port && !opaqueScheme(scheme) {
		return "", "", false
	}
	return scheme, rest, true
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || (s[i] < '0' || s[i] > '9') && s[i] != '+' && s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return s != ""
}

// opaqueScheme reports whether digits alone may follow, as in "tel:3949".
func opaqueScheme(scheme string) bool {
	switch scheme {
	case "tel", "sms", "callto", "fax", "facetime", "skype", "sip", "sips", "javascript", "data", "about", "mailto", "blob",
		"http", "https", "ws", "wss", "ftp", "file", "filesystem", "view-source", "intent", "chrome", "devtools":
		return true
	}
	return false
}

// parsePort reads 1 to 65535 in decimal, without leading zero.
func parsePort(s string) (uint16, bool) {
	if !isDigits(s) || s[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil
}
