package kiosk

import (
	"slices"
	"testing"
)

func TestLanguages(t *testing.T) {
	all := Languages()
	if all[0] != French {
		t.Error("the reference does not stand first")
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(all))); len(sorted) != len(all) {
		t.Errorf("a language stands twice among %q", all)
	}
	for _, l := range DefaultSettings().Languages {
		if !slices.Contains(all, l) {
			t.Errorf("%s is offered by default and is not a language of texts", l)
		}
	}
	var right []Language
	web := map[string]bool{}
	for _, l := range all {
		if l.RightToLeft() {
			right = append(right, l)
		}
		web[l.Web()] = true
	}
	if !slices.Equal(right, []Language{Arabic, Dari, Pashto}) {
		t.Errorf("right to left: %q", right)
	}
	// Easy French is the only one that websites cannot tell from another.
	if len(web) != len(all)-1 || web["fr-x-falc"] || web["fa-af"] || Language("").Web() != "fr" {
		t.Errorf("websites are told %v", web)
	}
}

func TestTextFallsBackToFrench(t *testing.T) {
	text := Text{French: "Accueil", English: "Home", Arabic: ""}
	for l, want := range map[Language]string{French: "Accueil", English: "Home", Arabic: "Accueil", EasyFrench: "Accueil", "xx": "Accueil"} {
		if got := text.In(l); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
	if got := (Text)(nil).In(French); got != "" {
		t.Errorf("nothing: %q", got)
	}
}
