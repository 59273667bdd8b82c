package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"borne/kiosk"
	"borne/kiosk/sandbox"
	"borne/kiosk/session"
	"borne/kiosk/usb"
)

// saving looks after what a visit keeps on the visitor's USB key: one document
// at a time, and nothing known of it afterwards.
type saving struct {
	// settings are the organisation's, location is where the clock on the wall
	// hangs.
	settings func() kiosk.USB
	location *time.Location
	log      *slog.Logger

	mu   sync.Mutex
	job  kiosk.SaveJob
	turn int // grows with each document, and with each visit
	tell func(kiosk.Busy, bool)
	says func(session.Event)
}

// errNoKey: there is nothing to keep a document on.
var errNoKey = errors.New("no USB key is plugged in")

// begin belongs to a browser that starts: from now on its visit is told.
func (s *saving) begin(busy *busy, says func(session.Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tell, s.says = busy.say, says
}

// offer is nil where nothing is kept on keys.
func (s *saving) offer() *kiosk.SaveOffer {
	if !s.settings().Save {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return &kiosk.SaveOffer{Job: s.job}
}

// take begins with a document, and returns its turn; false while another is
// being kept.
func (s *saving) take(document string) (turn int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.job.State == kiosk.Saving {
		return 0, false
	}
	s.turn++
	s.job = kiosk.SaveJob{Document: document, State: kiosk.Saving}
	s.tell(kiosk.BusySave, true)
	return s.turn, true
}

// held tells how much of how much the key holds.
func (s *saving) held(turn int, held, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn == s.turn {
		s.job.Held, s.job.Bytes = held, bytes
	}
}

// finished says how it ended, and counts it.
func (s *saving) finished(turn int, name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if turn != s.turn {
		return
	}
	s.job.State, s.job.Name = saveState(err), name
	switch s.job.State {
	case kiosk.Saved:
		s.says(session.Counted{What: kiosk.DeviceSaved})
	case kiosk.SaveNoKey: // nothing was tried
	case kiosk.SaveFailed:
		s.log.Warn("keep a document on a USB key", "error", err)
		fallthrough
	default:
		s.says(session.Counted{What: kiosk.DeviceSaveFault})
	}
	s.tell(kiosk.BusySave, false)
}

// saveState is what the visitor is told. Whatever else the device says is what
// a key says that was pulled out.
func saveState(err error) kiosk.SaveState {
	for _, known := range []struct {
		err   error
		state kiosk.SaveState
	}{{nil, kiosk.Saved}, {errNoKey, kiosk.SaveNoKey}, {usb.ErrFull, kiosk.SaveFull}, {usb.ErrReadOnly, kiosk.SaveReadOnly},
		{usb.ErrUnreadable, kiosk.SaveUnreadable}, {usb.ErrGone, kiosk.SaveGone}} {
		if errors.Is(err, known.err) {
			return known.state
		}
	}
	return kiosk.SaveFailed
}

// forget drops what is known of the visit.
func (s *saving) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	s.job = kiosk.SaveJob{}
}

// SaveDocument keeps a document of the visit on the visitor's USB key.
func (p shellPort) SaveDocument(ctx context.Context, id string) error {
	if err := p.Ask(ctx, session.Activity{}); err != nil {
		return err
	}
	return p.engine.save(strings.Clone(id))
}

// save begins, and returns at once: Documents tells how it goes.
func (e *engine) save(id string) error {
	if !e.saving.settings().Save {
		return kiosk.ErrNotAllowed
	}
	v, err := e.enter()
	if err != nil {
		return err
	}
	turn, ok := e.saving.take(id)
	if !ok {
		v.leave()
		return nil // the screen says what is on its way
	}
	go func() {
		defer v.leave()
		name, err := e.keep(v, id, func(held, bytes int64) { e.saving.held(turn, held, bytes) })
		if v.over.Err() == nil {
			e.saving.finished(turn, name, err)
		}
	}()
	return nil
}

// keep has a process of its own write the document to the key.
func (e *engine) keep(v visit, id string, held func(held, bytes int64)) (name string, err error) {
	document, about, err := v.document(id)
	if err != nil {
		return "", err
	}
	defer document.Close()
	held(0, about.Bytes)
	device, release, err := e.keys.claim(v.over)
	if err != nil {
		return "", err
	}
	defer release()
	command, err := stickCommand("write-stick", device)
	if err != nil {
		return "", err
	}
	w, err := v.unit.StartWriter(v.over, sandbox.WriterSpec{Arguments: command, Device: device, Document: document})
	switch {
	case err != nil && e.keys.plugged().Key == kiosk.NoKey: // pulled out before it was opened
		return "", fmt.Errorf("%w: %w", usb.ErrGone, err)
	case err != nil:
		return "", err
	}
	called := fileName(usb.Document{Name: about.Name, Kind: about.Kind})
	name, err = usb.Save(v.over, w.Control, called, about.Bytes, time.Now().In(e.saving.location), func(n int64) { held(n, about.Bytes) })
	// The key is nobody's again once its process is gone.
	select {
	case <-w.Gone():
	case <-time.After(claimLimit):
	}
	return name, err
}

// document opens one of the visit's documents, and says what it is.
func (v visit) document(id string) (*os.File, kiosk.Document, error) {
	for _, d := range v.received() {
		if d.ID != id {
			continue
		}
		f, kind, err := v.open(id)
		if err != nil {
			return nil, d, err
		}
		info, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, d, nameless(err)
		}
		d.Kind, d.Bytes = kind, info.Size()
		return f, d, nil
	}
	return nil, kiosk.Document{}, errUnknown
}
