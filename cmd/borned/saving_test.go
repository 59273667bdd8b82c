package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"borne/kiosk"
	"borne/kiosk/session"
	"borne/kiosk/usb"
)

func newTestSaving(on bool, heard *told, log *slog.Logger) *saving {
	s := &saving{settings: func() kiosk.USB { return kiosk.USB{Save: on} }, location: time.UTC, log: log}
	s.begin(newBusy(1, heard.add), heard.add)
	return s
}

// TestNothingIsSavedUnlessAsked: the zero setting offers nothing and writes
// nothing.
func TestNothingIsSavedUnlessAsked(t *testing.T) {
	s := newTestSaving(false, &told{}, slog.New(slog.DiscardHandler))
	if o := s.offer(); o != nil {
		t.Errorf("offered %+v", o)
	}
	if err := (&engine{saving: s}).save("visit-1"); !errors.Is(err, kiosk.ErrNotAllowed) {
		t.Errorf("got %v", err)
	}
}

// TestSavedOnce: one document at a time; each end has its word and its counter.
func TestSavedOnce(t *testing.T) {
	for _, c := range []struct {
		err   error
		state kiosk.SaveState
		count string
	}{
		{nil, kiosk.Saved, kiosk.DeviceSaved}, {errNoKey, kiosk.SaveNoKey, ""}, {fmt.Errorf("a: %w", usb.ErrFull), kiosk.SaveFull, kiosk.DeviceSaveFault},
		{usb.ErrReadOnly, kiosk.SaveReadOnly, kiosk.DeviceSaveFault}, {usb.ErrUnreadable, kiosk.SaveUnreadable, kiosk.DeviceSaveFault},
		{usb.ErrGone, kiosk.SaveGone, kiosk.DeviceSaveFault}, {errUnknown, kiosk.SaveFailed, kiosk.DeviceSaveFault},
	} {
		heard := &told{}
		s := newTestSaving(true, heard, slog.New(slog.DiscardHandler))
		turn, ok := s.take("visit-1")
		if _, again := s.take("visit-2"); !ok || again {
			t.Fatalf("taken %v, and again %v", ok, again)
		}
		s.held(turn, 5, 10)
		if o := s.offer(); o.Job != (kiosk.SaveJob{Document: "visit-1", State: kiosk.Saving, Held: 5, Bytes: 10}) {
			t.Errorf("offered %+v", o)
		}
		s.finished(turn, "Avis.pdf", c.err)
		if o := s.offer(); o.Job.State != c.state {
			t.Errorf("%v: %s, want %s", c.err, o.Job.State, c.state)
		}
		want := []session.Event{session.Busy{Generation: 1, With: kiosk.BusySave, On: true}}
		if c.count != "" {
			want = append(want, session.Counted{What: c.count})
		}
		want = append(want, session.Busy{Generation: 1, With: kiosk.BusySave})
		if fmt.Sprint(heard.events) != fmt.Sprint(want) {
			t.Errorf("%v: the machine hears %v, want %v", c.err, heard.events, want)
		}
	}
}

// TestSaveOfTheVisitBefore: the next visit hears nothing of it, and no line of
// the journal names a document.
func TestSaveOfTheVisitBefore(t *testing.T) {
	heard, journal := &told{}, &bytes.Buffer{}
	s := newTestSaving(true, heard, slog.New(slog.NewTextHandler(journal, nil)))
	turn, _ := s.take("visit-1")
	s.forget()
	s.held(turn, 5, 10)
	s.finished(turn, "Avis de Madame Martin.pdf", nil)
	if o := s.offer(); o.Job != (kiosk.SaveJob{}) || len(heard.events) != 1 {
		t.Errorf("the next visit is offered %+v, and hears %v", o, heard.events)
	}
	for _, err := range []error{usb.ErrFull, usb.ErrGone, errUnknown, nil} {
		turn, _ = s.take("visit-2")
		s.finished(turn, "Avis de Madame Martin.pdf", err)
	}
	if strings.Contains(journal.String(), "Martin") || strings.Contains(journal.String(), "visit-2") || strings.Count(journal.String(), "\n") != 1 {
		t.Errorf("the journal says %s", journal)
	}
}
