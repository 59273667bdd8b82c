package allowlist

import (
	"strings"
	"testing"
	"time"
)

// However long a name is, it is refused at once.
func TestParseTargetOfALongName(t *testing.T) {
	var letters strings.Builder
	for i := range 60_000 {
		letters.WriteRune(rune(0x4e00 + i%20_000))
	}
	for _, host := range []string{letters.String(), letters.String() + ":443", "xn--" + strings.Repeat("a", 60_000), strings.Repeat("a.", 60_000) + "fr", strings.Repeat("é.", 60_000) + "fr"} {
		begin := time.Now()
		if _, reason := ParseTarget("https://" + host + "/"); reason != Malformed {
			t.Errorf("%.20q… is read, reason %q", host, reason)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%.20q… took %v", host, took)
		}
	}
	name := strings.Repeat("é.", 30) + "fr"
	if got, reason := ParseTarget("https://" + name); reason != "" || len(got.Host) < 200 {
		t.Errorf("%q is refused as %s", name, reason)
	}
}

func TestParseTarget(t *testing.T) {
	for _, tt := range []struct {
		in     string
		host   string // host:port and path when it parses
		path   string
		reason Reason
	}{
		{"https://www.caf.fr", "www.caf.fr:443", "/", ""},
		{"HTTPS://WWW.CAF.FR/Allocataires?x=1#y", "www.caf.fr:443", "/Allocataires", ""},
		{"https://www.caf.fr./", "www.caf.fr:443", "/", ""},
		{"https://www.caf.fr:443/", "www.caf.fr:443", "/", ""},
		{"https://www.caf.fr:/", "www.caf.fr:443", "/", ""},
		{"https://www.caf.fr:8443?q=a\\b", "www.caf.fr:8443", "/", ""},
		{"https://impôts.gouv.fr/", "xn--impts-8ta.gouv.fr:443", "/", ""},
		{"https://xn--impts-8ta.gouv.fr/", "xn--impts-8ta.gouv.fr:443", "/", ""},
		{"https://ｗｗｗ。caf．fr/", "www.caf.fr:443", "/", ""},
		{"https://www%2ecaf%2Efr/", "www.caf.fr:443", "/", ""},
		{"https://www.caf.fr/a/../b/./c", "www.caf.fr:443", "/b/c", ""},
		{"https://www.caf.fr/a/%2E%2e/../..", "www.caf.fr:443", "/", ""},
		{"https://www.caf.fr/a/..", "www.caf.fr:443", "/", ""},
		{"https://www.caf.fr/a/.", "www.caf.fr:443", "/a/", ""},
		{"https://www.caf.fr/é\"<>^`{|}'%zz", "www.caf.fr:443", "/%C3%A9%22%3C%3E%5E%60%7B%7C%7D'%zz", ""},
		{"https://XN--IMPTS-8TA.Gouv.FR", "xn--impts-8ta.gouv.fr:443", "/", ""},
		{"https://ca\u00adf.fr", "caf.fr:443", "/", ""},
		{"https://са\u0066.fr", "xn--f-7sb4c.fr:443", "/", ""}, // Cyrillic с and а
		{"https://WWW。CAF｡FR", "www.caf.fr:443", "/", ""},
		{"https://a--b.caf.fr/?\\@evil.tld#\\", "a--b.caf.fr:443", "/", ""},
		{"www.caf.fr:443", "www.caf.fr:443", "", ""},
		{"WWW.CAF.FR.:443", "www.caf.fr:443", "", ""},
		{"localhost:631", "localhost:631", "", ""},
		{"a_b.caf.fr:443", "a_b.caf.fr:443", "", ""},

		// Addresses, in every spelling that a browser resolves to one.
		{"https://127.0.0.1/", "", "", IPLiteral},
		{"https://127.1/", "", "", IPLiteral},
		{"https://2130706433/", "", "", IPLiteral},
		{"https://0x7f000001/", "", "", IPLiteral},
		{"https://0X7F.1/", "", "", IPLiteral},
		{"https://0x/", "", "", IPLiteral},
		{"https://0177.0.0.1/", "", "", IPLiteral},
		{"https://0300.0250.1/", "", "", IPLiteral},
		{"https://127.0.0.1./", "", "", IPLiteral},
		{"https://%31%32%37.0.0.1/", "", "", IPLiteral},
		{"https://①②⑦.0.0.1/", "", "", IPLiteral},
		{"https://１２７.1/", "", "", IPLiteral},
		{"https://[::1]/", "", "", IPLiteral},
		{"https://[::ffff:10.0.0.1]:443/", "", "", IPLiteral},
		{"https://[64:ff9b::a00:1]/", "", "", IPLiteral},
		{"127.0.0.1:443", "", "", IPLiteral},
		{"0x7f.1:443", "", "", IPLiteral},
		{"%31.1.1.1:443", "", "", IPLiteral},
		{"[::1]:443", "", "", IPLiteral},
		{"::1:443", "", "", IPLiteral},
		{"[::1]", "", "", IPLiteral},
		{"10.0.0.1", "", "", IPLiteral},

		{"fe80::1", "", "", IPLiteral},
		{"fe80::1%eth0:443", "", "", IPLiteral},
		{"fd00::1:443", "", "", IPLiteral},
		{"abcd::ffff:1.2.3.4", "", "", IPLiteral},
		{"[fe80::1%25eth0]:443", "", "", IPLiteral},
		{"https://[fe80::1%25eth0]/", "", "", IPLiteral},
		{"https://[::ffff:1.2.3.4]/", "", "", IPLiteral},
		{"https://[::FFFF:7f00:1]:8443/", "", "", IPLiteral},
		{"https://1.2.3/", "", "", IPLiteral},
		{"https://1.2.3./", "", "", IPLiteral},
		{"https://0x1.2.3./", "", "", IPLiteral},
		{"https://0x./", "", "", IPLiteral},
		{"https://0/", "", "", IPLiteral},
		{"https://0x0a.0x0000000001.0001/", "", "", IPLiteral},
		{"https://１。２．３｡４/", "", "", IPLiteral},
		{"https://%EF%BC%91.2.3.4/", "", "", IPLiteral},
		{"https://²/", "", "", IPLiteral},
		{"１.2.3.4:443", "", "", IPLiteral},
		{"1.2.3:80", "", "", IPLiteral},
		{"017700000001:443", "", "", IPLiteral},

		// Schemes.
		{"http://www.caf.fr/", "", "", Scheme},
		{"ftp://www.caf.fr/", "", "", Scheme},
		{"wss://www.caf.fr/", "", "", Scheme},
		{"javascript:alert(1)", "", "", Scheme},
		{"javascript:1", "", "", Scheme},
		{"data:text/html,<p>un deux", "", "", Scheme},
		{"view-source:https://www.caf.fr/", "", "", Scheme},
		{"file:///etc/passwd", "", "", Scheme},
		{"mailto:a@caf.fr", "", "", Scheme},
		{"tel:3949", "", "", Scheme},
		{"about:blank", "", "", Scheme},
		{"chrome://settings", "", "", Scheme},
		{"intent://www.caf.fr#Intent;end", "", "", Scheme},
		{"WSS://www.caf.fr/", "", "", Scheme},
		{"blob:https://www.caf.fr/0", "", "", Scheme},
		{"filesystem:https://www.caf.fr/temporary/0", "", "", Scheme},
		{"JavaScript:alert(1)//https://www.caf.fr/", "", "", Scheme},
		{"data:,x", "", "", Scheme},
		{"chrome:1", "", "", Scheme},
		{"httpss://www.caf.fr/", "", "", Scheme},
		{"h-t+t.p:x", "", "", Scheme},

		// Nothing is guessed.
		{"", "", "", Malformed},
		{"www.caf.fr", "", "", Malformed},
		{"//www.caf.fr/", "", "", Malformed},
		{"https:", "", "", Malformed},
		{"https:www.caf.fr", "", "", Malformed},
		{"https:/www.caf.fr", "", "", Malformed},
		{"https:///www.caf.fr", "", "", Malformed},
		{"https://", "", "", Malformed},
		{"https://./", "", "", Malformed},
		{"https://www.caf.fr@evil.tld/", "", "", Malformed},
		{"https://user:pass@www.caf.fr/", "", "", Malformed},
		{"https://@www.caf.fr/", "", "", Malformed},
		{"https://evil.tld\\@www.caf.fr/", "", "", Malformed},
		{"https://www.caf.fr\\.evil.tld/", "", "", Malformed},
		{"https://www.caf.fr/a\\b", "", "", Malformed},
		{" https://www.caf.fr/", "", "", Malformed},
		{"https://www.caf.fr/ ", "", "", Malformed},
		{"https://www.caf.fr/\n", "", "", Malformed},
		{"https://www.\tcaf.fr/", "", "", Malformed},
		{"https://www.caf.fr\x00.evil.tld/", "", "", Malformed},
		{"https://www.caf.fr%00.evil.tld/", "", "", Malformed},
		{"https://www.caf.fr%2f.evil.tld/", "", "", Malformed},
		{"https://evil.tld%23.www.caf.fr/", "", "", Malformed},
		{"https://www.caf.fr%/", "", "", Malformed},
		{"https://www%252ecaf.fr/", "", "", Malformed},
		{"https://www..caf.fr/", "", "", Malformed},
		{"https://www.caf.fr../", "", "", Malformed},
		{"https://.caf.fr/", "", "", Malformed},
		{"https://*.caf.fr/", "", "", Malformed},
		{"https://www.caf.fr:0/", "", "", Malformed},
		{"https://www.caf.fr:65536/", "", "", Malformed},
		{"https://www.caf.fr:+443/", "", "", Malformed},
		{"https://www.caf.fr:443:443/", "", "", Malformed},
		{"https://xn--a/", "", "", Malformed},
		{"https://1.2.3.4.5/", "", "", Malformed},
		{"https://256.1.1.1/", "", "", Malformed},
		{"https://www.caf.0x1/", "", "", Malformed},
		{"https://[::1/", "", "", Malformed},
		{"https://[caf.fr]/", "", "", Malformed},
		{"https://\xff.caf.fr/", "", "", Malformed},
		{"https://www.caf.fr/\xff", "", "", Malformed},
		{"ht\ttps://www.caf.fr/", "", "", Malformed},
		{"https//www.caf.fr/", "", "", Malformed},
		{"https:\\\\www.caf.fr/", "", "", Malformed},
		{"https:/\\www.caf.fr/", "", "", Malformed},
		{"https://www.caf.fr\u00a0.evil.tld/", "", "", Malformed},
		{"https://www.caf.fr／.evil.tld/", "", "", Malformed},
		{"https://www.caf.fr℀.evil.tld/", "", "", Malformed},
		{"https://www.caf.fr:４４３/", "", "", Malformed},
		{"https://www.caf.fr:00443/", "", "", Malformed},
		{"https://www.caf.fr:-1/", "", "", Malformed},
		{"https://www.caf.fr:4 43/", "", "", Malformed},
		{"https://www.caf.fr:443@evil.tld/", "", "", Malformed},
		{"https://xn--.caf.fr/", "", "", Malformed},
		{"https://xn--caf-.fr/", "", "", Malformed},
		{"https://xn--ls8h-.fr/", "", "", Malformed},
		{"https://a\u200db.fr/", "", "", Malformed},
		{"https://-caf.fr/", "", "", Malformed},
		{"https://caf-.fr/", "", "", Malformed},
		{"https://1.2.3.08/", "", "", Malformed},
		{"https://4294967296/", "", "", Malformed},
		{"https://1.2.3.4../", "", "", Malformed},
		{"https://[1.2.3.4]/", "", "", Malformed},
		{"https://[v1.a]/", "", "", Malformed},
		{"https://[::1]x/", "", "", Malformed},
		{"https://%5b::1%5d/", "", "", Malformed},
		{"https://::1/", "", "", Malformed},
		{"https://\u00ad/", "", "", Malformed},
		{"www.caf.fr:", "", "", Malformed},
		{"www.caf.fr:0443", "", "", Malformed},
		{"www.caf.fr:443/", "", "", Malformed},
		{"www%2ecaf.fr:443", "", "", Malformed},
		{"a@www.caf.fr:443", "", "", Malformed},
		{":443", "", "", Malformed},
		{"https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.caf.fr/", "", "", Malformed},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, reason := ParseTarget(tt.in)
			if reason != tt.reason {
				t.Fatalf("reason = %q, want %q (target %v)", reason, tt.reason, got)
			}
			if reason != "" {
				if got != (Target{}) {
					t.Fatalf("target = %v beside reason %q", got, reason)
				}
				return
			}
			if got.HostPort() != tt.host || got.Path != tt.path {
				t.Fatalf("got %s %s, want %s %s", got.HostPort(), got.Path, tt.host, tt.path)
			}
		})
	}
}
