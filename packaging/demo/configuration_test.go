package demo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/bundle"
	"borne/packaging/demo"
	"borne/packaging/demo/authority"
)

func load(t *testing.T) (kiosk.Configuration, *allowlist.List) {
	t.Helper()
	ca, err := authority.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := demo.WriteBundle(dir, ca.CertificatePEM()); err != nil {
		t.Fatal(err)
	}
	c, list, faults := bundle.LoadDir(os.DirFS(dir))
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	if len(c.Settings.CACertificates) != 1 || c.Settings.CACertificates[0] != string(ca.CertificatePEM()) {
		t.Errorf("the written bundle trusts %q", c.Settings.CACertificates)
	}
	return c, list
}

func TestBundleOffersTheFourSites(t *testing.T) {
	c, _ := load(t)
	starts := map[kiosk.ServiceID]demo.Host{"caf": demo.Caf, "ameli": demo.Ameli, "impots": demo.Impots, "info-retraite": demo.InfoRetraite}
	for id, host := range starts {
		s, ok := c.Catalogue.Service(id)
		if !ok || s.Start != host.URL("/") {
			t.Errorf("service %q starts at %q, want %q", id, s.Start, host.URL("/"))
		}
	}
	if len(c.Catalogue.Services) != len(starts) {
		t.Errorf("%d services, want %d", len(c.Catalogue.Services), len(starts))
	}
	if c.Settings.IdleTimeout != 5*time.Minute {
		t.Errorf("idle timeout %v", c.Settings.IdleTimeout)
	}
}

func TestResolverKnowsEveryHost(t *testing.T) {
	names := demo.Resolver()
	for _, h := range append(demo.SiteHosts(), demo.Central) {
		if !demo.Network().Contains(names[string(h)]) {
			t.Errorf("%s is at %v, outside %v", h, names[string(h)], demo.Network())
		}
	}
}

// What the demonstration claims about each host must be what its allowlist says.
func TestBundleDecidesAsTheSitesTell(t *testing.T) {
	_, list := load(t)
	cases := map[string]allowlist.Reason{
		demo.Caf.URL("/"):                 allowlist.Service,
		demo.CafConnect.URL("/connexion"): allowlist.Service,
		demo.AmeliAccount.URL("/"):        allowlist.Service,
		demo.FranceConnect.URL("/"):       allowlist.Service,
		demo.CDN.URL("/static/style.css"): allowlist.Supporting,
		demo.Collector.URL("/mesure.js"):  allowlist.Collector,
		demo.Forbidden.URL("/"):           allowlist.HostNotListed,
		demo.Central.URL("/"):             allowlist.HostNotListed,
		"http://www.impots.borne.test/":   allowlist.Scheme,
		"https://46.30.200.10/":           allowlist.IPLiteral,
		"file:///etc/passwd":              allowlist.Scheme,
		"chrome://settings":               allowlist.Scheme,
	}
	for target, want := range cases {
		parsed, reason := allowlist.ParseTarget(target)
		if reason == "" {
			reason = list.Decide(parsed).Reason
		}
		if reason != want {
			t.Errorf("%s: %s, want %s", target, reason, want)
		}
	}
}
