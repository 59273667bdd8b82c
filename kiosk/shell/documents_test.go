package shell

import (
	"testing"

	"borne/kiosk"
)

// withPrinter is a visit on a site that gave documents, beside a printer.
func withPrinter(t *testing.T, job kiosk.PrintJob) (*fixture, func(kiosk.PrintJob)) {
	t.Helper()
	f := newFixture(t, 1280, 800)
	now := func(job kiosk.PrintJob) {
		f.borne.shelve(kiosk.Offer{Documents: sampleReceived()[:2], Printing: &kiosk.PrintOffer{Most: 20, Left: 20, Job: job}})
		f.clock.advance(lookEvery)
	}
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	now(job)
	return f, now
}

// TestPrintOnce: pages and price come first, one touch prints, and there is
// nothing to be touched again until it is done.
func TestPrintOnce(t *testing.T) {
	f, now := withPrinter(t, kiosk.PrintJob{})
	f.tap("Documents")
	f.wantScreen(screenDocuments)
	f.tap("Imprimer – Relevé d’identité bancaire.pdf")
	f.wantCall("PreparePrint 1")
	f.wantScreen(screenPrint)
	if find(f.stage.objects, "Imprimer") != nil {
		t.Error("it can be printed before anybody knows its pages")
	}
	now(kiosk.PrintJob{Document: "1", State: kiosk.PrintPrepared, Pages: 3})
	f.tap("Imprimer")
	f.wantCall("Print 1")
	if find(f.stage.objects, "Imprimer") != nil {
		t.Error("a second touch would print again")
	}
	f.print("1") // a finger that was on its way
	for _, state := range []kiosk.PrintState{kiosk.PrintQueued, kiosk.PrintPrinting, kiosk.PrintStopped} {
		now(kiosk.PrintJob{Document: "1", State: state, Trouble: kiosk.NoPaper, Pages: 3, Page: 1})
		if find(f.stage.objects, "Imprimer") != nil {
			t.Errorf("%s: it can be printed again", state)
		}
	}
	// Another document meanwhile: the screen says what is on its way.
	f.tap("Retour")
	f.tap("Imprimer – attestation-de-paiement-janvier-2026.pdf")
	f.wantCall("PreparePrint 0")
	if !f.underWay() || find(f.stage.objects, "Imprimer") != nil {
		t.Error("two documents are printed at once")
	}
	f.askEnd()
	f.clock.advance(lookEvery)
	if !f.underWay() {
		t.Error("nobody says that the end stops the printer")
	}
	f.keepOn()
	now(kiosk.PrintJob{Document: "1", State: kiosk.PrintDone, Pages: 3, Page: 3})
	f.borne.shelve(kiosk.Offer{}) // borned knows of no visit any more
	f.at(kiosk.French, kiosk.Ending, nil)
	f.Update(kiosk.Snapshot{State: kiosk.Ready})
	if !f.printed {
		t.Error("nobody asks for the sheets")
	}
	if f.shelf.offer.Documents != nil {
		t.Error("the documents' names outlive the visit")
	}
	f.leaveErased()
	f.at(kiosk.French, kiosk.Choosing, nil)
	if f.printed || len(f.borne.calls) != 0 {
		t.Error("the next visitor has something of the last one's")
	}
}

// TestNoPrinter: nothing on the screen speaks of printing.
func TestNoPrinter(t *testing.T) {
	f, _ := withPrinter(t, kiosk.PrintJob{})
	f.borne.shelve(kiosk.Offer{Documents: sampleReceived()[:1]})
	f.showDocuments()
	for _, p := range pressables(f.stage.objects) {
		if p.label == "Imprimer cette page" || p.label == "Imprimer – "+sampleReceived()[0].Name {
			t.Errorf("there is a button %q", p.label)
		}
	}
}

// TestSeeADocument: it opens in the browser, and the way back is the list.
func TestSeeADocument(t *testing.T) {
	f, _ := withPrinter(t, kiosk.PrintJob{})
	f.tap("Documents")
	f.tap("Voir – Relevé d’identité bancaire.pdf")
	f.wantCall("ShowDocument 1")
	f.wantScreen(screenOpening)
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service, s.Notice = "caf", kiosk.Opening })
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	f.wantScreen(screenPage)
	if f.onPaper() {
		t.Error("the document would be printed as a page of the site")
	}
	f.tap("Retour")
	f.wantCall("Back")
	f.wantScreen(screenDocuments)
	f.tap("Retour")
	f.wantScreen(screenPage)
	if len(f.borne.calls) != 0 {
		t.Errorf("borned was asked %q as well", <-f.borne.calls)
	}
}
