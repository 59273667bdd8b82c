package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"borne/kiosk"
	"borne/kiosk/printer"
	"borne/kiosk/session"
)

// papers is a print service that notes what it got, and says how far a job is.
type papers struct {
	mu       sync.Mutex
	jobs     int
	progress []printer.Progress // one an asking; the last stays
	err      error
}

func (s *papers) Look(context.Context, string) (printer.Status, error) {
	return printer.Status{Queue: "accueil"}, s.err
}

func (s *papers) Print(_ context.Context, _ string, _ printer.Options, pdf io.Reader) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, err := io.ReadAll(pdf); err != nil || len(b) == 0 {
		return 0, errors.New("an empty document")
	}
	s.jobs++
	return s.jobs, nil
}

func (s *papers) Follow(context.Context, string, int) (printer.Progress, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.progress[0]
	if len(s.progress) > 1 {
		s.progress = s.progress[1:]
	}
	return now, nil
}

func (s *papers) Purge(context.Context) error { return nil }

// told is what the machine hears.
type told struct {
	mu     sync.Mutex
	events []session.Event
}

func (t *told) add(e session.Event) { t.mu.Lock(); t.events = append(t.events, e); t.mu.Unlock() }

func newTestPrinting(service printService, heard *told) *printing {
	p := newPrinting(service, func() kiosk.Printing { return kiosk.Printing{Enabled: true, MaxPages: 5} }, slog.New(slog.DiscardHandler))
	p.begin(newBusy(1, heard.add), heard.add)
	return p
}

// prepareFor has pages of a document made.
func prepareFor(t *testing.T, p *printing, document string, count int) {
	t.Helper()
	turn, ok := p.prepare(document)
	if !ok {
		t.Fatal("another document is under way")
	}
	pages, err := inMemory("test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pages.WriteAt([]byte("%PDF-"), 0); err != nil {
		t.Fatal(err)
	}
	p.prepared(turn, count, pages, nil)
}

// TestPrintedOnce: one job for two touches; what came out counts; what did not
// is given back.
func TestPrintedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heard := &told{}
		service := &papers{progress: []printer.Progress{{State: kiosk.PrintQueued}, {State: kiosk.PrintStopped, Trouble: kiosk.NoPaper},
			{State: kiosk.PrintPrinting, Pages: 2}, {State: kiosk.PrintDone, Pages: 3}}}
		p := newTestPrinting(service, heard)
		prepareFor(t, p, "a", 3)
		pages, turn, err := p.take("a")
		if err != nil || pages == nil {
			t.Fatal(err)
		}
		if again, _, err := p.take("a"); again != nil || err != nil {
			t.Fatalf("a second touch: %v, %v", again, err)
		}
		if _, ok := p.prepare("b"); ok {
			t.Fatal("another document is prepared while the first is printed")
		}
		p.print(t.Context(), turn, pages)
		if o := p.offer(t.Context()); o.Job.State != kiosk.PrintDone || o.Left != 2 || service.jobs != 1 {
			t.Errorf("after %d jobs: %+v", service.jobs, o)
		}
		want := []session.Event{session.Busy{Generation: 1, With: kiosk.BusyPrint, On: true},
			session.Counted{What: kiosk.DevicePages, Times: 3}, session.Busy{Generation: 1, With: kiosk.BusyPrint, On: false}}
		if len(heard.events) != 3 || heard.events[0] != want[0] || heard.events[1] != want[1] || heard.events[2] != want[2] {
			t.Errorf("the machine hears %v", heard.events)
		}
		prepareFor(t, p, "b", 3)
		if _, _, err := p.take("b"); !errors.Is(err, errPages) {
			t.Errorf("more than the visit may print: %v", err)
		}
		prepareFor(t, p, "c", 2)
		service.progress = []printer.Progress{{State: kiosk.PrintFailed}}
		pages, turn, _ = p.take("c")
		p.print(t.Context(), turn, pages)
		if o := p.offer(t.Context()); o.Job.State != kiosk.PrintFailed || o.Left != 2 {
			t.Errorf("after a fault: %+v", o)
		}
	})
}

// TestVisitEndsWhilePrinting: the next visit hears nothing of the last one's
// paper, and the print service is to be ended.
func TestVisitEndsWhilePrinting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heard := &told{}
		p := newTestPrinting(&papers{progress: []printer.Progress{{State: kiosk.PrintStopped}}}, heard)
		p.forgotten()
		if p.forget() {
			t.Error("nothing was printed, and the service is ended all the same")
		}
		prepareFor(t, p, "a", 1)
		pages, turn, _ := p.take("a")
		over, end := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { p.print(over, turn, pages); close(done) }()
		synctest.Wait()
		end()
		<-done
		if !p.forget() {
			t.Error("the print service keeps what it has")
		}
		if o := p.offer(t.Context()); o.Job != (kiosk.PrintJob{}) || o.Left != 5 {
			t.Errorf("the next visit is offered %+v", o)
		}
		for _, e := range heard.events[1:] {
			t.Errorf("the machine hears %v", e)
		}
	})
}

func TestNoPrinterNoOffer(t *testing.T) {
	if p := newTestPrinting(&papers{err: printer.ErrNone}, &told{}); p.offer(t.Context()) != nil {
		t.Error("without a printer something can be printed")
	}
	p := newPrinting(&papers{}, func() kiosk.Printing { return kiosk.Printing{} }, slog.New(slog.DiscardHandler))
	if _, there := p.fact(); p.offer(t.Context()) != nil || there {
		t.Error("an organisation that does not want it prints")
	}
}

func TestSpooled(t *testing.T) {
	for want, root := range map[int]fstest.MapFS{
		0: {"var/spool/cups/tmp/sub/x": {}, "etc/passwd": {}},
		3: {"var/spool/cups/c00001": {}, "var/spool/cups/d00001-001": {}, "var/spool/cups/tmp/00f3": {}, "var/spool/cups/N": {}},
	} {
		if n, err := spooled(root); n != want || err != nil {
			t.Errorf("%d files, %v, want %d", n, err, want)
		}
	}
}
