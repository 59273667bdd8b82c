package allowlist

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"borne/kiosk"
)

// covered is the plainest reading of a rule: labels compared one by one.
func covered(host, rule string) bool {
	base, wildcard := strings.CutPrefix(rule, "*.")
	base, _, _ = strings.Cut(base, ":")
	h, b := strings.Split(host, "."), strings.Split(base, ".")
	if len(h) < len(b) || wildcard == (len(h) == len(b)) {
		return false
	}
	for i := range b {
		if h[len(h)-1-i] != b[len(b)-1-i] {
			return false
		}
	}
	return true
}

// A small alphabet makes rules meet, nest and shadow each other.
func drawHost(t *rapid.T, name string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "aa", "ab"}), 0, 3).Draw(t, name), ".")
}

func drawRules(t *rapid.T, name string) (out []kiosk.HostRule) {
	for range rapid.IntRange(0, 4).Draw(t, name) {
		wildcard := rapid.SampledFrom([]string{"", "*."}).Draw(t, "wildcard")
		out = append(out, rule(wildcard+strings.Trim(drawHost(t, "base")+".z.fr", ".")))
	}
	return out
}

// A plain list, walked from its first rule to its last, must agree with
// Decide; what is allowed is equal to or under a listed rule by label.
func TestDecideAgreesWithPlainReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nav, sup, col := drawRules(t, "navigable"), drawRules(t, "supporting"), drawRules(t, "collectors")
		l, faults := Compile(kiosk.Catalogue{Services: []kiosk.Service{
			{ID: "s", Start: "https://start.y.fr/", Navigable: nav, Supporting: sup}}}, kiosk.Policy{Collectors: col})
		if l == nil {
			t.Fatalf("faults: %v", faults)
		}
		host := strings.Trim(drawHost(t, "host")+".z.fr", ".")
		any := func(rules []kiosk.HostRule) bool {
			for _, r := range rules {
				if covered(host, r.Host) {
					return true
				}
			}
			return false
		}
		want := HostNotListed
		switch {
		case any(col):
			want = Collector
		case any(nav):
			want = Service
		case any(sup):
			want = Supporting
		}
		d := l.Explain("https://" + host + "/")
		if d.Reason != want || d.Allowed() != (want == Service || want == Supporting) || d.Allowed() && !covered(host, d.Rule) {
			t.Fatalf("%s: %+v, want %s\nnavigable %v supporting %v collectors %v", host, d, want, nav, sup, col)
		}
	})
}

func FuzzExplain(f *testing.F) {
	for _, s := range []string{
		"https://www.caf.fr/", "www.caf.fr:443", "https://www.caf.fr./a/../b", "https://caf.fr@evil.tld/", "https://evil.tld\\.caf.fr/",
		"https://0x7f.1/", "https://[::ffff:1.2.3.4]/", "https://①.1/", "https://www%2ecaf.fr", "https://xn--caf-dma.fr", "https://ｗｗｗ.caf.fr:443",
		"HTTPS://WWW.CAF.FR:8443/%2e%2e/", "http://www.caf.fr", "javascript://www.caf.fr/%0aalert(1)", "https://www.impots.gouv.fr/particulier/..;/x",
		"https://www.caf.fr#@evil.tld", "https://www.caf.fr?@evil.tld", "https://ß.caf.fr", "https://\u202e.caf.fr", "1.1.1.1:443", "::1:443",
	} {
		f.Add(s)
	}
	l := sampleList(f)
	f.Fuzz(func(t *testing.T, s string) {
		if line := FormatDecision(s, l.Explain(s)); strings.Count(line, "\t") != 3 || strings.ContainsAny(line, "\n\r\x1b\x00") {
			t.Fatalf("unsafe line %q", line)
		}
		target, reason := ParseTarget(s)
		if reason != "" {
			return
		}
		if !strings.Contains(target.Host, ".") {
			return // "ws:443" may be a scheme; no rule names a single label
		}
		// Canonical forms are fixed points, and decide as the original does.
		again, reason := ParseTarget(target.HostPort())
		if reason != "" || again.Host != target.Host || again.Port != target.Port {
			t.Fatalf("%q: canonical %q reads as %v %s", s, target.HostPort(), again, reason)
		}
		if target.Path != "" {
			if again, reason = ParseTarget("https://" + target.HostPort() + target.Path); reason != "" || again != target {
				t.Fatalf("%q: %v reads as %v %s", s, target, again, reason)
			}
		}
		d := l.Decide(target)
		if explained := l.Explain(s); explained != d {
			t.Fatalf("%q: explained as %+v, decided as %+v", s, explained, d)
		}
		if !d.Allowed() {
			return
		}
		// What passes as a page passes as a connection.
		if connect := l.Explain(target.HostPort()); !connect.Allowed() {
			t.Fatalf("%q is allowed, its connection to %q is not: %+v", s, target.HostPort(), connect)
		}
		if !covered(target.Host, d.Rule) {
			t.Fatalf("%q: %q is allowed by %q", s, target.Host, d.Rule)
		}
		// Where the standard library reads a plain name too, it is the same.
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "https" || strings.ContainsAny(u.Host, "%") || strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) >= 0 {
			return
		}
		if got := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."); got != target.Host {
			t.Fatalf("%q: net/url reads %q, we read %q", s, got, target.Host)
		}
	})
}
