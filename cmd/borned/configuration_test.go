package main

import (
	"testing"

	"borne/kiosk"
	"borne/kiosk/bundle"
)

// TestOnlyTheCatalogueCounts: an id is counted when a catalogue that was in use
// has it, also once the next one is, since a visitor may answer after the end.
func TestOnlyTheCatalogueCounts(t *testing.T) {
	var c configuration
	if c.isService("caf") {
		t.Error("counted before there is a catalogue")
	}
	in := func(ids ...kiosk.ServiceID) *bundle.Bundle {
		b := &bundle.Bundle{}
		for _, id := range ids {
			b.Configuration.Catalogue.Services = append(b.Configuration.Catalogue.Services, kiosk.Service{ID: id})
		}
		return b
	}
	c.know(in("caf", "ameli"))
	c.know(in("ameli", "ants"))
	for id, want := range map[string]bool{"caf": true, "ameli": true, "ants": true, "dupont": false, "": false} {
		if c.isService(id) != want {
			t.Errorf("%q: %t", id, !want)
		}
	}
}
