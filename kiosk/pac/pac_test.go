package pac

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

// names is a resolver of a few hosts.
type names map[string]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	a, err := netip.ParseAddr(n[host])
	if err != nil {
		return nil, errors.New("no such host")
	}
	return []netip.Addr{a}, nil
}

// house are the names of an inner network.
var house = names{"www.exemple.fr": "203.0.113.7", "intranet.exemple.fr": "10.1.2.3"}

// ask evaluates a script at the other end of a pipe, as borned does.
func ask(t testing.TB, script, host string) ([]Way, error) {
	t.Helper()
	ours, theirs := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- Serve(theirs) }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	// A Thursday.
	now := time.Date(2026, 11, 19, 14, 30, 0, 0, time.FixedZone("", 3600))
	ways, err := Ask(ctx, ours, Question{Script: script, Host: host, URL: "https://" + host + "/", Now: now, Own: netip.MustParseAddr("10.0.0.9")}, house)
	ours.Close()
	<-served
	return ways, err
}

// TestScripts evaluates what administrations write.
func TestScripts(t *testing.T) {
	inside, outside := Way{Direct: true}, Way{Scheme: "http", Host: "proxy.exemple.fr:3128"}
	typical := `
function FindProxyForURL(url, host) {
	/* the house's own, and what is near */
	if (isPlainHostName(host) || dnsDomainIs(host, ".interne.exemple.fr") || shExpMatch(host, "10.*"))
		return "DIRECT";
	if (isInNet(dnsResolve(host), "10.0.0.0", "255.0.0.0")) return "DIRECT";
	return "PROXY proxy.exemple.fr:3128; HTTPS [fd00::2]:8443; SOCKS old.exemple.fr; DIRECT";
}`
	all := []Way{outside, {Scheme: "https", Host: "[fd00::2]:8443"}, inside}
	for name, tt := range map[string]struct {
		script, host string
		want         []Way
	}{
		"a plain name":          {typical, "intranet", []Way{inside}},
		"the inner domain":      {typical, "a.interne.exemple.fr", []Way{inside}},
		"an inner address":      {typical, "10.7.7.7", []Way{inside}},
		"a name that is inner":  {typical, "intranet.exemple.fr", []Way{inside}},
		"a name that is public": {typical, "www.exemple.fr", all},
		"a name without":        {typical, "none.exemple.fr", all},
		"caught":                {`function FindProxyForURL(u, h) { try { dnsResolve(h) } catch (e) {} return isResolvable(h) ? "DIRECT" : "PROXY p" }`, "www.exemple.fr", []Way{inside}},
		"own address":           {`function FindProxyForURL(u, h) { return "PROXY " + myIpAddress() + ":1" }`, "x.fr", []Way{{Scheme: "http", Host: "10.0.0.9:1"}}},
		"the URL has no path":   {`function FindProxyForURL(u, h) { return u == "https://" + h + "/" ? "DIRECT" : "" }`, "x.fr", []Way{inside}},
		"Microsoft's":           {`function FindProxyForURLEx(u, h) { return isInNetEx(h, "203.0.113.0/24") ? "DIRECT" : "PROXY p" }`, "www.exemple.fr", []Way{inside}},
		"modern":                {`const p = ["a", "b"]; const FindProxyForURL = undefined; globalThis.FindProxyForURL = (u, h) => p.map(x => ` + "`PROXY ${x}:1`" + `).join(";")`, "x.fr", nil},
	} {
		got, err := ask(t, tt.script, tt.host)
		if !reflect.DeepEqual(got, tt.want) || (err != nil) != (tt.want == nil) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, tt.want)
		}
	}
}

// TestBadScripts: what cannot be used is a fault that says why, and never the
// direct way.
func TestBadScripts(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"no script":       {"<html><title>Log in</title>", "SyntaxError"},
		"no function":     {"var x = 1", "no function FindProxyForURL"},
		"it throws":       {`function FindProxyForURL(u, h) { throw "a\nb" }`, "a b"},
		"nothing":         {`function FindProxyForURL(u, h) { }`, "returned no text"},
		"null":            {`function FindProxyForURL(u, h) { return null }`, "returned no text"},
		"empty":           {`function FindProxyForURL(u, h) { return "" }`, "returned no text"},
		"only what is no": {`function FindProxyForURL(u, h) { return "SOCKS a:1; PROXY ; DIRECT now; direct-ish" }`, ErrNoWay.Error()},
		"for ever":        {`function FindProxyForURL(u, h) { for (;;); }`, "too long"},
		"at once":         {`for (;;);`, "too long"},
		"deep":            {`function FindProxyForURL(u, h) { return FindProxyForURL(u, h) }`, ""},
		"long":            {`function FindProxyForURL(u, h) { return "DIRECT;".repeat(1e6) }`, "returned no text"},
		"many names":      {`function FindProxyForURL(u, h) { for (var i = 0; ; i++) if (i < 99) dnsResolve("a" + i + ".fr"); else return "DIRECT" }`, "more than 16 names"},
		"no escape":       {`function FindProxyForURL(u, h) { return typeof require + typeof process + typeof fetch + typeof XMLHttpRequest + typeof setTimeout == "undefined".repeat(5) ? "" : "DIRECT" }`, "returned no text"},
		"no constructor":  {`function FindProxyForURL(u, h) { return dnsResolve.constructor("return this")().dnsResolve === dnsResolve ? null : "DIRECT" }`, "returned no text"},
	} {
		ways, err := ask(t, tt.script, "www.exemple.fr")
		if ways != nil || err == nil || !strings.Contains(err.Error(), tt.want) || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%s: %v, %v; want %q", name, ways, err, tt.want)
		}
	}
}

// TestHelpers holds Netscape's functions to its description.
func TestHelpers(t *testing.T) {
	for expression, want := range map[string]string{
		`isPlainHostName("www")`: "true", `isPlainHostName("www.fr")`: "false",
		`dnsDomainIs("www.Exemple.fr", ".exemple.fr")`: "true", `dnsDomainIs("www", ".fr")`: "false",
		`localHostOrDomainIs("www.a.fr", "www.a.fr")`: "true", `localHostOrDomainIs("www", "www.a.fr")`: "true",
		`localHostOrDomainIs("www.b.fr", "www.a.fr")`: "false", `localHostOrDomainIs("ww", "www.a.fr")`: "false",
		`dnsDomainLevels("a.b.c")`: "2", `convert_addr("104.16.41.2")`: "1745889538",
		`shExpMatch("www.a.fr", "*.a.fr")`: "true", `shExpMatch("www.a.fr", "*.A.fr")`: "false", `shExpMatch("abc", "a?c")`: "true",
		`shExpMatch("abc", "a*b*c*")`: "true", `shExpMatch("abc", "")`: "false", `shExpMatch("a+b", "a+b")`: "true", `shExpMatch("aXb", "a.b")`: "false",
		`isInNet("www.exemple.fr", "203.0.113.0", "255.255.255.0")`: "true", `isInNet("10.1.2.3", "10.1.0.0", "255.255.255.0")`: "false",
		`isInNet("none.fr", "0.0.0.0", "0.0.0.0")`: "false", `dnsResolve("none.fr")`: "null", `isResolvable("www.exemple.fr")`: "true",
		`weekdayRange("THU")`: "true", `weekdayRange("MON", "FRI")`: "true", `weekdayRange("FRI", "MON")`: "false", `weekdayRange("SAT", "THU", "GMT")`: "true",
		`weekdayRange("X")`: "false", `weekdayRange()`: "false",
		`timeRange(14)`: "true", `timeRange(14, "GMT")`: "false", `timeRange(8, 18)`: "true", `timeRange(18, 8)`: "false", `timeRange(22, 15)`: "true",
		`timeRange(14, 30, 14, 30)`: "true", `timeRange(14, 31, 15, 0)`: "false", `timeRange(0, 0, 0, 14, 29, 59)`: "false", `timeRange(1, 2, 3)`: "false",
		`dateRange(19)`: "true", `dateRange("NOV")`: "true", `dateRange(2026)`: "true", `dateRange(2025)`: "false", `dateRange(20, 31)`: "false",
		`dateRange("OCT", "DEC")`: "true", `dateRange("DEC", "OCT")`: "false", `dateRange(1, "JAN", 30, "NOV")`: "true",
		`dateRange(1, "DEC", 2025, 31, "DEC", 2026)`: "true", `dateRange("NOV", 2026, "JAN", 2027)`: "true", `dateRange("x")`: "false", `dateRange()`: "false",
		`sortIpAddressList("10.0.0.2;::1;10.0.0.1")`: "::1;10.0.0.1;10.0.0.2",
	} {
		_, err := ask(t, fmt.Sprintf(`function FindProxyForURL(u, h) { throw "is " + %s }`, expression), "h.fr")
		if err == nil || !strings.HasPrefix(err.Error(), "is "+want+" ") && err.Error() != "is "+want {
			t.Errorf("%s %v, want %s", expression, err, want)
		}
	}
}

// TestProcessThatLies: what answers otherwise than the protocol is a fault.
func TestProcessThatLies(t *testing.T) {
	for name, said := range map[string]string{
		"not JSON": "nope", "nothing": "{}", "two things": `{"answer":"DIRECT","wants":"a.fr"}`, "a fault and an answer": `{"answer":"DIRECT","fault":"x"}`,
		"a name that is none": `{"wants":"a b"}`, "unknown": `{"answer":"DIRECT","more":1}`,
	} {
		ours, theirs := net.Pipe()
		go func() {
			var q Question
			_ = readFrame(theirs, &q)
			_, _ = theirs.Write(append([]byte{0, 0, 0, byte(len(said))}, said...))
			theirs.Close()
		}()
		ways, err := Ask(t.Context(), ours, Question{}, house)
		var fault FaultError
		if ways != nil || !errors.As(err, &fault) {
			t.Errorf("%s: %v, %v", name, ways, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for s, want := range map[string]string{
		"/etc/borne/proxy.pac": "/etc/borne/proxy.pac", "pac+http://wpad/wpad.dat": "pac+http://wpad/wpad.dat",
		"pac+https://u:geheim@proxy.fr:8/p.pac?key=geheim": "pac+https://proxy.fr:8/p.pac",
		"pac+https:///p.pac": "", "pac+ftp://a/p": "", "pac+file:///p": "", "pac+https://u:geheim%zz@a/": "", "pac+": "", "pac+http://a/#x": "",
	} {
		if !IsAddress(s) {
			t.Errorf("%s is no address", s)
		}
		a, err := ParseAddress(s)
		if err != nil && (want != "" || strings.Contains(err.Error(), "heim")) || err == nil && a.String() != want {
			t.Errorf("%s: %s, %v", s, a, err)
		}
	}
	a, err := ParseAddress("pac+https://u:geheim@proxy.fr/p.pac")
	if err != nil {
		t.Fatal(err)
	}
	if p, _ := a.User.Password(); p != "geheim" || a.URL.User != nil {
		t.Errorf("the password is for the proxies, and not for who serves the file: %+v", a)
	}
	if u := (Way{Scheme: "http", Host: "p:1"}).URL(a.User); u.String() != "http://u:geheim@p:1" {
		t.Error(u)
	}
	if IsAddress("http://proxy:3128") || IsAddress("direct") || IsAddress("") {
		t.Error("an address of a proxy is none of a file")
	}
}

// FuzzAnswer holds that an answer gives ways that can be gone, and the direct
// one only where the word is.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"DIRECT", "PROXY a:1; direct ;HTTPS [::1]:8", "SOCKS5 b", "PROXY http://a:1", "PROXY a:0", "PROXY a:65536;;", "PROXY [::1%eth0]:1",
		"PROXY a..b", "PROXY u:p@a:1", strings.Repeat("PROXY a;", 99), "PROXY ::1", "PROXY 1.2.3.4", "ＤＩＲＥＣＴ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ways, err := ParseAnswer(s)
		if (err == nil) == (len(ways) == 0) || len(ways) > maxWays {
			t.Fatal(ways, err)
		}
		for _, w := range ways {
			u := w.URL(nil)
			if w.Direct {
				if !strings.Contains(strings.ToUpper(s), "DIRECT") || u != nil || w.Host != "" {
					t.Fatalf("%q gives %+v", s, w)
				}
				continue
			}
			host, port, err := net.SplitHostPort(w.Host)
			if err != nil || host == "" || port == "" || strings.ContainsAny(w.Host, "/@ \r\n%") || u.Port() != port || u.User != nil {
				t.Fatalf("%q gives %+v, %v", s, w, err)
			}
		}
	})
}

// FuzzReply holds that whatever the process says is judged, and its words fit a
// log line.
func FuzzReply(f *testing.F) {
	for _, s := range []string{`{"answer":"DIRECT"}`, `{"wants":"a.fr"}`, `{"fault":"x\u0000\u2028"}`, `{`, `[]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		ours, theirs := net.Pipe()
		go func() {
			var q Question
			if readFrame(theirs, &q) == nil {
				_, _ = theirs.Write(append([]byte{0, 0, byte(len(said) >> 8), byte(len(said))}, said[:min(len(said), 0xffff)]...))
			}
			theirs.Close()
		}()
		ways, err := Ask(t.Context(), ours, Question{}, house)
		if (err == nil) == (len(ways) == 0) || err != nil && strings.ContainsAny(err.Error(), "\n\r\x00\u2028") {
			t.Fatal(ways, err)
		}
		ours.Close()
	})
}
