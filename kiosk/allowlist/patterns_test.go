package allowlist

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"borne/kiosk"
)

// chromium is how Chromium chooses among URL filters ("URL Blocklist filter
// format" and FilterTakesPrecedence in its sources): an exact host before one
// with subdomains, then the longer host, then the longer path, then allow.
// "*" is the lowest, and blocks here.
func chromium(allow, block []string, target Target) bool {
	best, bestKey := false, []int(nil)
	try := func(filter string, allows bool) {
		u, err := url.Parse(filter)
		if err != nil {
			panic(err)
		}
		host, exact := strings.CutPrefix(u.Hostname(), ".")
		port := u.Port()
		hostOK := target.Host == host || !exact && strings.HasSuffix(target.Host, "."+host)
		portOK := port == "" || strings.HasSuffix(target.HostPort(), ":"+port)
		if !hostOK || !portOK || !strings.HasPrefix(target.Path, u.Path) {
			return
		}
		key := []int{0, len(host), len(u.Path), 0}
		if exact {
			key[0] = 1
		}
		if allows {
			key[3] = 1
		}
		if bestKey == nil || slices.Compare(key, bestKey) > 0 {
			best, bestKey = allows, key
		}
	}
	for _, f := range allow {
		try(f, true)
	}
	for _, f := range block {
		try(f, false)
	}
	return best
}

func TestPatterns(t *testing.T) {
	l := sampleList(t)
	wantAllow := []string{"https://.app.franceconnect.gouv.fr:443", "https://.ads.caf.fr:443", "https://.dossier.caf.fr:8443",
		"https://.www.impots.gouv.fr:443/aide/", "https://.www.impots.gouv.fr:443/particulier", "https://caf.fr:443",
		"http://.app.franceconnect.gouv.fr:80", "http://.www.impots.gouv.fr:80/aide/", "http://.www.impots.gouv.fr:80/particulier", "http://caf.fr:80"}
	slices.Sort(wantAllow)
	if got := l.URLAllowlist(); !slices.Equal(got, wantAllow) {
		t.Errorf("allow %q\nwant  %q", got, wantAllow)
	}
	wantBlock := []string{"https://.caf.fr:443", "https://.stats.caf.fr", "https://ads.caf.fr"}
	if got := l.URLBlocklist(); !slices.Equal(got, wantBlock) {
		t.Errorf("block %q\nwant  %q", got, wantBlock)
	}
	var none *List
	if none.URLAllowlist() != nil || none.URLBlocklist() != nil {
		t.Error("a nil list has patterns")
	}
}

func TestOutsidePaths(t *testing.T) {
	l := sampleList(t)
	for address, want := range map[string]bool{
		"https://www.impots.gouv.fr/particuliers":        true,
		"https://www.impots.gouv.fr/particulier-pro?a#b": true,
		"https://a:b@www.impots.gouv.fr/particuliers":    true,
		"https://www.impots.gouv.fr/particulier/..;/pro": true,
		"https://www.impots.gouv.fr/":                    true,
		"https://www.impots.gouv.fr/particulier?a":       false,
		"https://a:b@www.impots.gouv.fr/particulier/x":   false,
		"https://www.caf.fr/anything":                    false,
		"https://elsewhere.fr/":                          false, // the browser's own policy refuses it
		"http://www.impots.gouv.fr/particuliers":         false,
		"about:blank":                                    false,
		"blob:https://www.impots.gouv.fr/x":              false,
		"":                                               false,
	} {
		if got := l.OutsidePaths(address); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
	var none *List
	if none.OutsidePaths("https://www.impots.gouv.fr/") {
		t.Error("a nil list has paths")
	}
}

// The browser's patterns let a page through exactly where the list does.
func TestPatternsAgreeWithNavigable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, faults := Compile(kiosk.Catalogue{Services: []kiosk.Service{
			{ID: "s", Start: "https://start.y.fr/", Navigable: drawRules(t, "navigable"), Supporting: drawRules(t, "supporting")}}},
			kiosk.Policy{Collectors: drawRules(t, "collectors")})
		if l == nil {
			t.Fatalf("faults: %v", faults)
		}
		target := Target{Host: strings.Trim(drawHost(t, "host")+".z.fr", "."), Port: rapid.SampledFrom([]uint16{443, 8443}).Draw(t, "port"), Path: "/"}
		allow, block := l.URLAllowlist(), l.URLBlocklist()
		if got, want := chromium(allow, block, target), l.Navigable(target); got != want {
			t.Fatalf("%v: Chromium %v, list %v\nallow %q\nblock %q", target, got, want, allow, block)
		}
	})
}
