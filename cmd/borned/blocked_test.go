package main

import (
	"testing"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/browser"
	"borne/kiosk/egress"
)

func TestWhyBlocked(t *testing.T) {
	list, faults := allowlist.Compile(kiosk.Catalogue{Services: []kiosk.Service{{
		ID: "caf", Start: "https://www.caf.example.fr/allocataires",
		Navigable:  []kiosk.HostRule{{Host: "www.caf.example.fr", Paths: []string{"/allocataires"}}},
		Supporting: []kiosk.HostRule{{Host: "cdn.example.fr"}},
	}}}, kiosk.Policy{})
	for _, f := range faults {
		t.Log(f.Error())
	}
	if list == nil {
		t.Fatal("no list")
	}
	const policy, proxy, certificate, network = browser.CausePolicy, browser.CauseProxy, browser.CauseCertificate, browser.CauseNetwork
	for _, c := range []struct {
		cause   browser.Cause
		url     string
		last    egress.Refusal
		reason  kiosk.Reason
		host    string
		counted bool
	}{
		{policy, "https://evil.example.com/x", egress.Refusal{}, kiosk.ReasonHostNotListed, "evil.example.com", false},
		{policy, "https://www.caf.example.fr/autre", egress.Refusal{}, kiosk.ReasonHostNotListed, "www.caf.example.fr", false},
		{policy, "https://cdn.example.fr/", egress.Refusal{}, kiosk.ReasonHostNotListed, "cdn.example.fr", false}, // pages may, nobody may go there
		{policy, "https://www.caf.example.fr:8443/", egress.Refusal{}, kiosk.ReasonPort, "www.caf.example.fr", false},
		{policy, "http://www.caf.example.fr/", egress.Refusal{}, kiosk.ReasonScheme, "www.caf.example.fr", false},
		{policy, "https://127.0.0.1/", egress.Refusal{}, kiosk.ReasonIPLiteral, "127.0.0.1", false},
		{policy, "mailto:a@b.fr", egress.Refusal{}, kiosk.ReasonScheme, "", false},
		{policy, "intent://x#Intent;end", egress.Refusal{}, kiosk.ReasonScheme, "x", false},
		{policy, "about:blank#blocked", egress.Refusal{}, kiosk.ReasonScheme, "", false},
		{policy, "https://a@www.caf.example.fr/", egress.Refusal{}, kiosk.ReasonMalformed, "www.caf.example.fr", false},
		{certificate, "https://www.caf.example.fr/", egress.Refusal{}, kiosk.ReasonCertificate, "www.caf.example.fr", false},
		// Chromium says the same of a host that is refused and one that is down.
		{proxy, "https://www.caf.example.fr/allocataires", egress.Refusal{}, "", "www.caf.example.fr", false},
		{proxy, "https://www.caf.example.fr/allocataires", egress.Refusal{Reason: kiosk.ReasonPrivateAddress, Host: "www.caf.example.fr"},
			kiosk.ReasonPrivateAddress, "www.caf.example.fr", true},
		{proxy, "https://www.caf.example.fr/allocataires", egress.Refusal{Reason: kiosk.ReasonCollector, Host: "pixel.example.com"}, "", "www.caf.example.fr", false},
		{proxy, "https://evil.example.com/", egress.Refusal{}, kiosk.ReasonHostNotListed, "evil.example.com", true},
		{network, "https://www.caf.example.fr/allocataires", egress.Refusal{}, "", "www.caf.example.fr", false},
	} {
		reason, counted := whyBlocked(list, browser.Failed{Cause: c.cause, URL: c.url}, c.last, true)
		if reason != c.reason || counted != c.counted {
			t.Errorf("%s %s: got %q, counted %t", c.cause, c.url, reason, counted)
		}
		if host := hostOf(c.url); host != c.host {
			t.Errorf("%s: host %q", c.url, host)
		}
	}
	// A certificate that is out of date: the site's fault, or the clock's.
	for confirmed, want := range map[bool]kiosk.Reason{true: kiosk.ReasonCertificate, false: kiosk.ReasonClock} {
		f := browser.Failed{Cause: browser.CauseClock, URL: "https://www.caf.example.fr/"}
		if reason, counted := whyBlocked(list, f, egress.Refusal{}, confirmed); reason != want || counted {
			t.Errorf("out of date, clock confirmed %t: %q", confirmed, reason)
		}
	}
	// No visit: nothing is allowed, and nothing panics.
	if reason, _ := whyBlocked(nil, browser.Failed{Cause: policy, URL: "https://www.caf.example.fr/"}, egress.Refusal{}, true); reason != kiosk.ReasonNoSession {
		t.Errorf("without a list: %q", reason)
	}
}
