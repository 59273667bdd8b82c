package browser

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"golang.org/x/net/idna"
)

// mutator writes addresses around the rules of a list: what they allow, what
// resembles it, and what people try at kiosks (ESCAPES: "Addresses").
type mutator struct {
	*rand.Rand
	hosts []string // of rules, without "*."
	paths []string
	// plain hosts are asked for one after the other, four times out of five,
	// and without any oddity.
	plain []string
}

func (m *mutator) one(of ...string) string { return of[m.IntN(len(of))] }

// rarely gives the plain word three times out of four, so that several oddities
// seldom meet in one address and hide each other.
func (m *mutator) rarely(plain string, odd ...string) string {
	if m.IntN(4) > 0 {
		return plain
	}
	return m.one(odd...)
}

func (m *mutator) address() string {
	if len(m.plain) > 0 && m.IntN(5) > 0 {
		host := m.plain[0]
		m.plain = m.plain[1:]
		return "https://" + host + m.rarely("", ":8443") + "/"
	}
	if m.IntN(12) == 0 {
		return m.fixed()
	}
	scheme := m.rarely("https://", "HTTPS://", "hTTpS://", "https:", "https:/", "https:///", `https:\\`, `https:/\`, "http://", "ws://", "wss://",
		"ftp://", "file://", "view-source:https://", "filesystem:https://", "javascript://", "intent://", "chrome://", "devtools://",
		"x:", " https://", "ht\ttps://", "httpss://", "https//")
	port := m.rarely("", ":443", ":", ":0443", ":8443", ":8443", ":8444", ":80", ":0", ":22", ":65535", ":65536", ":+443", ":443443", ":٤٤٣", ":000000000443", ":4 43", ":443a")
	user := m.rarely("", "visiteur@", "caf.fr@", ":@", "@", "a:b@", "www.caf.fr%40", `evil.tld\@`, "evil.tld/@", "evil.tld?@", "evil.tld#@")
	return scheme + user + m.host() + port + m.path()
}

func (m *mutator) host() string {
	h := m.one(m.hosts...)
	at := m.IntN(len(h))
	first, rest, _ := strings.Cut(h, ".")
	switch m.IntN(44) {
	case 0:
		return strings.ToUpper(h)
	case 1:
		return h[:at] + strings.ToUpper(h[at:])
	case 2:
		return h + "."
	case 3:
		return h + ".."
	case 4:
		return "evil" + h
	case 5:
		return h + ".evil.tld"
	case 6:
		return rest
	case 7:
		return first + "-" + rest
	case 8:
		return h[:at] + h[at+1:]
	case 9:
		return h[:at] + fmt.Sprintf("%%%02x", h[at]) + h[at+1:]
	case 10:
		return strings.ReplaceAll(h, ".", m.one("%2e", "%2E", "。", "．", "｡", "%E3%80%82", "․", "‥"))
	case 11:
		return fullWidth(h[:at]) + h[at:]
	case 12:
		return homograph(h)
	case 13:
		ascii, err := idna.Punycode.ToASCII(homograph(h))
		if err != nil {
			return h
		}
		return ascii
	case 14:
		return h[:at] + m.one("\u00ad", "\u200b", "\u200d", "\u2060", "\ufe0f", "\u180e") + h[at:]
	case 15:
		return h[:at] + m.one("\t", "\n", "\r") + h[at:]
	case 16:
		return h[:at] + m.one(" ", "%20", "%00", "\x00", "%09", "\x7f", "\u00a0", "<", "|", "%", "^", "%7f", "%25") + h[at:]
	case 17:
		return m.one("a_b.", "_.", "-a.", "a-.", "a--b.", "--.", "xn--a.", "xn--.", "xn--caf-.", "xn--caf-dma.", "XN--CAF-DMA.", "xn--ls8h.", "é.", "ß.", "ſ.", "İ.", "☕.") + h
	case 18:
		return "." + h
	case 19:
		return first + ".." + rest
	case 20:
		return strings.Repeat("a", 62+m.IntN(4)) + "." + h
	case 21:
		return strings.Repeat("abcdefg.", 28+m.IntN(4)) + h
	case 22:
		return "*." + h
	case 23, 24:
		return m.number()
	case 25, 26, 27, 28, 29:
		return m.one("a", "b.c", "wwwd", "x1", "espace-client") + "." + h
	case 30:
		return h + m.one("\\", "\\.evil.tld", "/.evil.tld", "%2f.evil.tld", "%5c.evil.tld", "%23.evil.tld", "%3f", "#.evil.tld", "?.evil.tld", ";evil.tld", ",evil.tld", "&", "!", "'", "$", "=", "~", "`", "{", "\"")
	default:
		return h
	}
}

// number is an address in one of the spellings that a browser understands.
func (m *mutator) number() string {
	n := m.Uint32()
	a, b, c, d := n>>24, n>>16&255, n>>8&255, n&255
	dotted := fmt.Sprintf("%d.%d.%d.%d", a, b, c, d)
	return m.one(dotted, dotted+".", fmt.Sprint(n), fmt.Sprintf("0x%x", n), fmt.Sprintf("0X%X", n), fmt.Sprintf("0%o", n), fmt.Sprintf("%d.%d", a, n&0xffffff),
		fmt.Sprintf("%d.%d.%d", a, b, n&0xffff), fmt.Sprintf("0x%x.0%o.%d.0x%x", a, b, c, d), fullWidth(dotted), strings.ReplaceAll(dotted, ".", "。"),
		"0x", "0", "0x.0x", "1.2.3.4.5", "256.1.1.1", "08.1", "1.2.3.0x", "4294967296", dotted+"..", "%31.2.3.4",
		"["+dotted+"]", "[::ffff:"+dotted+"]", "[::1]", "[::]", "[64:ff9b::"+dotted+"]", "[fe80::1%25eth0]", "[::1", "[v1.x]", "[0:0:0:0:0:0:0:1]", "[::0001]", "[1::2::3]")
}

func (m *mutator) path() string {
	prefix := m.one(append([]string{"", "/demarches"}, m.paths...)...)
	return prefix + m.rarely(m.one("", "/", "/a", "?q=1", "#f", "/a/b?c#d"), "s", "-pro", "/..", "/../", "/../pro", "/%2e%2e/pro", "/.%2E", "/./a", "/..;/pro", "/.;/", "//", "//a", "/%2f..%2fpro", "/%5c", `\..\pro`, `/a\b`,
		"/é", "/%C3%A9", "/%zz", "/%", "/\xff", " ", "/ ", "\t", "\n/a", "/a%00", "/%2e", "/%61", ";x=1", "/a;b", "%", "%20", "/...", "?%zz", `?\`, "#\t", "/*", "/'\"<>^`{|}")
}

func (m *mutator) fixed() string {
	return m.one("about:blank", "about:blank#x", "about:srcdoc", "about:settings", "javascript:alert(1)", "javascript:void(0)", "JavaScript:1", "data:text/html,<p>x", "data:,x",
		"file:///etc/passwd", "file:", "view-source:about:blank", "blob:https://"+m.one(m.hosts...)+"/0", "blob:null/0", "mailto:a@caf.fr", "tel:3949", "sms:1", "ssh://x", "intent:#Intent;end",
		"chrome://settings", "chrome://policy", "chrome:settings", "chrome-untrusted://x", "chrome-search://x", "chrome-extension://x/y", "chrome-error://chromewebdata/", "devtools://devtools/bundled/inspector.html", "isolated-app://x/",
		"chrome-devtools://x", "ftp://x/", "ws:", "https:", "https://", "https:///", "http:", "//x", "/", "", "x", "?", "#", "externalfile:x", "content://x", "cid:x", "urn:x", "about:", "://", ":", "wss://x", "filesystem:https://x/temporary/y", "uuid-in-package:x", "fenced:x")
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x20 && r < 0x7f {
			return r - 0x20 + 0xff00
		}
		return r
	}, s)
}

// homograph puts Cyrillic letters for the Latin ones that look the same.
func homograph(s string) string {
	return strings.NewReplacer("a", "а", "c", "с", "e", "е", "o", "о", "p", "р").Replace(s)
}

// withoutUser takes user-info out of an address that the browser wrote: it
// tells it to the site alone, and the proxy never sees it.
func withoutUser(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	return scheme + "://" + rest[strings.LastIndexByte(rest[:end], '@')+1:]
}
