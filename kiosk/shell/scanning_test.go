package shell

import (
	"strings"
	"testing"

	"borne/kiosk"
)

// TestScanAPaper goes from the documents to a scanned one, as borned tells of
// it.
func TestScanAPaper(t *testing.T) {
	f := newFixture(t, 1280, 800)
	now := func(job kiosk.ScanJob) {
		t.Helper()
		f.borne.shelve(kiosk.Offer{Scanning: &kiosk.ScanOffer{Job: job}})
		f.clock.advance(lookEvery)
	}
	f.borne.shelve(kiosk.Offer{Scanning: &kiosk.ScanOffer{}})
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	f.showDocuments()
	f.tap("Numériser un papier")
	f.wantCall("Scan drop")
	f.wantScreen(screenScan)
	f.tap("Numériser")
	f.wantCall("Scan page")
	f.wantText(textScanStay) // before borned has said so
	now(kiosk.ScanJob{State: kiosk.ScanGoing, Percent: 40})
	if !strings.Contains(strings.Join(texts(f.stage.objects), " "), "40\u00a0%") {
		t.Errorf("it does not say how far it is: %s", strings.Join(texts(f.stage.objects), " "))
	}
	f.tap("Annuler")
	f.wantCall("Scan stop")
	now(kiosk.ScanJob{})
	f.tap("Numériser")
	f.wantCall("Scan page")
	now(kiosk.ScanJob{State: kiosk.ScanShown, View: 3})
	if f.scan.pixels == nil || f.scan.number != 3 {
		t.Fatal("the page is not to be seen")
	}
	seen := f.scan.pixels
	for label, call := range map[string]string{"Tourner": "Scan turn", "Couper les bords": "Scan crop", "Une page de plus": "Scan more"} {
		f.tap(label)
		f.wantCall(call)
	}
	now(kiosk.ScanJob{State: kiosk.ScanShown, View: 4, Cropped: true})
	f.wantText(textScanWhole)
	if seen.Pix[0] != 0 {
		t.Error("what was seen before is still there")
	}
	f.tap("Garder")
	f.wantCall("Scan keep")
	f.wantText(textScanMaking)
	now(kiosk.ScanJob{State: kiosk.ScanKept, Document: "scan-1"})
	seen = f.scan.pixels
	f.tap("Mes documents")
	f.wantCall("Scan drop")
	f.wantScreen(screenDocuments)
	if f.scan.pixels != nil || seen.Pix[0] != 0 {
		t.Error("the picture outlives its paper")
	}
}

// TestScanTroubles: what goes wrong is said, and tried again.
func TestScanTroubles(t *testing.T) {
	f := newFixture(t, 1280, 800)
	for state, says := range map[kiosk.ScanState]textID{kiosk.ScanAway: textScanAway, kiosk.ScanCover: textScanCover, kiosk.ScanFailed: textScanFailed} {
		f.borne.shelve(kiosk.Offer{Scanning: &kiosk.ScanOffer{Job: kiosk.ScanJob{State: state}}})
		f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
		f.askScan()
		f.wantCall("Scan drop")
		f.clock.advance(lookEvery)
		f.wantText(says)
		f.tap("Recommencer")
		f.wantCall("Scan page")
		f.Update(kiosk.Snapshot{State: kiosk.Ready})
	}
}

// TestNoScanner: nothing speaks of one that is not there.
func TestNoScanner(t *testing.T) {
	f := newFixture(t, 1280, 800)
	f.at(kiosk.French, kiosk.Visiting, func(s *kiosk.Snapshot) { s.Service = "caf" })
	f.showDocuments()
	f.clock.advance(lookEvery)
	if find(f.stage.objects, "Numériser un papier") != nil {
		t.Error("it offers to scan")
	}
}
