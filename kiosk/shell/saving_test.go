package shell

import (
	"strings"
	"testing"

	"borne/kiosk"
)

// withKeys is a visit that received documents, on a borne that keeps them on
// keys.
func withKeys(t *testing.T) (*fixture, func(kiosk.KeyState, kiosk.SaveJob)) {
	t.Helper()
	f := newFixture(t, 1280, 800)
	now := func(key kiosk.KeyState, job kiosk.SaveJob) {
		f.borne.shelve(kiosk.Offer{Documents: sampleReceived()[:2], Key: key, Saving: &kiosk.SaveOffer{Job: job}})
		f.clock.advance(lookEvery)
	}
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	now(kiosk.NoKey, kiosk.SaveJob{})
	f.tap("Documents")
	f.wantScreen(screenDocuments)
	return f, now
}

// wantText looks for a text on the screen, over its lines.
func (f *fixture) wantText(id textID) {
	f.t.Helper()
	want, shown := f.options.Texts.in(kiosk.French, id, nil), strings.Join(texts(f.stage.objects), " ")
	if !strings.Contains(strings.Join(strings.Fields(shown), " "), strings.Join(strings.Fields(want), " ")) {
		f.t.Errorf("the screen does not say %q but %q", want, shown)
	}
}

const keepFirst = "Sur ma clé – attestation-de-paiement-janvier-2026.pdf"

// TestKeepOnKey: the key is asked for first, the document is kept as soon as it
// is there, once, and nothing can be touched until it may be taken.
func TestKeepOnKey(t *testing.T) {
	f, now := withKeys(t)
	f.tap(keepFirst)
	f.wantScreen(screenSave)
	f.wantText(textPickPlugTitle)
	if len(f.borne.calls) != 0 {
		t.Error("borned is asked though there is no key")
	}
	now(kiosk.KeyPlugged, kiosk.SaveJob{})
	f.wantCall("SaveDocument 0")
	f.wantText(textSaveStay)
	now(kiosk.KeyPlugged, kiosk.SaveJob{Document: "0", State: kiosk.Saving, Held: 1 << 20, Bytes: 3 << 20})
	f.wantText(textSaveStay)
	if len(f.borne.calls) != 0 {
		t.Errorf("it is asked for again: %q", <-f.borne.calls)
	}
	f.askEnd()
	f.clock.advance(lookEvery)
	f.wantText(textEndSaving)
	f.keepOn()
	now(kiosk.KeyPlugged, kiosk.SaveJob{Document: "0", State: kiosk.Saved, Name: "attestation-de-paiement-janvier-2026.pdf"})
	f.wantText(textSaveTake)
	f.askEnd()
	f.clock.advance(lookEvery)
	f.wantText(textErasedKey)
	f.keepOn()
	f.tap("Mes documents")
	f.wantScreen(screenDocuments)
	now(kiosk.KeyPlugged, kiosk.SaveJob{Document: "0", State: kiosk.Saved})
	if len(f.borne.calls) != 0 {
		t.Errorf("borned was asked %q as well", <-f.borne.calls)
	}
}

// TestKeyTroubles: each has its words, and a way to try again.
func TestKeyTroubles(t *testing.T) {
	for state, text := range map[kiosk.SaveState]textID{
		kiosk.SaveFull: textSaveFull, kiosk.SaveReadOnly: textSaveLocked, kiosk.SaveUnreadable: textPickUnreadableTitle,
		kiosk.SaveGone: textSaveGone, kiosk.SaveFailed: textSaveFailed,
	} {
		f, now := withKeys(t)
		now(kiosk.KeyPlugged, kiosk.SaveJob{})
		f.tap(keepFirst)
		f.wantCall("SaveDocument 0")
		now(kiosk.KeyPlugged, kiosk.SaveJob{Document: "0", State: state})
		f.wantText(text)
		f.tap("Essayer encore")
		f.wantCall("SaveDocument 0")
		f.tap("Retour")
		f.wantScreen(screenDocuments)
	}
	// Pulled out before anything was written: it is asked for anew.
	f, now := withKeys(t)
	now(kiosk.KeyPlugged, kiosk.SaveJob{})
	f.tap(keepFirst)
	f.wantCall("SaveDocument 0")
	now(kiosk.NoKey, kiosk.SaveJob{Document: "0", State: kiosk.SaveNoKey})
	f.wantText(textPickPlugTitle)
	now(kiosk.KeyPlugged, kiosk.SaveJob{Document: "0", State: kiosk.SaveNoKey})
	f.wantCall("SaveDocument 0")
}

// TestNoKeys: nothing on the screen speaks of keys where they are not wanted.
func TestNoKeys(t *testing.T) {
	f, _ := withKeys(t)
	f.borne.shelve(kiosk.Offer{Documents: sampleReceived()[:2], Key: kiosk.KeyPlugged})
	f.clock.advance(lookEvery)
	if find(f.stage.objects, keepFirst) != nil {
		t.Error("a document can be kept on a key")
	}
}
