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

// pressBeside touches the n-th of the plain buttons beside the page, from the top: turn, cut, one page more, again. The
// page itself is as white as they are.
func (s *scene) pressBeside(n int) {
	s.t.Helper()
	var at image.Point
	s.until("the buttons beside the page", func() (bool, error) {
		p, err := s.borne.Screen.Settled(s.wait())
		if err != nil {
			return false, err
		}
		var beside []image.Rectangle
		for _, b := range s.borne.Shell.Buttons(p, drive.Plain) {
			if b.Min.X > p.Bounds().Dx()/3 && b.Dy() < 150 {
				beside = append(beside, b)
			}
		}
		if len(beside) != 4 {
			return false, fmt.Errorf("%d buttons", len(beside))
		}
		at = beside[n].Min.Add(beside[n].Size().Div(2))
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
	s.must(s.borne.Shell.Press(s.wait(), drive.Primary, 0)) // « Numériser un papier »
	s.must(s.borne.Shell.Press(s.wait(), drive.Primary, 0)) // « Numériser »
	first := s.scan(kiosk.ScanShown)
	fmt.Fprintln(s.t.Output(), s.run("systemd-analyze", "security", "--no-pager", scannerUnit))
	if user := s.property(scannerUnit, "UID"); user == s.property(sessionUnit, "UID") || user == "0" {
		s.t.Errorf("what scans is user %s", user)
	}
	s.pressBeside(0) // « Tourner »
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
	s.must(s.borne.Shell.Press(s.wait(), drive.Primary, 0)) // « Garder »
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
