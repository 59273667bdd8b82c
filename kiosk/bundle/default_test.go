package bundle_test

import (
	"fmt"
	"testing"

	"borne/assets"
	"borne/kiosk"
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

// TestDefaultSpeaksEveryLanguage: a theme, a task or a need that lacks a
// language would be French among the visitor's own words. Easy French may
// leave to French what is easy already; a brand's name needs no other.
func TestDefaultSpeaksEveryLanguage(t *testing.T) {
	config, _, faults := bundle.LoadDir(assets.Bundle())
	if errs, _ := faults.Split(); len(errs) > 0 {
		t.Fatal(errs)
	}
	texts := map[string]kiosk.Text{}
	for _, theme := range config.Catalogue.Themes {
		texts["theme "+string(theme.ID)] = theme.Name
	}
	for _, service := range config.Catalogue.Services {
		if len(service.Name) > 1 {
			texts["name of "+string(service.ID)] = service.Name
		}
		for i, task := range service.Tasks {
			texts[fmt.Sprint("task ", i+1, " of ", service.ID)] = task
		}
		for i, need := range service.Needs {
			texts[fmt.Sprint("need ", i+1, " of ", service.ID)] = need
		}
		if len(service.Synonyms) < 2 {
			t.Errorf("%s is found by its own name only", service.ID)
		}
	}
	for what, text := range texts {
		for _, l := range kiosk.Languages() {
			if text[l] == "" && l != kiosk.EasyFrench {
				t.Errorf("%s has no %s", what, l)
			}
		}
	}
}
