package storetest

import (
	"fmt"
	"testing"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

func testReceived(t *testing.T, s *store.Store, _ *Clock) {
	a, _ := Enrol(t, s, "A")
	b, _ := Enrol(t, s, "B")
	gone, _ := Enrol(t, s, "C")
	nimes, err := s.CreateSite(t.Context(), "Nîmes", "test")
	must(t, err)
	must(t, s.UpdateKiosk(t.Context(), b.ID, "B", nimes.ID, nil, "test"))
	minutes := func(seq uint64, day string, hour int) kiosk.SequencedCell {
		return kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Count: 60,
			Key: kiosk.Key{Kind: kiosk.CellAvailability, Day: day, Hour: hour, First: kiosk.AvailableOpen, Second: kiosk.None}}}
	}
	for epoch, c := range map[string]struct {
		id    string
		cells []kiosk.SequencedCell
	}{
		"a": {a.ID, []kiosk.SequencedCell{minutes(1, "2026-09-01", 9), minutes(2, "2026-09-01", 10), minutes(3, "2026-09-02", 9)}},
		"b": {b.ID, []kiosk.SequencedCell{minutes(1, "2026-09-01", 9)}},
		"c": {gone.ID, []kiosk.SequencedCell{minutes(1, "2026-09-01", 9)}},
	} {
		_, err := s.Ingest(t.Context(), c.id, kiosk.CellBatch{Epoch: epoch, Cells: c.cells})
		must(t, err)
	}
	must(t, s.SetStanding(t.Context(), gone.ID, admin.Revoked, "sold", "test"))
	days := []string{"2026-09-01", "2026-09-02", "2026-09-03"}
	for _, c := range []struct {
		sites []string
		want  string
	}{
		{nil, "[{2026-09-01 2} {2026-09-02 1} {2026-09-03 0}]"},
		{[]string{nimes.ID}, "[{2026-09-01 1} {2026-09-02 0} {2026-09-03 0}]"},
	} {
		got, err := s.Received(t.Context(), days, c.sites)
		must(t, err)
		if fmt.Sprint(got) != c.want {
			t.Errorf("sites %v: %v, want %s", c.sites, got, c.want)
		}
	}
	open, err := s.OpenDays(t.Context(), "2026-09-01", "2026-09-30", nil)
	must(t, err)
	if open[a.Site] != 2 || open[nimes.ID] != 1 || len(open) != 2 {
		t.Errorf("open days %v", open)
	}
	if open, err = s.OpenDays(t.Context(), "2026-09-02", "2026-09-02", []string{nimes.ID}); err != nil || len(open) != 0 {
		t.Errorf("open days of a site without any: %v %v", open, err)
	}
	got, err := s.Received(t.Context(), nil, nil)
	must(t, err)
	if len(got) != 0 {
		t.Errorf("no day: %v", got)
	}
}
