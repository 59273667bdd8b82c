package shell

import (
	"testing"

	"borne/kiosk"
)

// TestPickAFile: a key that is plugged in shows its documents without a touch,
// one is chosen, and the page gets it; nothing asks borned any more after.
func TestPickAFile(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.pick(kiosk.French, kiosk.Offer{})
	f.wantScreen(screenPick)
	if find(f.stage.objects, "Annuler") == nil {
		t.Error("no way out")
	}
	f.borne.shelve(kiosk.Offer{Key: kiosk.KeyReading})
	f.clock.advance(lookEvery)
	f.borne.shelve(kiosk.Offer{Key: kiosk.KeyRead, Documents: sampleDocuments()})
	f.clock.advance(lookEvery)
	f.tap("Suite")
	f.tap("quittance.pdf")
	f.wantCall("GiveFile 7")
	f.tap("quittance.pdf") // a finger that trembles
	f.at(kiosk.French, kiosk.Visiting, nil)
	f.wantScreen(screenPage)
	if ran := f.clock.advance(10 * lookEvery); ran != 0 {
		t.Errorf("borned is still asked: %d times", ran)
	}
	if f.shelf.offer.Documents != nil {
		t.Error("the documents' names outlive the screen")
	}
	f.pick(kiosk.French, kiosk.Offer{Documents: sampleDocuments()})
	f.tap("Annuler")
	f.wantCall("GiveFile ")
	if len(f.borne.calls) != 0 {
		t.Errorf("borned was asked %q as well", <-f.borne.calls)
	}
}

// TestTooLarge: a document that cannot be given cannot be touched.
func TestTooLarge(t *testing.T) {
	f := newFixture(t, 1280, 800)
	documents := sampleDocuments()
	f.pick(kiosk.French, kiosk.Offer{Documents: documents, Key: kiosk.KeyRead})
	if find(f.stage.objects, documents[4].Name) != nil {
		t.Error("a document of 38 MB can be touched")
	}
	if find(f.stage.objects, documents[0].Name) == nil {
		t.Error("the first document cannot be touched")
	}
}

// TestTakeYourKey: the end screen says so only while the key is there.
func TestTakeYourKey(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.borne.shelve(kiosk.Offer{Key: kiosk.KeyPlugged})
	f.at(kiosk.French, kiosk.Ending, nil)
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	f.wantScreen(screenErased)
	if f.shelf.offer.Key != kiosk.KeyPlugged || f.drawn.files != f.shelf.revision {
		t.Error("the key is not noticed")
	}
	f.borne.shelve(kiosk.Offer{})
	f.clock.advance(lookEvery)
	if f.shelf.offer.Key != kiosk.NoKey || f.drawn.files != f.shelf.revision {
		t.Error("the key was taken, and the screen does not know")
	}
}

func TestSizesInWords(t *testing.T) {
	f := newFixture(t, 1280, 800)
	for _, c := range []struct {
		l    kiosk.Language
		n    int64
		want string
	}{
		{kiosk.French, 12, "1\u00a0ko"}, {kiosk.French, 84_213, "84\u00a0ko"}, {kiosk.French, 1_240_000, "1,2\u00a0Mo"}, {kiosk.French, 994_999, "995\u00a0ko"},
		{kiosk.French, 9_949_999, "9,9\u00a0Mo"}, {kiosk.French, kiosk.MaxUploadBytes, "10\u00a0Mo"}, {kiosk.English, 1_240_000, "1.2\u00a0MB"},
		{kiosk.Russian, 1_240_000, "1,2\u00a0МБ"}, {kiosk.French, 38_000_000, "38\u00a0Mo"},
	} {
		k := newKit(f.look, f.options.Texts, c.l, f.stage.Size())
		if got := k.bytes(c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.l, c.n, got, c.want)
		}
	}
}

// TestANameBreaksBeforeItsKind: no letter of a name's end stands alone in the next line.
func TestANameBreaksBeforeItsKind(t *testing.T) {
	f := newFixture(t, 1280, 800)
	k := newKit(f.look, f.options.Texts, kiosk.French, f.stage.Size())
	w := words{size: 42, bold: true, theirs: true}
	width := k.measure("recu-entrainement.pd", w).Width
	if got := k.breakable("recu-entrainement.pdf", w, width); got != "recu-entrainement .pdf" {
		t.Errorf("it breaks as %q", got)
	}
}

func TestPricesInWords(t *testing.T) {
	f := newFixture(t, 1280, 800)
	for l, want := range map[kiosk.Language]string{kiosk.French: "0,10\u00a0€", kiosk.English: "0.10\u00a0€", kiosk.Arabic: "0.10\u00a0€"} {
		if got := newKit(f.look, f.options.Texts, l, f.stage.Size()).money(10); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}
