package main

import (
	"errors"
	"log/slog"
	"net"
	"os"
	"testing"

	"borne/kiosk"
	"borne/kiosk/scan"
)

func aScanner() *scanning {
	return &scanning{settings: func() kiosk.Scanning { return kiosk.Scanning{Scanner: "test"} }, log: slog.New(slog.DiscardHandler)}
}

// TestScanNowhere: without a scanner nothing is offered, and nothing done.
func TestScanNowhere(t *testing.T) {
	s := &scanning{settings: func() kiosk.Scanning { return kiosk.Scanning{} }}
	if s.offer() != nil {
		t.Error("it is offered")
	}
	if err := (&engine{scanning: s}).scan(kiosk.ScanPage); !errors.Is(err, kiosk.ErrNotAllowed) {
		t.Errorf("it is done: %v", err)
	}
}

// TestScanOrders: an order without a sense, or while another is under way,
// does nothing.
func TestScanOrders(t *testing.T) {
	s := aScanner()
	for _, o := range []kiosk.ScanOrder{kiosk.ScanTurn, kiosk.ScanCrop, kiosk.ScanMore, kiosk.ScanKeep, kiosk.ScanStop} {
		if _, ok := s.may(o); ok {
			t.Errorf("%s without a page", o)
		}
	}
	turn, ok := s.may(kiosk.ScanPage)
	if !ok || s.job.State != kiosk.ScanGoing {
		t.Fatalf("no page: %+v", s.job)
	}
	if _, ok := s.may(kiosk.ScanPage); ok {
		t.Error("two pages at once")
	}
	if _, ok := s.may(kiosk.ScanStop); !ok {
		t.Error("it cannot be given up")
	}
	view, err := inMemory("view")
	if err != nil {
		t.Fatal(err)
	}
	s.shown(turn, scan.View{Width: 2, Height: 3}, view)
	s.obeyed(turn)
	if s.job.State != kiosk.ScanShown || s.job.View != 1 {
		t.Errorf("the page is %+v", s.job)
	}
	for _, o := range []kiosk.ScanOrder{kiosk.ScanTurn, kiosk.ScanCrop, kiosk.ScanMore} {
		if _, ok := s.may(o); !ok {
			t.Errorf("%s cannot be done", o)
		}
		s.obeyed(turn)
	}
}

// TestScanFailures: what a scanner says, and that pages are not lost for it
// unless their process is gone.
func TestScanFailures(t *testing.T) {
	for err, want := range map[error]kiosk.ScanState{scan.ErrAway: kiosk.ScanAway, scan.ErrCover: kiosk.ScanCover, scan.ErrFailed: kiosk.ScanFailed,
		scan.ErrTooLarge: kiosk.ScanFailed, scan.ErrStopped: kiosk.NoScan} {
		s := aScanner()
		turn, _ := s.may(kiosk.ScanPage)
		s.change(turn, func(j *kiosk.ScanJob) { j.Pages = 2 })
		s.failed(turn, err)
		if s.job.State != want || s.job.Pages != 2 {
			t.Errorf("%v: %+v", err, s.job)
		}
	}
	s := aScanner()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	s.glass, s.close = scan.New(ours), ours.Close
	turn, _ := s.may(kiosk.ScanPage)
	s.failed(turn, scan.ErrCut)
	if s.job.State != kiosk.ScanFailed || s.job.Pages != 0 || s.glass != nil {
		t.Errorf("without its process: %+v", s.job)
	}
}

// TestScanForgotten: what belongs to a visit before is nothing to the next.
func TestScanForgotten(t *testing.T) {
	s := aScanner()
	turn, _ := s.may(kiosk.ScanPage)
	s.made = []scanned{{id: "scan-1"}}
	s.forget()
	view, err := inMemory("view")
	if err != nil {
		t.Fatal(err)
	}
	s.shown(turn, scan.View{Width: 2, Height: 3}, view)
	s.failed(turn, scan.ErrAway)
	s.change(turn, func(j *kiosk.ScanJob) { j.Percent = 50 })
	if s.job != (kiosk.ScanJob{}) || s.view != nil || len(s.documents()) != 0 {
		t.Errorf("the next visit has %+v", s.job)
	}
	if _, err := view.Write([]byte("x")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the picture is still there: %v", err)
	}
}
