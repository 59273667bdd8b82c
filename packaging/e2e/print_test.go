package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/packaging/demo/stage"
)

// TestPrint prints on a printer of CUPS's own making (ippeveprinter), set up as a technician does, and looks for what is
// left of it after the visit: on paper, in the print service, in its spool and in its history.
func TestPrint(t *testing.T) {
	t.Parallel()
	s := raise(t)
	s.sub("without a printer nothing can be printed", (*scene).noPrinter)
	s.setUpPrinter()
	s.sub("a document and a page come out once", (*scene).printed)
	s.sub("a document is seen", (*scene).seen)
	s.sub("without paper", (*scene).noPaper)
	s.sub("a visit that ends while it prints", (*scene).endsPrinting)
}

// printedFolder is where the printer puts its paper, one file a job; it has paper while paperFile is there.
const (
	printedFolder = stage.PrinterFolder + "/printed"
	paperFile     = stage.PrinterFolder + "/paper"
)

// setUpPrinter starts a printer on the host and makes its queue.
func (s *scene) setUpPrinter() {
	s.t.Helper()
	_, err := s.InstallPrinter(s.wait())
	s.must(err)
	// What the host did before it had our package, and what the technician did, is no visit's.
	s.run("sh", "-c", "journalctl -n 1 --show-cursor | sed -n 's/^-- cursor: //p' >/root/cursor")
}

// notice has a visitor receive the tax office's document, and returns its id.
func (s *scene) notice() string {
	s.t.Helper()
	s.visit("impots", "Accueil des impôts")
	s.touchRow(s.page("Accueil des impôts"), 0)
	var o kiosk.Offer
	s.until("the document", func() (bool, error) {
		o = s.offer()
		return len(o.Documents) == 1, fmt.Errorf("%d documents", len(o.Documents))
	})
	if d := o.Documents[0]; d.Name != "avis-demonstration.pdf" || d.Kind != kiosk.DocumentPDF || d.Source != kiosk.FromVisit {
		s.t.Errorf("the visit received %+v", d)
	}
	return o.Documents[0].ID
}

func (s *scene) noPrinter() {
	s.endsHere()
	id := s.notice()
	if o := s.offer(); o.Printing != nil {
		s.t.Errorf("without a printer it offers %+v", o.Printing)
	}
	s.must(s.call("PreparePrint", "string:"+id))
	if err := s.call("Print", "string:"+id); err == nil {
		s.t.Error("without a printer it prints before the pages are counted")
	}
	s.end()
}

// job waits until the present job is in one of the states.
func (s *scene) job(states ...kiosk.PrintState) kiosk.PrintOffer {
	s.t.Helper()
	var p kiosk.PrintOffer
	s.until(fmt.Sprintf("the job to be %v", states), func() (bool, error) {
		o := s.offer()
		if o.Printing == nil {
			return false, fmt.Errorf("nothing can be printed")
		}
		p = *o.Printing
		for _, state := range states {
			if p.Job.State == state {
				return true, nil
			}
		}
		return false, fmt.Errorf("it is %+v", p.Job)
	})
	return p
}

// paper lists what the printer put out, by how many pages each has.
func (s *scene) paper() (pages []string) {
	s.t.Helper()
	out := s.run("sh", "-c", "for f in "+printedFolder+"/*.pdf; do [ -e $f ] && pdfinfo $f | sed -n 's/^Pages: *//p'; done")
	return strings.Fields(out)
}

// serviceHolds counts the files of jobs in the print service's memory, and those in which a word of the document stands.
func (s *scene) serviceHolds() (files, named string) {
	s.t.Helper()
	pid := s.property("cups.service", "MainPID")
	if pid == "0" {
		return "0", "0"
	}
	count := func(command string) string {
		return s.run("nsenter", "--target", pid, "--mount", "--", "sh", "-c", command+" | wc -l")
	}
	return count("find /var/spool/cups -type f"), count("grep -rlaiE 'avis|impots|demonstration' /var/spool/cups /var/cache/cups /var/log/cups")
}

// printed: pages and price first; a second touch prints nothing more; nothing of it is left.
func (s *scene) printed() {
	s.endsHere()
	before := s.counted()
	id := s.notice()
	s.until("the printer to be offered", func() (bool, error) { return s.offer().Printing != nil, nil })
	if p := s.offer().Printing; p == nil || p.CentsPerPage != 10 || p.Left != 5 {
		s.t.Fatalf("it offers %+v", p)
	}
	s.must(s.call("PreparePrint", "string:"+id))
	if p := s.job(kiosk.PrintPrepared); p.Job.Pages != 1 || p.Job.Document != id {
		s.t.Errorf("before it prints it says %+v", p)
	}
	began := time.Now()
	s.must(s.call("Print", "string:"+id))
	s.must(s.call("Print", "string:"+id)) // a second touch
	s.must(s.call("PreparePrint", "string:"+kiosk.PresentPage))
	if p := s.job(kiosk.PrintDone); p.Left != 4 || p.Job.Document != id {
		s.t.Errorf("when it is done it says %+v", p)
	}
	fmt.Fprintf(s.t.Output(), "on paper after %.1f s\n", time.Since(began).Seconds())
	if got := fmt.Sprint(s.paper()); got != "[1]" {
		s.t.Errorf("on paper are documents of %s pages, want one of one", got)
	}
	s.must(s.call("PreparePrint", "string:"+kiosk.PresentPage))
	pages := s.job(kiosk.PrintPrepared).Job.Pages
	s.must(s.call("Print", "string:"+kiosk.PresentPage))
	s.job(kiosk.PrintDone)
	if got := fmt.Sprint(s.paper()); got != fmt.Sprintf("[1 %d]", pages) {
		s.t.Errorf("on paper are documents of %s pages", got)
	}
	if text := s.run("sh", "-c", "pdftotext $(ls "+printedFolder+"/*.pdf | tail -1) -"); !strings.Contains(text, "impôts") {
		s.t.Errorf("the page on paper says %q", text)
	}
	files, named := s.serviceHolds()
	if files == "0" || named != "0" {
		s.t.Errorf("while the visit is on the service has %s files of jobs, want some, and %s that say what was printed", files, named)
	}
	main := s.property("cups.service", "MainPID")
	s.end()
	if now := s.property("cups.service", "MainPID"); now == main {
		s.t.Error("the print service is still the one that printed")
	}
	s.nothingPrinted()
	s.counts(before, counters{"session/staff": 1, "visit/impots": 1, "inclusion/fr": 1, "device/" + kiosk.DeviceDownload: 1,
		"device/" + kiosk.DevicePages: 1 + uint64(pages), "device/" + kiosk.DeviceWipeClean: 1})
	s.run("sh", "-c", "rm -f "+printedFolder+"/*")
	s.state(kiosk.Ready)
	if f := s.facts()["printer"]; f.Level != kiosk.LevelOK {
		s.t.Errorf("the printer's health is %+v", f)
	}
	fmt.Fprintln(s.t.Output(), s.run("systemd-analyze", "security", "--no-pager", "cups.service"))
}

// nothingPrinted looks where print jobs leave traces.
func (s *scene) nothingPrinted() {
	s.t.Helper()
	if files, _ := s.serviceHolds(); files != "0" {
		s.t.Errorf("the print service still has %s files of jobs", files)
	}
	if disk := s.run("sh", "-c", "find /var/spool/cups /var/cache/cups /var/log/cups -type f -newer /root/cursor | wc -l"); disk != "0" {
		s.t.Errorf("the disk has %s files of jobs", disk)
	}
	if jobs := s.run("lpstat", "-W", "all", "-o"); jobs != "" {
		s.t.Errorf("the print service remembers %s", jobs)
	}
	if said := s.run("sh", "-c", "journalctl --no-pager --quiet --after-cursor=\"$(cat /root/cursor)\" -u cups.service -u cups.socket -u borne-converter.service"); said != "" {
		s.t.Errorf("the journal tells of a visit that printed: %s", said)
	}
}

// seen: the browser shows the document, and no other file of its machine.
func (s *scene) seen() {
	s.endsHere()
	id := s.notice()
	s.must(s.call("ShowDocument", "string:"+id))
	s.must(s.borne.WaitProperty(s.wait(), "Notice", ""))
	s.page("document.pdf")
	picture, err := s.borne.Screen.Settled(s.wait())
	s.must(err)
	s.must(picture.Save(s.t.ArtifactDir() + "/seen.png"))
	s.must(s.call("Back"))
	s.page("Accueil des impôts")
	// Shown without a site: the way back is the choice of a site.
	s.must(s.call("Home"))
	s.state(kiosk.Choosing)
	s.must(s.call("ShowDocument", "string:"+id))
	s.state(kiosk.Visiting)
	s.page("document.pdf")
	s.must(s.call("Back"))
	s.state(kiosk.Choosing)
	s.end()
}

// noPaper: the screen is told what is missing, and printing goes on once it is there.
func (s *scene) noPaper() {
	s.endsHere()
	s.run("rm", paperFile)
	id := s.notice()
	s.must(s.call("PreparePrint", "string:"+id))
	s.job(kiosk.PrintPrepared)
	s.must(s.call("Print", "string:"+id))
	if p := s.job(kiosk.PrintStopped); p.Job.Trouble != kiosk.NoPaper {
		s.t.Errorf("without paper it says %+v", p.Job)
	}
	if f := s.facts()["printer"]; f.Level != kiosk.LevelWarn || !strings.Contains(f.Detail, "media-empty") {
		s.t.Errorf("without paper the health is %+v", f)
	}
	s.run("touch", paperFile)
	s.job(kiosk.PrintDone)
	s.end()
	s.nothingPrinted()
	s.run("sh", "-c", "rm -f "+printedFolder+"/*")
}

// endsPrinting: the visit does not wait for paper, and the next visitor gets none of it.
func (s *scene) endsPrinting() {
	s.endsHere()
	s.run("rm", paperFile)
	id := s.notice()
	s.must(s.call("PreparePrint", "string:"+id))
	s.job(kiosk.PrintPrepared)
	s.must(s.call("Print", "string:"+id))
	s.job(kiosk.PrintStopped)
	began := time.Now()
	s.end()
	fmt.Fprintf(s.t.Output(), "ready %.1f s after the end\n", time.Since(began).Seconds())
	s.nothingPrinted()
	s.run("touch", paperFile)
	s.visit("impots", "Accueil des impôts")
	if o := s.offer(); o.Printing == nil || o.Printing.Job.State != kiosk.NoPrint || o.Printing.Left != 5 || len(o.Documents) > 0 {
		s.t.Errorf("the next visitor is offered %+v", o)
	}
	s.end()
}
