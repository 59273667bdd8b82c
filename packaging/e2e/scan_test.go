package e2e_test

import (
	"encoding/json"
	"fmt"
	"image"
	"strings"
	"testing"

	"borne/kiosk"
	"borne/packaging/demo/drive"
)

// TestScan has a visitor scan a paper by touch. No scanner is here: SANE's own virtual one (libsane's backend "test") lies
// behind Debian's scanimage, as a true one would, and the settings name it as they would name that.
func TestScan(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("without a scanner nothing is scanned", (*scene).noScanner)
	s.settings(func(text string) string { return text + "\nscanning: {scanner: test}\n" },
		func(got kiosk.Settings) bool { return got.Scanning.Scanner == kiosk.VirtualScanner })
	s.sub("a paper becomes a document, and nothing of it is left", (*scene).scanned)
}

// scannerUnit scans.
const scannerUnit = "borne-scanner.service"

func (s *scene) noScanner() {
	s.endsHere()
	s.visit("impots", "Accueil des impôts")
	if o := s.offer(); o.Scanning != nil {
		s.t.Errorf("without a scanner it offers %+v", o.Scanning)
	}
	if err := s.call("Scan", "string:page"); err == nil {
		s.t.Error("something is scanned without a scanner")
	}
	s.end()
}

// scan waits until the paper is in a state.
func (s *scene) scan(state kiosk.ScanState) (job kiosk.ScanJob) {
	s.t.Helper()
	s.until(fmt.Sprintf("the paper to be %q", state), func() (bool, error) {
		o := s.offer()
		if o.Scanning == nil {
			return false, fmt.Errorf("nothing is scanned: %+v", o)
		}
		job = o.Scanning.Job
		return job.State == state, fmt.Errorf("the paper is %+v", job)
	})
	return job
}

// pressAmong touches the n-th button of that look on a screen that has so many plain ones: none before there is a
// document, one where the paper is put on the glass, four beside the page (turn, cut, one page more, again). The page's own
// ground is as white as they are.
func (s *scene) pressAmong(l drive.Look, n, plain int) {
	s.t.Helper()
	var at image.Point
	s.until(fmt.Sprintf("a screen with %d plain buttons", plain), func() (bool, error) {
		p, err := s.borne.Screen.Settled(s.wait())
		if err != nil {
			return false, err
		}
		there := map[drive.Look][]image.Rectangle{}
		for _, look := range []drive.Look{drive.Plain, drive.Primary} {
			for _, b := range s.borne.Shell.Buttons(p, look) {
				if b.Dy() < 150 && b.Min.X > p.Bounds().Dx()/5 {
					there[look] = append(there[look], b)
				}
			}
		}
		if len(there[drive.Plain]) != plain || len(there[drive.Primary]) != 1 {
			return false, fmt.Errorf("%d plain buttons and %d others", len(there[drive.Plain]), len(there[drive.Primary]))
		}
		button := there[l][n]
		at = button.Min.Add(button.Size().Div(2))
		return true, nil
	})
	s.must(s.borne.Screen.Tap(s.wait(), at.X, at.Y))
}

// scanned: two pages, one of them turned, by touch; the document is the visit's, and ends with it.
func (s *scene) scanned() {
	s.endsHere()
	before := s.counted()
	s.visit("impots", "Accueil des impôts")
	s.must(s.borne.WaitProperty(s.wait(), "Notice", string(kiosk.NoNotice)))
	const barDocuments drive.BarButton = 4 // after home, back, sizes and the voice
	s.must(s.borne.Shell.PressBar(s.wait(), barDocuments))
	s.pressAmong(drive.Primary, 0, 0) // « Numériser un papier »: nothing else is on that screen
	s.pressAmong(drive.Primary, 0, 1) // « Numériser », over « Annuler »
	first := s.scan(kiosk.ScanShown)
	fmt.Fprintln(s.t.Output(), s.run("systemd-analyze", "security", "--no-pager", scannerUnit))
	if user := s.property(scannerUnit, "UID"); user == s.property(sessionUnit, "UID") || user == "0" {
		s.t.Errorf("what scans is user %s", user)
	}
	s.pressAmong(drive.Plain, 0, 4) // « Tourner »
	s.until("the page to be turned", func() (bool, error) { return s.scan(kiosk.ScanShown).View > first.View, nil })
	picture, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.must(picture.Save(s.t.ArtifactDir() + "/scanned.png"))
	s.must(s.call("Scan", "string:more"))
	s.scan(kiosk.NoScan)
	s.must(s.call("Scan", "string:page"))
	if job := s.scan(kiosk.ScanShown); job.Pages != 1 {
		s.t.Errorf("the second page is %+v", job)
	}
	s.pressAmong(drive.Primary, 0, 4) // « Garder »
	id := s.scan(kiosk.ScanKept).Document
	o := s.offer()
	if len(o.Documents) != 1 || o.Documents[0].ID != id || o.Documents[0].Kind != kiosk.DocumentPDF || o.Documents[0].Source != kiosk.FromVisit ||
		o.Documents[0].Bytes > kiosk.DefaultScanMegabytes*1_000_000 {
		b, _ := json.Marshal(o)
		s.t.Fatalf("the visit has %s", b)
	}
	file := s.run("sh", "-c", "find /proc/"+s.property(sessionUnit, "MainPID")+"/root/var/lib/borne -name 'papier-numerise-1.pdf'")
	if said := s.run("pdfinfo", file); !strings.Contains(said, "Pages:           2\n") {
		s.t.Errorf("the document is %s", said)
	}
	s.must(s.call("ShowDocument", "string:"+id))
	s.page("document.pdf")
	s.end()
	if state := s.property(scannerUnit, "LoadState"); state != "not-found" {
		s.t.Errorf("what scans is %s after the visit", state)
	}
	if said := s.run("sh", "-c", "journalctl --no-pager --quiet | grep -i -e papier-numerise -e scanimage || true"); said != "" {
		s.t.Errorf("the journal tells of a paper:\n%s", said)
	}
	s.counts(before, counters{"session/staff": 1, "visit/impots": 1, "inclusion/fr": 1, "device/" + kiosk.DeviceWipeClean: 1})
}
