package api_test

import (
	"errors"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// TestNoRoomToWait: a borne for which there is no room is told when to come
// again, before it would count as offline; one with news is not sent away.
func TestNoRoomToWait(t *testing.T) {
	o := newOffice(t)
	o.device.MostWaiting = 1
	first, second := o.borne(t), o.borne(t)
	held := make(chan error, 1)
	go func() {
		_, err := first.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait)
		held <- err
	}()
	for o.bell.Waiting() == 0 {
		select {
		case err := <-held:
			t.Fatalf("the first was not held: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	began := time.Now()
	reply, err := second.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait)
	if err != nil || reply.NextSeconds < 60 || time.Duration(reply.NextSeconds)*time.Second > admin.OfflineAfter || time.Since(began) > 20*time.Second {
		t.Errorf("the second: %+v, %v after %s", reply, err, time.Since(began))
	}
	if _, err := o.store.CreateCommand(t.Context(), admin.Command{Kiosk: second.ID, Author: "test",
		Command: kiosk.Command{Kind: kiosk.CommandClose, Expires: o.clock.Now().Add(time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	if reply, err = second.CheckIn(t.Context(), kiosk.CheckIn{State: kiosk.Ready}, kiosk.MaxWait); err != nil || len(reply.Commands) != 1 || reply.NextSeconds != 0 {
		t.Errorf("with an order: %+v, %v", reply, err)
	}
	o.bell.Ring(first.ID)
	o.bell.Close()
	if err := <-held; err != nil {
		t.Errorf("the first: %v", err)
	}
}

// TestReplayByAnotherKey: what one borne signed counts for no other, and what
// another signs in its name not at all.
func TestReplayByAnotherKey(t *testing.T) {
	o := newOffice(t)
	a, b := o.borne(t), o.borne(t)
	batch := kiosk.CellBatch{Epoch: "log-of-a", Cells: []kiosk.SequencedCell{{Seq: 1, Cell: kiosk.Cell{Count: 3, Key: kiosk.Key{Kind: kiosk.CellVisit,
		Day: "2026-08-31", Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}}}}
	for range 3 { // duplicated on the way
		if mark, err := a.Cells(t.Context(), batch); err != nil || mark.Seq != 1 {
			t.Fatalf("%+v, %v", mark, err)
		}
	}
	posing := *b
	posing.ID = a.ID
	if _, err := posing.Cells(t.Context(), batch); err == nil {
		t.Error("a request in another borne's name was taken")
	}
	if _, err := b.Cells(t.Context(), batch); err == nil {
		t.Error("another borne's log was taken")
	}
	if k, err := o.store.Kiosk(t.Context(), b.ID); err != nil || k.Standing != admin.Quarantined {
		t.Errorf("the borne that replayed it: %+v, %v", k.Standing, err)
	}
	if k, err := o.store.Kiosk(t.Context(), a.ID); err != nil || k.Standing != admin.Active {
		t.Errorf("the borne whose log it is: %+v, %v", k.Standing, err)
	}
	rows, err := o.store.Usage(t.Context(), admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-08-31", To: "2026-08-31"})
	if err != nil || len(rows) != 1 || rows[0].Count != 3 {
		t.Errorf("counted %+v, %v: want 3 once", rows, err)
	}
	if _, err := b.CheckIn(t.Context(), kiosk.CheckIn{}, 0); err == nil || errors.Is(err, admin.ErrNotFound) {
		t.Errorf("a quarantined borne checks in: %v", err)
	}
}
