package allowlist

import (
	"errors"
	"testing"
)

func TestVisitHostReadsWhatIsTypedOrPasted(t *testing.T) {
	for typed, want := range map[string]string{
		"www.caf.fr":                           "www.caf.fr",
		"  WWW.Caf.FR ":                        "www.caf.fr",
		"https://www.caf.fr":                   "www.caf.fr",
		"HTTPS://www.caf.fr:443/a/b?c=d@e#f":   "www.caf.fr",
		"http://visa.example.org/":             "visa.example.org",
		"www.caf.fr/dossier/*":                 "www.caf.fr",
		"www.caf.fr.":                          "www.caf.fr",
		"préfecture.example":                   "xn--prfecture-c4a.example",
		"https://pr%C3%A9fecture.example/page": "xn--prfecture-c4a.example",
	} {
		got, err := VisitHost(typed)
		if err != nil || got != want {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, err, want)
			continue
		}
		if err := CanonicalVisitHost(got); err != nil {
			t.Errorf("%q is not canonical: %v", got, err)
		}
		if with, err := sampleList(t).With(got); err != nil {
			t.Errorf("%q cannot be added: %v", got, err)
		} else if d := with.Decide(Target{Host: got, Port: DefaultPort}); !d.Allowed() {
			t.Errorf("%q was added and is refused as %s", got, d.Reason)
		}
	}
}

func TestVisitHostSaysWhatIsWrong(t *testing.T) {
	for typed, want := range map[string]VisitFault{
		"":                         VisitEmpty,
		" ":                        VisitEmpty,
		"https:///x":               VisitEmpty,
		"192.168.1.1":              VisitNumber,
		"https://0x7f.1/":          VisitNumber,
		"2130706433":               VisitNumber,
		"[::1]":                    VisitNumber,
		"::1":                      VisitNumber,
		"*.caf.fr":                 VisitWildcard,
		"www.caf.fr:8443":          VisitPort,
		"ftp://www.caf.fr":         VisitScheme,
		"javascript://www.caf.fr":  VisitScheme,
		"https://www.caf.fr@x.org": VisitUser,
		"caf":                      VisitName,
		"le site de la caf":        VisitName,
		"www..caf.fr":              VisitName,
		"-caf.fr":                  VisitName,
	} {
		host, err := VisitHost(typed)
		var fault VisitFault
		if !errors.As(err, &fault) || fault != want || host != "" {
			t.Errorf("%q: %q, %v; want %q", typed, host, err, want)
		}
	}
	if err := CanonicalVisitHost("WWW.caf.fr"); err == nil {
		t.Error("a host in capitals passes as canonical")
	}
}

// FuzzVisitHost: whatever is typed, what comes out is canonical and can be
// added, or is refused as a collector.
func FuzzVisitHost(f *testing.F) {
	for _, seed := range []string{"www.caf.fr", "https://WWW.caf.fr:443/a?b#c", "*.caf.fr", "[::1]", "127.1", "é.fr", "a%2eb.fr", "xn--a.fr", "user@caf.fr", ":", "://"} {
		f.Add(seed)
	}
	list := sampleList(f)
	f.Fuzz(func(t *testing.T, typed string) {
		host, err := VisitHost(typed)
		if err != nil {
			if host != "" {
				t.Fatalf("%q: both %q and %v", typed, host, err)
			}
			return
		}
		if again, err := VisitHost(host); err != nil || again != host {
			t.Fatalf("%q gives %q, which gives %q, %v", typed, host, again, err)
		}
		if _, err := list.With(host); err != nil && list.Decide(Target{Host: host, Port: DefaultPort}).Reason != Collector {
			t.Fatalf("%q gives %q, which cannot be added: %v", typed, host, err)
		}
	})
}
