package allowlist

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"pgregory.net/rapid"
)

// An address in pieces, each plain more often than odd.
func drawAddress(t *rapid.T) string {
	draw := func(name string, plain []string, odd ...string) string {
		if rapid.IntRange(0, 2).Draw(t, name+" odd") > 0 {
			return rapid.SampledFrom(plain).Draw(t, name)
		}
		return rapid.SampledFrom(odd).Draw(t, name)
	}
	label := func(name string) string {
		return draw(name, []string{"caf", "www", "impots", "x1", "fr"}, "CAF", "impôts", "ｃａｆ", "xn--impts-8ta", "xn--a", "", "-a", "a-", "a_b", "a--b", "a%2eb", "%63af", "a%00b",
			"1", "0x7f", "127", "08", "caf。fr", "ß", "ca\u00adf", "сaf", "a b", "a,b", "a!b", "*", "\xff", strings.Repeat("l", 63), strings.Repeat("l", 64), "a\tb", `a\b`)
	}
	host := label("first")
	for i := range rapid.IntRange(0, 3).Draw(t, "labels") {
		host += "." + label("label "+strconv.Itoa(i))
	}
	return draw("scheme", []string{"https://"}, "HTTPS://", "https:", "https:/", "https:///", "http://", "ws://", "//", "") +
		draw("user", []string{""}, "a@", "a:b@", "@", "caf.fr%40@") + host +
		draw("end", []string{""}, ".", "..", "%2e") +
		draw("port", []string{""}, ":443", ":", ":8443", ":0443", ":65536", ":0", ":x", ":+1") +
		draw("path", []string{"", "/", "/a/b"}, "/a/../b", "/./a/.", "/..", "/%2e%2e/a", "/a%2fb", "/é", "/a b", "/%zz", "/a//b", `/a\b`, "?q=%zz", "#%zz", "?a#b", "/a;b='\"<>^`{|}", "/\xff", "//")
}

// net/url reads by RFC 3986, a browser by the WHATWG standard: where both read
// an address they name the same host, port and path, and where only one does,
// it is for a reason that stands here.
func TestParseTargetAgainstNetURL(t *testing.T) {
	both := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawAddress(t)
		ours, reason := ParseTarget(s)
		theirs, err := url.Parse(s)
		weRead := reason == "" && ours.Path != "" // a URL, not host:port
		theyRead := err == nil && theirs.Scheme == "https" && theirs.Host != ""
		switch {
		case weRead && theyRead:
			both++
			sameTarget(t, s, ours, theirs)
		case theyRead && whyOnlyTheirs(s, theirs, reason) == "":
			t.Fatalf("%q: net/url reads %q, we refuse it as %s, and nothing says why", s, theirs.Host, reason)
		case weRead && whyOnlyOurs(s, err) == "":
			t.Fatalf("%q: we read %v, net/url says %v, and nothing says why", s, ours, err)
		}
	})
	if both == 0 {
		t.Error("no address was read by both")
	}
}

func sameTarget(t *rapid.T, s string, ours Target, theirs *url.URL) {
	host := strings.ToLower(theirs.Hostname())
	if strings.IndexFunc(host, func(r rune) bool { return r >= 0x80 }) >= 0 {
		var err error
		if host, err = loose().ToASCII(host); err != nil {
			t.Fatalf("%q: we read %q, and IDNA says %v", s, ours.Host, err)
		}
	}
	if host = strings.TrimSuffix(host, "."); host != ours.Host {
		t.Fatalf("%q: net/url reads the host %q, we %q", s, host, ours.Host)
	}
	if port := theirs.Port(); port != "" && port != strconv.Itoa(int(ours.Port)) || port == "" && ours.Port != DefaultPort {
		t.Fatalf("%q: net/url reads the port %q, we %d", s, port, ours.Port)
	}
	if strings.Contains(strings.ToLower(s), "%2e") {
		return // an escaped dot is a dot to a browser, and a letter like others to net/url
	}
	resolved := (&url.URL{Scheme: "https", Host: "x", Path: "/"}).ResolveReference(theirs)
	want, err1 := url.PathUnescape(resolved.EscapedPath())
	got, err2 := url.PathUnescape(ours.Path)
	if want == "" {
		want = "/"
	}
	if err1 != nil || err2 != nil || want != got {
		t.Fatalf("%q: net/url reads the path %q, we %q", s, want, got)
	}
}

// whyOnlyTheirs says why we refuse what net/url reads.
func whyOnlyTheirs(s string, u *url.URL, reason Reason) string {
	port, err := strconv.Atoi(u.Port())
	switch {
	case reason == IPLiteral:
		return "an address is refused in every spelling"
	case u.User != nil:
		return "user-info hides where an address leads"
	case strings.ContainsAny(s, "\\ "):
		return "a browser repairs these, and we do not guess"
	case !utf8.ValidString(s):
		return "a browser replaces what is not UTF-8"
	case u.Port() != "" && (err != nil || port < 1 || port > 65535 || strconv.Itoa(port) != u.Port()):
		return "a port has one spelling"
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	ascii, err := loose().ToASCII(host)
	if err != nil {
		return "no international name"
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(ascii, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "no name of a host"
		}
	}
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return "it ends in a number and is no address"
	}
	return ""
}

// whyOnlyOurs says why net/url refuses what we read.
func whyOnlyOurs(s string, err error) string {
	var escape url.EscapeError
	switch {
	case errors.As(err, &escape):
		// In a host RFC 3986 has them for UTF-8 alone; in a path a browser
		// sends on what it cannot read.
		return "escapes"
	case err != nil && strings.Contains(s, "%"):
		return "escapes"
	}
	return ""
}

// loose maps names and lets pass what only our own parser refuses.
func loose() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))
}
