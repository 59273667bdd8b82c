package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"borne/kiosk"
	"borne/kiosk/sandbox"
	"borne/kiosk/scan"
	"borne/kiosk/session"
)

// Scan has the scanner do something.
func (p shellPort) Scan(ctx context.Context, o kiosk.ScanOrder) error {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return err
	}
	return p.engine.scan(o)
}

// scan begins, and returns at once: Documents tells how it goes.
func (e *engine) scan(o kiosk.ScanOrder) error {
	setting := e.scanning.settings().Scanner
	if setting == "" {
		return kiosk.ErrNotAllowed
	}
	v, err := e.enter()
	if err != nil {
		return err
	}
	turn, ok := e.scanning.may(o)
	if !ok {
		v.leave()
		return nil // the screen says what is on its way
	}
	if o == kiosk.ScanStop || o == kiosk.ScanDrop {
		defer v.leave()
		return e.scanning.interrupt(o)
	}
	go func() {
		defer v.leave()
		if err := e.obey(v, turn, o, setting); err != nil && v.over.Err() == nil {
			e.scanning.failed(turn, err)
		}
		e.scanning.obeyed(turn)
	}()
	return nil
}

// interrupt gives a page up, or the whole paper.
func (s *scanning) interrupt(o kiosk.ScanOrder) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o == kiosk.ScanDrop {
		s.drop()
		return nil
	}
	if s.glass == nil { // its process starts: there is nothing to lose yet
		s.drop()
		return nil
	}
	return s.glass.Stop()
}

// obey carries an order out.
func (e *engine) obey(v visit, turn int, o kiosk.ScanOrder, setting string) error {
	s := e.scanning
	g, err := s.open(v, turn, setting)
	if err != nil {
		return err
	}
	switch o {
	case kiosk.ScanPage, kiosk.ScanTurn, kiosk.ScanCrop:
		view, err := inMemory("view")
		if err != nil {
			return err
		}
		var looks scan.View
		switch o {
		case kiosk.ScanPage:
			looks, err = g.Page(v.over, func(percent int) {
				s.change(turn, func(j *kiosk.ScanJob) { j.Percent = percent })
			}, view)
		case kiosk.ScanTurn:
			looks, err = g.Turn(v.over, view)
		default:
			looks, err = g.Crop(v.over, view)
		}
		if err != nil {
			view.Close()
			return err
		}
		s.shown(turn, looks, view)
	case kiosk.ScanMore:
		if err := g.More(v.over); err != nil {
			return err
		}
		s.change(turn, func(j *kiosk.ScanJob) { j.State, j.Pages = kiosk.NoScan, j.Pages+1 })
	case kiosk.ScanKeep:
		return s.keep(v, turn, g)
	}
	return nil
}

// keep makes a document of the pages, and one of the visit's of it.
func (s *scanning) keep(v visit, turn int, g *scan.Glass) error {
	number := len(s.documents()) + 1
	if number > maxScans {
		return errors.New("too many documents were scanned in this visit")
	}
	id, name := fmt.Sprintf("%s%d", scanPrefix, number), fmt.Sprintf("papier-numerise-%d.pdf", number)
	folder := fmt.Sprintf("scanned-%d", turn)
	where, err := receive(v.unit, folder, name, func(w io.Writer) error {
		return g.Keep(v.over, s.settings().MaxBytes(), w)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != s.turn || v.over.Err() != nil {
		return nameless(v.unit.Storage().RemoveAll(folder))
	}
	s.made = append(s.made, scanned{id, where, name})
	s.drop()
	s.job.State, s.job.Document = kiosk.ScanKept, id
	return nil
}

// open returns the process that scans, and starts it for the first page of a
// paper.
func (s *scanning) open(v visit, turn int, setting string) (*scan.Glass, error) {
	s.mu.Lock()
	g, gone, pages := s.glass, s.gone, s.job.Pages
	s.mu.Unlock()
	if g != nil {
		select {
		case <-gone:
			if pages > 0 { // with what was scanned before
				return nil, scan.ErrCut
			}
		default:
			return g, nil
		}
	}
	device, err := kiosk.ParseScanner(setting)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	started, err := v.unit.StartScanner(v.over, sandbox.ScannerSpec{Arguments: []string{self, "scan-pages", "--scanner=" + setting}, Address: device.Address})
	if err != nil {
		return nil, err
	}
	g = scan.New(started.Control)
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != s.turn {
		started.Control.Close()
		return nil, scan.ErrStopped
	}
	s.used = true
	s.glass, s.gone, s.close = g, started.Gone(), started.Control.Close
	return g, nil
}

// errNoView: there is no page to look at.
var errNoView = errors.New("no page was scanned")

// ScanView writes the page that is looked at.
func (p shellPort) ScanView(_ context.Context, w io.Writer) (width, height int, err error) {
	s := p.engine.scanning
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view == nil {
		return 0, 0, errNoView
	}
	// What is held is at most a megabyte, and the shell's file is memory.
	bytes := 3 * int64(s.width) * int64(s.height)
	if _, err := io.Copy(w, io.NewSectionReader(s.view, 0, bytes)); err != nil {
		return 0, 0, nameless(err)
	}
	return s.width, s.height, nil
}

// scannedAs finds one of the visit's scans.
func (v visit) scannedAs(id string) (d scanned, ok bool) {
	if !strings.HasPrefix(id, scanPrefix) {
		return d, false
	}
	for _, d := range v.scans {
		if d.id == id {
			return d, true
		}
	}
	return d, false
}
