package allowlist

import (
	"slices"
	"strings"
	"testing"

	"borne/kiosk"
)

func rule(host string, paths ...string) kiosk.HostRule {
	return kiosk.HostRule{Host: host, Paths: paths, Verified: "2026-01-15"}
}

func rules(hosts ...string) (out []kiosk.HostRule) {
	for _, h := range hosts {
		out = append(out, rule(h))
	}
	return out
}

// sample is a small catalogue with every kind of rule.
func sample() (kiosk.Catalogue, kiosk.Policy) {
	return kiosk.Catalogue{Services: []kiosk.Service{
			{ID: "caf", Start: "https://www.caf.fr/allocataires", Navigable: rules("*.caf.fr", "dossier.caf.fr:8443"),
				Supporting: rules("cdn.caf-static.fr"), Groups: []string{"franceconnect"}},
			{ID: "impots", Start: "https://www.impots.gouv.fr/particulier/accueil",
				Navigable: []kiosk.HostRule{rule("www.impots.gouv.fr", "/particulier", "/aide/")}},
		}}, kiosk.Policy{
			Groups: map[string]kiosk.HostGroup{"franceconnect": {
				Navigable: rules("app.franceconnect.gouv.fr"), Supporting: rules("*.idp-static.fr")}},
			Collectors: rules("stats.caf.fr", "*.ads.caf.fr", "www.google-analytics.com"),
		}
}

func sampleList(t testing.TB) *List {
	c, p := sample()
	return mustCompile(t, c, p)
}

func mustCompile(t testing.TB, c kiosk.Catalogue, p kiosk.Policy) *List {
	t.Helper()
	l, faults := Compile(c, p)
	if l == nil {
		t.Fatalf("faults: %v", faults)
	}
	return l
}

func TestDecide(t *testing.T) {
	l := sampleList(t)
	for _, tt := range []struct {
		target, want string
	}{
		{"https://www.caf.fr/", "allow service *.caf.fr"},
		{"https://a.b.c.caf.fr/x", "allow service *.caf.fr"},
		{"www.caf.fr:443", "allow service *.caf.fr"},
		{"https://caf.fr/", "deny host-not-listed -"},
		{"https://evilcaf.fr/", "deny host-not-listed -"},
		{"https://caf.fr.evil.tld/", "deny host-not-listed -"},
		{"https://www.caf.fr.evil.tld/", "deny host-not-listed -"},
		{"https://dossier.caf.fr:8443/", "allow service dossier.caf.fr:8443"},
		{"https://dossier.caf.fr/", "allow service *.caf.fr"},
		{"www.caf.fr:22", "deny port *.caf.fr"},
		{"https://www.caf.fr:8443/", "deny port *.caf.fr"},
		{"evil.tld:22", "deny host-not-listed -"},
		{"https://cdn.caf-static.fr/app.js", "allow supporting cdn.caf-static.fr"},
		{"https://x.idp-static.fr/", "allow supporting *.idp-static.fr"},
		{"https://app.franceconnect.gouv.fr/", "allow service app.franceconnect.gouv.fr"},
		{"https://stats.caf.fr/", "deny collector stats.caf.fr"},
		{"stats.caf.fr:8443", "deny collector stats.caf.fr"},
		{"https://x.stats.caf.fr/", "allow service *.caf.fr"},
		{"https://ads.caf.fr/", "allow service *.caf.fr"},
		{"https://x.ads.caf.fr/", "deny collector *.ads.caf.fr"},
		{"https://www.google-analytics.com/", "deny collector www.google-analytics.com"},
		{"https://www.impots.gouv.fr/particulier", "allow service www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particulier/accueil?x", "allow service www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/aide/a", "allow service www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/aide", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particuliers", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particulier/../pro", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particulier/%2e%2e/pro", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particulier/..%2fpro", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particulier/%252e%252e/pro", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/particulier/..;/pro", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr//particulier", "deny host-not-listed www.impots.gouv.fr"},
		{"https://www.impots.gouv.fr/%70articulier", "deny host-not-listed www.impots.gouv.fr"},
		{"www.impots.gouv.fr:443", "allow service www.impots.gouv.fr"},
		{"https://127.1/", "deny ip-literal -"},
		{"http://www.caf.fr/", "deny scheme -"},
		{"nothing", "deny malformed -"},
	} {
		t.Run(tt.target, func(t *testing.T) {
			line := FormatDecision(tt.target, l.Explain(tt.target))
			got := strings.Join(strings.Split(line, "\t")[1:], " ")
			if got != tt.want {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNavigable(t *testing.T) {
	l := sampleList(t)
	for target, want := range map[string]bool{
		"https://www.caf.fr/":         true,
		"https://cdn.caf-static.fr/":  false,
		"https://stats.caf.fr/":       false,
		"https://www.impots.gouv.fr/": false,
	} {
		tt, _ := ParseTarget(target)
		if got := l.Navigable(tt); got != want {
			t.Errorf("Navigable(%s) = %v", target, got)
		}
	}
}

func TestZeroDenies(t *testing.T) {
	var l *List
	var d Decision
	for _, d := range []Decision{l.Decide(Target{Host: "www.caf.fr", Port: 443}), l.Explain("https://www.caf.fr"), d, (&List{}).Decide(Target{})} {
		if d.Allowed() {
			t.Errorf("%+v allows", d)
		}
	}
	if got := FormatDecision("x", d); got != "x\tdeny\tno-session\t-" {
		t.Errorf("zero decision: %q", got)
	}
	if l.Navigable(Target{Host: "www.caf.fr", Port: 443, Path: "/"}) {
		t.Error("a nil list navigates")
	}
}

func TestCompileFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*kiosk.Catalogue, *kiosk.Policy)
		path   string
		part   string // of the message
		warns  bool
	}{
		"upper case":       {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Navigable[0].Host = "*.Caf.fr" }, "services[0].navigable[0].host", `write "*.caf.fr"`, false},
		"public suffix":    {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Supporting[0].Host = "*.gouv.fr" }, "services[0].supporting[0].host", "write the hosts one by one", false},
		"private suffix":   {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Supporting[0].Host = "*.cloudfront.net" }, "services[0].supporting[0].host", "one by one", false},
		"in a group":       {func(_ *kiosk.Catalogue, p *kiosk.Policy) { p.Groups["franceconnect"].Supporting[0].Host = "caf" }, "groups.franceconnect.supporting[0].host", "full name", false},
		"in collectors":    {func(_ *kiosk.Catalogue, p *kiosk.Policy) { p.Collectors[1].Host = "https://ads.fr/x" }, "collectors[1].host", `write "ads.fr"`, false},
		"no such group":    {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Groups[0] = "france-connect" }, "services[0].groups[0]", "franceconnect", false},
		"unused group":     {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Groups = nil }, "groups.franceconnect", "no service uses", true},
		"path":             {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[1].Navigable[0].Paths[1] = "aide" }, "services[1].navigable[0].paths[1]", `write "/aide"`, false},
		"supporting path":  {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Supporting[0].Paths = []string{"/x"} }, "services[0].supporting[0].paths[0]", "remove paths", false},
		"not a day":        {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Navigable[0].Verified = "yes" }, "services[0].navigable[0].verified", "2006-01-02", false},
		"unverified":       {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Navigable[0].Verified = "no" }, "services[0].navigable[0].host", "never verified", true},
		"start path":       {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[1].Start = "https://www.impots.gouv.fr/pro" }, "services[1].start", "refused by its own rules", false},
		"start collector":  {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://stats.caf.fr/" }, "services[0].start", "remove the collector", false},
		"start scheme":     {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "http://www.caf.fr/" }, "services[0].start", "(scheme)", false},
		"start host:port":  {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "www.caf.fr:443" }, "services[0].start", "https://www.caf.fr/", false},
		"start address":    {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://10.1/" }, "services[0].start", "(ip-literal)", false},
		"top level":        {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Supporting[0].Host = "*.fr" }, "services[0].supporting[0].host", "one by one", false},
		"pages of others":  {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Supporting[0].Host = "*.github.io" }, "services[0].supporting[0].host", "anyone may register a name under github.io", false},
		"towns of others":  {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Supporting[0].Host = "*.co.uk:8443" }, "services[0].supporting[0].host", "one by one", false},
		"start upper case": {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://WWW.caf.fr/A?b" }, "services[0].start", `write "https://www.caf.fr/A?b"`, false},
		"start port":       {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://www.caf.fr:443" }, "services[0].start", `write "https://www.caf.fr"`, false},
		"start accent":     {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://impôts.gouv.fr/é" }, "services[0].start", `write "https://xn--impts-8ta.gouv.fr/é"`, false},
		"start user":       {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://a@www.caf.fr/" }, "services[0].start", "(malformed)", false},
		"start underscore": {func(c *kiosk.Catalogue, _ *kiosk.Policy) { c.Services[0].Start = "https://a_b.fr/" }, "services[0].start", "may not stand", false},
		"shadowed": {func(c *kiosk.Catalogue, _ *kiosk.Policy) {
			c.Services[0].Navigable = append(c.Services[0].Navigable, rule("www.caf.fr"))
		}, "services[0].navigable[2].host", `"*.caf.fr" covers it`, true},
		"shadowed by a group": {func(c *kiosk.Catalogue, _ *kiosk.Policy) {
			c.Services[0].Navigable = append(c.Services[0].Navigable, rule("app.franceconnect.gouv.fr"))
		}, "services[0].navigable[2].host", `"app.franceconnect.gouv.fr" in the group franceconnect covers it`, true},
		"collector twice": {func(_ *kiosk.Catalogue, p *kiosk.Policy) { p.Collectors = append(p.Collectors, rule("x.ads.caf.fr")) },
			"collectors[3].host", `"*.ads.caf.fr" covers it`, true},
		"paths for nothing": {func(c *kiosk.Catalogue, _ *kiosk.Policy) {
			c.Services[0].Navigable = append(c.Services[0].Navigable, rule("www.impots.gouv.fr"))
		}, "services[1].navigable[0].paths[0]", `the service caf lists "www.impots.gouv.fr" without paths`, true},
		"written twice": {func(c *kiosk.Catalogue, _ *kiosk.Policy) {
			c.Services[0].Navigable = append(c.Services[0].Navigable, rule("*.caf.fr"))
		}, "services[0].navigable[2].host", `"*.caf.fr" covers it`, true},
		"collected": {func(c *kiosk.Catalogue, _ *kiosk.Policy) {
			c.Services[0].Supporting = append(c.Services[0].Supporting, rule("x.ads.caf.fr"))
		}, "services[0].supporting[1].host", `collector rule "*.ads.caf.fr"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			c, p := sample()
			tt.change(&c, &p)
			l, faults := Compile(c, p)
			i := slices.IndexFunc(faults, func(f Fault) bool { return f.Path() == tt.path })
			if i < 0 {
				t.Fatalf("no fault at %s: %v", tt.path, faults)
			}
			if f := faults[i]; !strings.Contains(f.Message, tt.part) || f.Warning != tt.warns {
				t.Fatalf("fault %v (warning %v), want %q", f, f.Warning, tt.part)
			}
			if (l != nil) != tt.warns || slices.ContainsFunc(faults, func(f Fault) bool { return f.Path() != tt.path && !f.Warning }) {
				t.Fatalf("list %v, faults %v", l != nil, faults)
			}
		})
	}
}
