package bundle_test

import (
	"testing"

	"borne/assets"
	"borne/kiosk/bundle"
)

// The bundle that ships has no fault, and every service opens its own start.
func TestDefaultBundle(t *testing.T) {
	c, list, faults := bundle.LoadDir(assets.Bundle())
	errs, _ := faults.Split()
	for _, f := range errs {
		t.Error(f)
	}
	if list == nil {
		t.Fatal("no allowlist")
	}
	if len(c.Catalogue.Services) < 35 {
		t.Errorf("%d services, want those of the default catalogue", len(c.Catalogue.Services))
	}
	for _, s := range c.Catalogue.Services {
		if d := list.Explain(s.Start); !d.Allowed() {
			t.Errorf("%s: start %s is refused: %s", s.ID, s.Start, d.Reason)
		}
		for _, text := range append(s.Tasks, s.Needs...) {
			if text["en"] == "" {
				t.Errorf("%s: %q has no English", s.ID, text["fr"])
			}
		}
		if len(s.Needs) == 0 {
			t.Errorf("%s: says nothing of what the person must bring", s.ID)
		}
	}
	themes := map[string]int{}
	for _, s := range c.Catalogue.Services {
		themes[string(s.Theme)]++
	}
	for _, th := range c.Catalogue.Themes {
		if themes[string(th.ID)] == 0 {
			t.Errorf("theme %s has no service", th.ID)
		}
	}
}
