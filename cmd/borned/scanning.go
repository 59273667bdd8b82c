package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"borne/kiosk"
	"borne/kiosk/scan"
)

// scanning looks after the papers that a visit scans: one at a time, held by a
// process of its own until it is one of the visit's documents.
type scanning struct {
	// settings are the organisation's.
	settings func() kiosk.Scanning
	log      *slog.Logger

	mu    sync.Mutex
	job   kiosk.ScanJob
	glass *scan.Glass
	gone  <-chan struct{} // the glass's process
	close func() error
	// view is what the page looks like, in memory alone; width and height are its.
	view          *os.File
	width, height int
	made          []scanned
	turn          int  // grows with each paper that is dropped, and with each visit
	ordered       bool // an order is under way
	// used is true once a page may have gone through the machine's own services
	// since they were last ended: at first nobody knows.
	used bool
}

// scanned is a document that was made: where it lies in the session's storage.
type scanned struct{ id, where, name string }

// maxScans is how many documents a visit may make: each lies in its memory.
const maxScans = 12

// scanPrefix begins the ids of what was scanned.
const scanPrefix = "scan-"

// offer is nil where nothing is scanned.
func (s *scanning) offer() *kiosk.ScanOffer {
	if s.settings().Scanner == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return &kiosk.ScanOffer{Job: s.job}
}

// documents are what was made.
func (s *scanning) documents() []scanned {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[:len(s.made):len(s.made)]
}

// may tells whether an order has a sense now, and notes that it is under way.
// A second touch of the same button is no fault, and nothing happens.
func (s *scanning) may(o kiosk.ScanOrder) (turn int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ordered && o != kiosk.ScanStop && o != kiosk.ScanDrop {
		return s.turn, false
	}
	defer func() { s.ordered = s.ordered || ok && o != kiosk.ScanStop && o != kiosk.ScanDrop }()
	switch o {
	case kiosk.ScanPage:
		ok = true
		s.job = kiosk.ScanJob{State: kiosk.ScanGoing, Pages: s.job.Pages, View: s.job.View}
	case kiosk.ScanTurn, kiosk.ScanCrop, kiosk.ScanMore:
		ok = s.job.State == kiosk.ScanShown
	case kiosk.ScanKeep:
		ok = s.job.State == kiosk.ScanShown || s.job.Pages > 0
		if ok {
			s.job.State = kiosk.ScanMaking
		}
	case kiosk.ScanStop:
		ok = s.job.State == kiosk.ScanGoing
	case kiosk.ScanDrop:
		ok = true
	}
	return s.turn, ok
}

// drop forgets the paper that is being scanned: its process ends. The lock is
// held.
func (s *scanning) drop() {
	s.turn++
	if s.close != nil {
		_ = s.close() // its process ends with the stream, or with the visit
	}
	if s.view != nil {
		s.view.Close()
	}
	s.job, s.glass, s.gone, s.close, s.view, s.ordered = kiosk.ScanJob{View: s.job.View}, nil, nil, nil, nil, false
}

// forget drops what is known of the visit, and tells whether a service of the
// machine's may still hold some of it.
func (s *scanning) forget() (used bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop()
	s.made = nil
	s.job = kiosk.ScanJob{}
	return s.used
}

// forgotten notes that the service was ended, and holds nothing.
func (s *scanning) forgotten() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = false
}

// cableUnit is what gives a scanner on a cable an address, where there is one.
const cableUnit = "ipp-usb.service"

// endScanning has nothing of a visit's papers be left in a service that pages
// go through. What it left is returned.
func (e *engine) endScanning(ctx context.Context) (left []string) {
	if !e.scanning.forget() {
		return nil
	}
	_, others, err := e.sandbox.RenewService(ctx, cableUnit)
	switch {
	case err != nil:
		return []string{"what scans on a cable could not be ended: " + err.Error()}
	case others > 0:
		return []string{fmt.Sprintf("%d × process of what scans on a cable", others)}
	}
	e.scanning.forgotten()
	return nil
}

// change alters the job, unless the paper is another.
func (s *scanning) change(turn int, f func(*kiosk.ScanJob)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn == s.turn {
		f(&s.job)
		s.ordered = s.ordered && s.job.State.Busy() // who sees that it is done may order at once
	}
}

// shown takes what the page looks like now.
func (s *scanning) shown(turn int, v scan.View, view *os.File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != s.turn {
		view.Close()
		return
	}
	if s.view != nil {
		s.view.Close()
	}
	s.view, s.width, s.height, s.ordered = view, v.Width, v.Height, false
	s.job.State, s.job.Cropped = kiosk.ScanShown, v.Cropped
	s.job.View++
}

// obeyed lets the next order come.
func (s *scanning) obeyed(turn int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn == s.turn {
		s.ordered = false
	}
}

// failed says what became of an order that went wrong. The pages that were
// taken before are still there, unless their process is not.
func (s *scanning) failed(turn int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != s.turn {
		return
	}
	s.job.State, s.ordered = kiosk.ScanFailed, false
	switch {
	case errors.Is(err, scan.ErrStopped):
		s.job.State = kiosk.NoScan
	case errors.Is(err, scan.ErrAway):
		s.job.State = kiosk.ScanAway
	case errors.Is(err, scan.ErrCover):
		s.job.State = kiosk.ScanCover
	case errors.Is(err, scan.ErrCut):
		s.drop()
		s.job.State = kiosk.ScanFailed
	}
	if s.job.State != kiosk.NoScan {
		s.log.Warn("scan a page", "error", err)
	}
}
