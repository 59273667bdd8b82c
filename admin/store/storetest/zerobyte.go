package storetest

import (
	"context"
	"errors"
	"testing"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

// testZeroByte: a zero byte, which one engine keeps and the other does not, is
// the sender's fault or nobody's, never the office's own.
func testZeroByte(t *testing.T, s *store.Store, _ *Clock) {
	const zero = "a\x00b"
	k, _ := Enrol(t, s, "Accueil")
	c, err := s.CreateCommand(t.Context(), admin.Command{Kiosk: k.ID, Author: "test", Command: kiosk.Command{Kind: kiosk.CommandClose}})
	must(t, err)
	for what, ask := range map[string]func(context.Context) error{
		"a mail":    func(ctx context.Context) error { _, _, err := s.OperatorByMail(ctx, zero); return err },
		"a borne":   func(ctx context.Context) error { _, err := s.FindKiosk(ctx, zero); return err },
		"a command": func(ctx context.Context) error { _, err := s.Command(ctx, zero); return err },
		"a report": func(ctx context.Context) error {
			return s.ReportCommand(ctx, k.ID, c.ID, kiosk.CommandReport{State: kiosk.CommandFailed, Detail: zero})
		},
		"a search":  func(ctx context.Context) error { _, err := s.Kiosks(ctx, admin.KioskFilter{Text: zero}); return err },
		"an author": func(ctx context.Context) error { _, err := s.AuditLog(ctx, admin.AuditFilter{Actor: zero}); return err },
	} {
		if err := ask(t.Context()); err != nil && !errors.Is(err, admin.ErrInvalid) && !errors.Is(err, admin.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
