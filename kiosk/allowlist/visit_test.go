package allowlist

import (
	"slices"
	"strings"
	"testing"
)

func TestWithAddsOneHostToACopy(t *testing.T) {
	l := sampleList(t)
	for _, host := range []string{"www.pole.example.fr", "caf.fr", "www.impots.gouv.fr", "www.caf.fr", "ads.caf.fr"} {
		with, err := l.With(host)
		if err != nil {
			t.Fatal(err)
		}
		before, after := l.Explain("https://"+host+"/x"), with.Explain("https://"+host+"/x")
		if want := (Decision{Allow, Service, host}); after != want {
			t.Errorf("%s: %+v, want %+v", host, after, want)
		}
		if again := l.Explain("https://" + host + "/x"); again != before {
			t.Errorf("%s: the list itself changed: %+v, was %+v", host, again, before)
		}
		for _, other := range []string{"https://x." + host + "/", "https://evil" + host + "/", host + ".evil.tld:443", host + ":8443", "https://stats.caf.fr/"} {
			if was, is := l.Explain(other), with.Explain(other); is != was {
				t.Errorf("with %s, %s: %+v, was %+v", host, other, is, was)
			}
		}
		if p := "https://." + host + ":443"; !slices.Contains(with.URLAllowlist(), p) || slices.Contains(with.URLBlocklist(), p) {
			t.Errorf("with %s: allow %q, block %q", host, with.URLAllowlist(), with.URLBlocklist())
		}
		if with.Len() != l.Len()+1 {
			t.Errorf("%d rules, want one more than %d", with.Len(), l.Len())
		}
	}
}

func TestWithTwiceKeepsBoth(t *testing.T) {
	one, err := sampleList(t).With("a.example.fr")
	if err != nil {
		t.Fatal(err)
	}
	left, err1 := one.With("b.example.fr")
	right, err2 := one.With("c.example.fr")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for target, want := range map[string][3]bool{
		"a.example.fr:443": {true, true, true}, "b.example.fr:443": {false, true, false}, "c.example.fr:443": {false, false, true},
	} {
		if got := [3]bool{one.Explain(target).Allowed(), left.Explain(target).Allowed(), right.Explain(target).Allowed()}; got != want {
			t.Errorf("%s: %v, want %v", target, got, want)
		}
	}
}

func TestWithRefuses(t *testing.T) {
	l := sampleList(t)
	for host, want := range map[string]string{
		"":                    "empty host",
		"*.example.fr":        `without "*."`,
		"www.example.fr:8443": `write "www.example.fr"`,
		"www.example.fr:443":  `write "www.example.fr"`,
		"WWW.Example.fr":      `write "www.example.fr"`,
		"https://www.a.fr/":   `write "www.a.fr"`,
		"192.0.2.1":           "addresses are always refused",
		"localhost":           "full name",
		"stats.caf.fr":        `collector rule "stats.caf.fr"`,
		"x.ads.caf.fr":        `collector rule "*.ads.caf.fr"`,
	} {
		with, err := l.With(host)
		if err == nil || with != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: list %v, error %v, want %q", host, with != nil, err, want)
		}
	}
	var none *List
	if with, err := none.With("www.example.fr"); err == nil || with != nil {
		t.Error("a nil list was added to")
	}
}
