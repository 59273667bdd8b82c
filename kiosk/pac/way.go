package pac

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Way is one entry of an answer: a proxy, or the direct way.
type Way struct {
	// Scheme is http, https or socks5: how the proxy itself is spoken to. Empty
	// with Direct.
	Scheme string `json:"scheme,omitempty"`
	// Host is the proxy's name or address with its port.
	Host string `json:"host,omitempty"`
	// Direct is true when the file says DIRECT, and for nothing else.
	Direct bool `json:"direct,omitempty"`
}

// URL is the proxy with the credentials, nil for the direct way.
func (w Way) URL(user *url.Userinfo) *url.URL {
	if w.Direct {
		return nil
	}
	return &url.URL{Scheme: w.Scheme, Host: w.Host, User: user}
}

// maxWays bounds one answer: more are not tried by anybody.
const maxWays = 16

// ErrNoWay: the file was evaluated, and names no way that can be gone.
var ErrNoWay = errors.New("it names no way that can be used (PROXY, HTTPS, SOCKS5 and DIRECT can)")

// kinds are the words of an answer, and the port that each means. SOCKS and
// SOCKS4 are version 4, which cannot be given a name.
var kinds = map[string]struct {
	scheme string
	port   int
}{"PROXY": {"http", 80}, "HTTP": {"http", 80}, "HTTPS": {"https", 443}, "SOCKS5": {"socks5", 1080}}

// ParseAnswer reads what FindProxyForURL returns. Entries of kinds that nobody
// here speaks are left out, as browsers do; an answer with none that can be
// used, also an empty one, is ErrNoWay.
func ParseAnswer(answer string) ([]Way, error) {
	var ways []Way
	for entry := range strings.SplitSeq(answer, ";") {
		fields := strings.Fields(entry)
		if len(fields) == 1 && strings.EqualFold(fields[0], "DIRECT") {
			ways = append(ways, Way{Direct: true})
		}
		if len(fields) == 2 {
			if kind, ok := kinds[strings.ToUpper(fields[0])]; ok {
				if host, ok := hostPort(fields[1], kind.port); ok {
					ways = append(ways, Way{Scheme: kind.scheme, Host: host})
				}
			}
		}
		if len(ways) == maxWays {
			break
		}
	}
	if len(ways) == 0 {
		return nil, ErrNoWay
	}
	return ways, nil
}

// hostPort reads host, host:port or [address]:port.
func hostPort(s string, port int) (string, bool) {
	host := s
	if h, p, err := net.SplitHostPort(s); err == nil {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return "", false
		}
		host, port = h, int(n)
	}
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil && a.Zone() == "" {
		host = a.String()
	} else if !isName(host) {
		return "", false
	}
	return net.JoinHostPort(strings.ToLower(host), strconv.Itoa(port)), true
}

// isName tells whether s may be a host's name (RFC 1123, and underscores, which
// inner networks have).
func isName(s string) bool {
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if len(label) == 0 || len(label) > 63 {
			return false
		}
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// Address is where a PAC file is, as a technician writes it.
type Address struct {
	// URL is http or https; nil when File is there.
	URL *url.URL
	// File is an absolute path.
	File string
	// User is for the proxies that the file names, not for who serves it.
	User *url.Userinfo
}

// String shows it without the password, and without a query, which may be one.
func (a Address) String() string {
	if a.URL != nil {
		shown := *a.URL
		shown.RawQuery = ""
		return "pac+" + shown.String()
	}
	return a.File
}

// IsAddress tells whether a setting means a PAC file, well or ill written.
func IsAddress(s string) bool { return strings.HasPrefix(s, "/") || strings.HasPrefix(s, "pac+") }

// ParseAddress reads pac+https://user:password@host/proxy.pac, pac+http://… or
// an absolute path. Its error does not quote the setting, which may hold a
// password.
func ParseAddress(s string) (Address, error) {
	if strings.HasPrefix(s, "/") {
		return Address{File: s}, nil
	}
	u, err := url.Parse(strings.TrimPrefix(s, "pac+"))
	if err != nil || !strings.HasPrefix(s, "pac+") || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Fragment != "" {
		return Address{}, fmt.Errorf("it is not the address of a PAC file: pac+https://host/proxy.pac or an absolute path")
	}
	a := Address{URL: u, User: u.User}
	u.User = nil
	return a, nil
}
