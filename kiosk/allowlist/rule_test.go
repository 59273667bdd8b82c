package allowlist

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"borne/kiosk"
)

func TestParseRule(t *testing.T) {
	for _, host := range []string{"www.caf.fr", "*.caf.fr", "dossier.caf.fr:8443", "xn--impts-8ta.gouv.fr", "a-b.c1.fr", "*.3939.fr"} {
		r, err := ParseRule(kiosk.HostRule{Host: host})
		if err != nil || r.String() != host {
			t.Errorf("%s: %v, %v", host, r, err)
		}
	}
	for _, tt := range []struct {
		host   string
		offset int
		write  string
	}{
		{"", 0, "www.caf.fr"},
		{"WWW.caf.fr", 0, `write "www.caf.fr"`},
		{"*.caF.fr:8443", 4, `write "*.caf.fr:8443"`},
		{"impôts.gouv.fr", 3, `write "xn--impts-8ta.gouv.fr"`},
		{"www.caf.fr.", 10, `write "www.caf.fr"`},
		{"www.caf.fr:443", 10, `write "www.caf.fr"`},
		{"www.caf.fr:", 11, "leave the port out"},
		{"www.caf.fr:08443", 11, "443"},
		{"www.caf.fr:99999", 11, "443"},
		{" www.caf.fr", 0, `write "www.caf.fr"`},
		{"https://www.caf.fr/x", 0, `write "www.caf.fr"`},
		{"www.caf.fr/x", 10, "under paths"},
		{"a@www.caf.fr", 1, `write "www.caf.fr"`},
		{".caf.fr", 0, `write "*.caf.fr"`},
		{"*", 0, "*.caf.fr"},
		{"*.", 2, "write letters"},
		{"*.*.caf.fr", 2, "*.caf.fr"},
		{"www.*.fr", 4, "*.caf.fr"},
		{"*caf.fr", 0, "*.caf.fr"},
		{"10.0.0.1", 0, "name"},
		{"0x7f.1", 0, "name"},
		{"*.10.1", 2, "name"},
		{"[::1]", 0, "name"},
		{"localhost", 0, "full name"},
		{"www..fr", 4, "single dots"},
		{"-a.caf.fr", 0, "hyphens inside"},
		{"a-.caf.fr", 1, "hyphens inside"},
		{"a_b.caf.fr", 1, "letters, digits"},
		{"a b.caf.fr", 1, "letters, digits"},
		{"xn--a.fr", 0, "address bar"},
		{strings.Repeat("a", 64) + ".fr", 63, "letters"},
	} {
		_, err := ParseRule(kiosk.HostRule{Host: tt.host})
		var re *RuleError
		if !errors.As(err, &re) {
			t.Errorf("%q: error %v", tt.host, err)
			continue
		}
		if re.Offset != tt.offset || !strings.Contains(re.Hint, tt.write) || re.Part != "host" {
			t.Errorf("%q: offset %d, want %d; %v", tt.host, re.Offset, tt.offset, err)
		}
	}
	for _, tt := range []struct {
		path   string
		offset int
		write  string
	}{
		{"", 0, "leave paths out"}, {"a", 0, `write "/a"`}, {"/", 0, "leave paths out"}, {"/a?b", 2, `write "/a"`}, {"/a#", 2, `write "/a"`},
		{"/a b", 2, `write "/a"`}, {"/é", 1, "leave paths out"}, {"/a/é", 3, `write "/a/"`}, {"/a%2f", 2, `write "/a"`}, {"/a*", 2, `write "/a"`}, {"/a//b", 3, `write "/a/b"`}, {"/a/../b", 3, `write "/b"`},
	} {
		_, err := ParseRule(kiosk.HostRule{Host: "www.caf.fr", Paths: []string{"/ok", tt.path}})
		var re *RuleError
		if !errors.As(err, &re) || re.Part != "paths" || re.Index != 1 || re.Offset != tt.offset || !strings.Contains(re.Hint, tt.write) {
			t.Errorf("path %q: %+v", tt.path, err)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{"www.caf.fr", "*.caf.fr:8443", "impôts.gouv.fr", "https://x@y:1/", "*.", "..", "[::1]", "0x7f.1", "a:b:c", "xn--a.fr", "\xff."} {
		f.Add(s, "/a")
	}
	f.Fuzz(func(t *testing.T, host, path string) {
		r, err := ParseRule(kiosk.HostRule{Host: host, Paths: []string{path}})
		if err != nil {
			var re *RuleError
			if !errors.As(err, &re) || re.Hint == "" || re.Problem == "" || re.Offset < 0 || re.Offset > len(re.Text) {
				t.Fatalf("%q %q: %#v", host, path, err)
			}
			// Who does as told is not refused again.
			_, form, told := strings.Cut(re.Hint, `write "`)
			if quoted, _ := strconv.QuotedPrefix(`"` + form); told {
				better := kiosk.HostRule{Host: "www.caf.fr"}
				if form, _ = strconv.Unquote(quoted); re.Part == "host" {
					better.Host = form
				} else {
					better.Paths = []string{form}
				}
				if _, err := ParseRule(better); err != nil {
					t.Fatalf("%v; and then: %v", re, err)
				}
			}
			return
		}
		if r.String() != host {
			t.Fatalf("%q reads as %q", host, r)
		}
		name := r.Host
		if r.Wildcard {
			name = "x." + name
		}
		target, reason := ParseTarget("https://" + name + path)
		if reason != "" && len(name) <= maxHostBytes {
			t.Fatalf("rule %q names what no target can: %s", host, reason)
		}
		if reason == "" && !r.matchesHost(target.Host) {
			t.Fatalf("rule %q does not match %q", host, target.Host)
		}
	})
}
