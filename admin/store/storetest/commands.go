package storetest

import (
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

func queue(t *testing.T, s *store.Store, id string) admin.Command {
	t.Helper()
	c, err := s.CreateCommand(t.Context(), admin.Command{Command: kiosk.Command{Kind: kiosk.CommandRestart}, Kiosk: id, Author: "test"})
	must(t, err)
	return c
}

func testCommands(t *testing.T, s *store.Store, clock *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	other, _ := Enrol(t, s, "Autre")
	_, err := s.CreateCommand(t.Context(), admin.Command{Command: kiosk.Command{Kind: kiosk.CommandRestart}, Kiosk: "none"})
	want(t, "no borne", err, admin.ErrNotFound)
	_, err = s.CreateCommand(t.Context(), admin.Command{Command: kiosk.Command{Kind: "dance"}, Kiosk: k.ID})
	want(t, "no such command", err, admin.ErrInvalid)
	c := queue(t, s, k.ID)
	if !c.Expires.Equal(clock.T.Add(admin.DefaultCommandLife)) {
		t.Errorf("expires %s", c.Expires)
	}
	out, err := s.Outstanding(t.Context(), k.ID)
	must(t, err)
	if len(out) != 1 || out[0].State != kiosk.CommandQueued {
		t.Fatalf("outstanding %+v", out)
	}
	must(t, s.MarkSent(t.Context(), []string{c.ID}))
	out, err = s.Outstanding(t.Context(), k.ID)
	must(t, err)
	if len(out) != 1 || out[0].State != kiosk.CommandSent || !out[0].Sent.Equal(clock.T) {
		t.Fatalf("outstanding once sent %+v", out)
	}
	report := func(id string, state kiosk.CommandState) error {
		return s.ReportCommand(t.Context(), id, c.ID, kiosk.CommandReport{State: state, Detail: string(state)})
	}
	want(t, "report by another borne", report(other.ID, kiosk.CommandDone), admin.ErrNotFound)
	want(t, "report of a state that is not a borne's", report(k.ID, kiosk.CommandCancelled), admin.ErrInvalid)
	must(t, report(k.ID, kiosk.CommandAccepted))
	must(t, report(k.ID, kiosk.CommandAccepted))
	want(t, "cancel once accepted", s.CancelCommand(t.Context(), c.ID, "test"), admin.ErrCommandClosed)
	must(t, report(k.ID, kiosk.CommandDone))
	must(t, report(k.ID, kiosk.CommandDone))
	want(t, "failed once done", report(k.ID, kiosk.CommandFailed), admin.ErrCommandClosed)
	got, err := s.Command(t.Context(), c.ID)
	must(t, err)
	if got.State != kiosk.CommandDone || got.Detail != "done" || got.Finished.IsZero() || got.Accepted.IsZero() {
		t.Errorf("command %+v", got)
	}
	second := queue(t, s, k.ID)
	must(t, s.CancelCommand(t.Context(), second.ID, "test"))
	open, err := s.Commands(t.Context(), admin.CommandFilter{Kiosk: k.ID, Open: true})
	must(t, err)
	all, err := s.Commands(t.Context(), admin.CommandFilter{Kiosk: k.ID})
	must(t, err)
	if len(open) != 0 || len(all) != 2 {
		t.Errorf("%d open of %d, want 0 of 2", len(open), len(all))
	}
}

func testCommandExpiry(t *testing.T, s *store.Store, clock *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	forgotten, accepted := queue(t, s, k.ID), queue(t, s, k.ID)
	must(t, s.ReportCommand(t.Context(), k.ID, accepted.ID, kiosk.CommandReport{State: kiosk.CommandAccepted}))
	clock.T = clock.T.Add(admin.DefaultCommandLife + time.Second)
	for _, tidied := range []bool{false, true} {
		if tidied {
			must(t, s.Tidy(t.Context()))
		}
		got, err := s.Command(t.Context(), forgotten.ID)
		must(t, err)
		if got.State != kiosk.CommandExpired {
			t.Errorf("tidied %t: state %s, want expired", tidied, got.State)
		}
		out, err := s.Outstanding(t.Context(), k.ID)
		must(t, err)
		if len(out) != 0 {
			t.Errorf("tidied %t: an expired command would be sent", tidied)
		}
	}
	must(t, s.ReportCommand(t.Context(), k.ID, accepted.ID, kiosk.CommandReport{State: kiosk.CommandDone}))
	want(t, "report after expiry", s.ReportCommand(t.Context(), k.ID, forgotten.ID, kiosk.CommandReport{State: kiosk.CommandDone}), admin.ErrCommandClosed)
}
