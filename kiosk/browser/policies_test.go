package browser

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
)

func TestPolicyLimits(t *testing.T) {
	if _, err := Policies(PolicyInput{}); err == nil {
		t.Error("policies without a proxy were written")
	}
	if _, err := Policies(PolicyInput{Proxy: "127.0.0.1:1", AllowPatterns: make([]string, maxPatterns+1)}); err == nil {
		t.Error("more patterns than Chromium reads were written")
	}
}

// The installed Chromium must know every policy, and none may be deprecated or
// of the wrong type.
func TestChromiumKnowsEveryPolicy(t *testing.T) {
	policies, err := Policies(PolicyInput{
		AllowPatterns: []string{Pattern("www.caf.example", "443", "", false)}, Proxy: "127.0.0.1:9",
		CACertificates: [][]byte{newAuthority(t).der},
	})
	if err != nil {
		t.Fatal(err)
	}
	// The page that shows them is itself forbidden: open it for this test.
	policies["URLAllowlist"] = append(policies["URLAllowlist"].([]string), "chrome://policy")
	r := startBrowser(t, policies, "127.0.0.1:9", Control{})
	if err := r.Navigate(t.Context(), "chrome://policy"); err != nil {
		t.Fatal(err)
	}
	wait[Loaded](t, r.events, nil)
	text := r.evaluate(`import("chrome://resources/js/cr.js").then(m => new Promise(resolve => {
		m.addWebUiListener("policies-updated", (names, values) => resolve(JSON.stringify(values)));
		chrome.send("listenPoliciesUpdates") }))`)
	var shown struct {
		PolicyGroups map[string]struct {
			Policies map[string]struct {
				Value      any
				Error      string
				Warning    string
				Deprecated bool
				Future     bool
				Status     string
				Level      string
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	chrome := shown.PolicyGroups["chrome"].Policies
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		p, ok := chrome[name]
		if !ok || p.Level != "mandatory" {
			t.Errorf("%s is not in force (%+v)", name, p)
			continue
		}
		if p.Error != "" || p.Deprecated || p.Future || p.Warning != "" {
			t.Errorf("%s: error %q, warning %q, deprecated %v, future %v", name, p.Error, p.Warning, p.Deprecated, p.Future)
		}
		if want, got := normal(t, policies[name]), normal(t, p.Value); want != got && fmt.Sprintf("%q", want) != got {
			t.Errorf("%s: Chromium read %s, we wrote %s", name, got, want)
		}
	}
}

// normal is a value's JSON, also when it is JSON in a string.
func normal(t *testing.T, v any) string {
	t.Helper()
	if s, ok := v.(string); ok {
		var inner any
		if json.Unmarshal([]byte(s), &inner) == nil {
			v = inner
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
