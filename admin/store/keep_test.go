package store_test

import (
	"errors"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/admin/store/storetest"
	"borne/kiosk"
)

// TestShorterRetention: an office may keep less than the law allows, in whole
// months, and never more.
func TestShorterRetention(t *testing.T) {
	for _, o := range []store.Options{{UsageMonths: 26}, {UsageMonths: -1}, {AuditMonths: 5}, {AuditMonths: 37}} {
		o.Create = true
		s, err := store.Open(t.Context(), t.TempDir(), o)
		if !errors.Is(err, admin.ErrInvalid) {
			t.Errorf("%+v: %v", o, err)
		}
		if err == nil {
			s.Close()
		}
	}
	clock := &storetest.Clock{T: storetest.Start()}
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true, Now: clock.Now, UsageMonths: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	k, _ := storetest.Enrol(t, s, "A")
	clock.T = time.Date(2026, 9, 20, 9, 0, 0, 0, time.UTC)
	batch := kiosk.CellBatch{Epoch: "e"}
	for i, day := range []string{"2026-06-30", "2026-07-01", "2026-07-31", "2026-09-20"} {
		batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: uint64(i + 1), Cell: kiosk.Cell{Count: 1,
			Key: kiosk.Key{Kind: kiosk.CellVisit, Day: day, Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}})
	}
	if _, err := s.Ingest(t.Context(), k.ID, batch); err != nil {
		t.Fatal(err)
	}
	held(t, s, clock, "2026-09-30", [3]uint64{3, 2, 3})
	held(t, s, clock, "2026-10-01", [3]uint64{1, 0, 1})
}

// held tidies on a day, and holds that days, the month of July and all months
// tell the same.
func held(t *testing.T, s *store.Store, clock *storetest.Clock, at string, want [3]uint64) {
	t.Helper()
	now, err := time.Parse(time.DateOnly, at)
	if err != nil {
		t.Fatal(err)
	}
	clock.T = now
	if err := s.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, q := range []admin.UsageQuery{{From: "2026-06-01", To: "2026-09-30"}, {From: "2026-07-01", To: "2026-07-31", Whole: true}, {From: "2026-06-01", To: "2026-09-30", ByMonth: true}} {
		q.Kind = kiosk.CellVisit
		rows, err := s.Usage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var sum uint64
		for _, r := range rows {
			sum += r.Count
		}
		if sum != want[i] {
			t.Errorf("on %s, %+v: %d, want %d", at, q, sum, want[i])
		}
	}
}
