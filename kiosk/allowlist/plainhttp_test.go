package allowlist

import (
	"testing"

	"borne/kiosk"
)

// A shared host is redirected only if all services that list it agree.
func TestRedirectsHTTP(t *testing.T) {
	c, p := sample()
	refuses := kiosk.Service{ID: "refuses", Start: "https://start.refuses.fr/", PlainHTTP: kiosk.PlainHTTPRefuse,
		Navigable: []kiosk.HostRule{rule("own.refuses.fr"), rule("shared.refuses.fr"), rule("deep.caf.fr")}, Supporting: rules("www.impots.gouv.fr")}
	agrees := kiosk.Service{ID: "agrees", Start: "https://start.agrees.fr/", PlainHTTP: kiosk.PlainHTTPRedirect,
		Navigable: []kiosk.HostRule{rule("shared.refuses.fr")}}
	for name, services := range map[string][]kiosk.Service{"refuses first": {refuses, agrees}, "agrees first": {agrees, refuses}} {
		t.Run(name, func(t *testing.T) {
			c := c
			c.Services = append(services, c.Services...)
			l := mustCompile(t, c, p)
			if with, err := l.With("added.example.fr"); err != nil {
				t.Fatal(err)
			} else {
				l = with
			}
			for target, want := range map[string]bool{
				"https://www.caf.fr/":                    true,
				"https://start.agrees.fr/":               true,
				"https://www.impots.gouv.fr/particulier": true, // only a support of the service that refuses
				"https://www.impots.gouv.fr/":            false,
				"https://app.franceconnect.gouv.fr/":     true,
				"https://own.refuses.fr/":                false,
				"https://start.refuses.fr/":              false,
				"https://shared.refuses.fr/":             false,
				"https://deep.caf.fr/":                   false, // also under *.caf.fr, whose service agrees
				"https://cdn.caf-static.fr/":             false,
				"https://stats.caf.fr/":                  false,
				"https://elsewhere.fr/":                  false,
				"https://dossier.caf.fr:8443/":           true,
				"https://added.example.fr/":              true,
			} {
				to, reason := ParseTarget(target)
				if reason != "" {
					t.Fatal(target, reason)
				}
				if got := l.RedirectsHTTP(to); got != want {
					t.Errorf("%s: %v, want %v", target, got, want)
				}
			}
		})
	}
	c.Services[0].PlainHTTP = kiosk.PlainHTTPRefuse
	if mustCompile(t, c, p).RedirectsHTTP(Target{Host: "app.franceconnect.gouv.fr", Port: 443, Path: "/"}) {
		t.Error("a host of a group is redirected against the service that names the group")
	}
	var none *List
	if none.RedirectsHTTP(Target{Host: "www.caf.fr", Port: 443, Path: "/"}) {
		t.Error("a nil list redirects")
	}
	c.Services[0].PlainHTTP = "forward"
	if l, faults := Compile(c, p); l != nil || len(faults) != 1 || faults[0].Path() != "services[0].plain_http" {
		t.Errorf("an unknown word passed: %v", faults)
	}
}
