package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"borne/kiosk"
	"borne/kiosk/allowlist"
	"borne/kiosk/bus"
	"borne/kiosk/kiosktest"
)

// startBorne runs a private dbus-daemon with the real bus server on it, over
// a borne that has one visitor, and returns the bus's address.
func startBorne(t *testing.T) string {
	t.Helper()
	address := kiosktest.Bus(t)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	b := &borne{}
	if b.server, err = bus.NewServer(bus.Options{Conn: conn, ShellUID: uint32(os.Getuid()), Version: "1.2.3",
		Visitor: b, Page: b, Shell: b, Staff: b, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	b.server.Publish(kiosk.Snapshot{State: kiosk.Visiting, Language: kiosk.Ukrainian, Service: "caf", Message: "Réunion à 14 h"})
	if err := b.server.Claim(t.Context()); err != nil {
		t.Fatal(err)
	}
	return address
}

// borne answers as borned would. Only what bornectl calls does anything.
type borne struct {
	server *bus.Server
	mu     sync.Mutex
	ended  bool
}

var errUnused = errors.New("bornectl has no such command")

func (*borne) StartSession(context.Context, kiosk.Language) error { return errUnused }
func (*borne) OpenService(context.Context, kiosk.ServiceID) error { return errUnused }
func (*borne) Extend(context.Context) error                       { return errUnused }
func (*borne) CallMediator(context.Context) error                 { return errUnused }
func (*borne) AnswerHelp(context.Context) error                   { return errUnused }
func (*borne) Home(context.Context) error                         { return errUnused }
func (*borne) Back(context.Context) error                         { return errUnused }
func (*borne) Zoom(context.Context, int) error                    { return errUnused }
func (*borne) GiveFile(context.Context, string) error             { return errUnused }
func (*borne) Refused(context.Context, kiosk.Reason) error        { return errUnused }
func (*borne) Documents(context.Context) (kiosk.Offer, error)     { return kiosk.Offer{}, errUnused }
func (*borne) Activity(context.Context) error                     { return errUnused }
func (*borne) Hello(context.Context, int, int, int) error         { return errUnused }
func (*borne) Renewing(context.Context) error                     { return nil }
func (*borne) ShellGone()                                         {}

func (b *borne) EndSession(_ context.Context, r kiosk.EndReason) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended || r != kiosk.EndStaff {
		return kiosk.ErrNoSession
	}
	b.ended = true
	b.server.Publish(kiosk.Snapshot{State: kiosk.Ready})
	return nil
}

func (*borne) Prolong(context.Context, time.Duration) error { return nil }
func (*borne) Report(context.Context, kiosk.Report) error   { return nil }
func (*borne) AllowHost(_ context.Context, host string) error {
	if host != "www.caf.fr" {
		return fmt.Errorf("%w: %w", kiosk.ErrBadArgument, allowlist.VisitNumber)
	}
	return nil
}

func (*borne) Diagnostics(context.Context) ([]kiosk.Fact, error) {
	return []kiosk.Fact{{Name: "disk", Level: kiosk.LevelOK, Detail: "70 % free"}, {Name: "clock", Level: kiosk.LevelFail, Detail: "wrong by 8760h"}}, nil
}

func (*borne) Enrol(_ context.Context, server, code string) (string, error) {
	if code != "ABCD-EFGH" {
		return "", errors.New("unknown enrolment code: check it, or make a new one")
	}
	return "Nîmes 2 at " + server, nil
}

func (*borne) SyncUsage(context.Context) (uint64, error) { return 0, nil }

func (*borne) Usage(context.Context) (any, error) {
	cell := kiosk.Cell{Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "5-15"}, Count: 3}
	return kept{Open: []kiosk.Cell{cell}, Outbox: []kiosk.SequencedCell{{Seq: 8, Cell: cell}}, Acknowledged: 7}, nil
}
