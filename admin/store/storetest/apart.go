package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

// visits is a batch of one visit a number, all on one day.
func visits(epoch string, day int, service string, seqs ...uint64) kiosk.CellBatch {
	b := kiosk.CellBatch{Epoch: epoch}
	for _, seq := range seqs {
		b.Cells = append(b.Cells, Visit(seq, day, service, 1))
	}
	return b
}

// logOf is the only usage log of a borne.
func logOf(t *testing.T, s *store.Store, id string) admin.UsageLog {
	t.Helper()
	logs, err := s.UsageLogs(t.Context(), id)
	must(t, err)
	if len(logs) != 1 {
		t.Fatalf("usage logs %+v, want one", logs)
	}
	return logs[0]
}

func testGaps(t *testing.T, s *store.Store, clock *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	bring := func(mark uint64, seqs ...uint64) admin.UsageLog {
		t.Helper()
		clock.T = clock.T.Add(time.Hour)
		w, err := s.Ingest(t.Context(), k.ID, visits("e", 1, "caf", seqs...))
		must(t, err)
		if w.Seq != mark {
			t.Errorf("watermark %d, want %d", w.Seq, mark)
		}
		return logOf(t, s, k.ID)
	}
	if l := bring(0, 3, 4); l.Missing() != 2 || l.MissingFrom != 1 || l.MissingTo != 2 || !l.Since.Equal(clock.T) {
		t.Errorf("before the first: %+v", l)
	}
	since := clock.T
	if l := bring(1, 1, 4); l.Missing() != 1 || l.MissingFrom != 2 || !l.Since.Equal(since) {
		t.Errorf("one came: %+v", l)
	}
	if l := bring(1, 3, 4); l.Missing() != 1 || l.MissingTo != 2 || !l.Since.Equal(since) {
		t.Errorf("another came before those: %+v", l)
	}
	if l := bring(4, 2, 3, 4); l.Missing() != 0 || l.Held != 4 || !l.Since.IsZero() || !l.Last.Equal(clock.T) {
		t.Errorf("all came: %+v", l)
	}
	if l := bring(4, 9); l.Missing() != 4 || !l.Since.Equal(clock.T) {
		t.Errorf("a second gap: %+v", l)
	}
}

// testApart follows a clone with a key of its own, whose log is another's.
func testApart(t *testing.T, s *store.Store, clock *Clock) {
	a, _ := Enrol(t, s, "A")
	b, _ := Enrol(t, s, "B")
	bring := func(id string, mark uint64, batch kiosk.CellBatch) {
		t.Helper()
		w, err := s.Ingest(t.Context(), id, batch)
		must(t, err)
		if w.Seq != mark {
			t.Errorf("watermark %d, want %d", w.Seq, mark)
		}
	}
	total := func(want string) {
		t.Helper()
		got, err := Total(t.Context(), s)
		must(t, err)
		if fmt.Sprint(got) != want {
			t.Errorf("visits %v, want %s", got, want)
		}
	}
	bring(a.ID, 3, visits("e", 1, "caf", 1, 2, 3))
	_, err := s.Ingest(t.Context(), b.ID, visits("e", 2, "ameli", 3, 4, 5))
	want(t, "another's log", err, admin.ErrForeignEpoch)
	// From now on it is heard, and in no figure.
	clock.T = clock.T.Add(time.Hour)
	bring(b.ID, 5, visits("e", 2, "ameli", 3, 4, 5))
	bring(b.ID, 5, visits("e", 2, "ameli", 4, 5))
	bring(b.ID, 6, visits("e", 3, "ameli", 6, 8))
	total("map[2026-09-01 caf:3]")
	if l := logOf(t, s, b.ID); l.Apart.Cells != 3 || l.Apart.FirstDay != "2026-09-02" || l.Apart.LastDay != "2026-09-03" || !l.Apart.Since.Equal(clock.T) {
		t.Errorf("apart: %+v", l)
	}
	if l := logOf(t, s, a.ID); !l.Apart.IsZero() || l.Held != 3 {
		t.Errorf("the log that it was copied from: %+v", l)
	}
	bring(a.ID, 4, visits("e", 1, "caf", 4))

	n, err := s.DecideApart(t.Context(), b.ID, true, "lea@caf.fr")
	must(t, err)
	if n != 3 {
		t.Errorf("%d counters, want 3", n)
	}
	total("map[2026-09-01 caf:4 2026-09-02 ameli:2 2026-09-03 ameli:1]")
	_, err = s.DecideApart(t.Context(), b.ID, true, "lea@caf.fr")
	want(t, "decided twice", err, admin.ErrNotFound)
	bring(b.ID, 7, visits("e", 3, "ameli", 6, 7))
	n, err = s.DecideApart(t.Context(), b.ID, false, "lea@caf.fr")
	must(t, err)
	if n != 1 {
		t.Errorf("%d counters, want 1", n)
	}
	total("map[2026-09-01 caf:4 2026-09-02 ameli:2 2026-09-03 ameli:1]")
	entries, err := s.AuditLog(t.Context(), admin.AuditFilter{Actor: "lea@caf.fr", Object: b.ID})
	must(t, err)
	if len(entries) != 2 || entries[0].Action != admin.AuditUsageDrop || entries[1].Action != admin.AuditUsageKeep ||
		entries[1].Detail != "3 counters of 2026-09-02 to 2026-09-03" {
		t.Errorf("audit log %+v", entries)
	}

	// One that an operator put apart goes on with its own log.
	must(t, s.SetStanding(t.Context(), a.ID, admin.Quarantined, "seen twice", "lea@caf.fr"))
	bring(a.ID, 6, visits("e", 4, "caf", 5, 6))
	total("map[2026-09-01 caf:4 2026-09-02 ameli:2 2026-09-03 ameli:1]")
	must(t, s.SetStanding(t.Context(), a.ID, admin.Active, "", "lea@caf.fr"))
	bring(a.ID, 7, visits("e", 4, "impots", 7))
	_, err = s.DecideApart(t.Context(), a.ID, true, "lea@caf.fr")
	must(t, err)
	total("map[2026-09-01 caf:4 2026-09-02 ameli:2 2026-09-03 ameli:1 2026-09-04 caf:2 2026-09-04 impots:1]")

	// A revoked one is heard too, as far as there is room.
	must(t, s.SetStanding(t.Context(), a.ID, admin.Revoked, "stolen", "lea@caf.fr"))
	bring(a.ID, 8, visits("e", 5, "caf", 8))
	total("map[2026-09-01 caf:4 2026-09-02 ameli:2 2026-09-03 ameli:1 2026-09-04 caf:2 2026-09-04 impots:1]")
	key, err := s.KnownKey(t.Context(), a.ID)
	must(t, err)
	if !key.Equal(a.PublicKey) {
		t.Error("another key came back")
	}
	for seq := uint64(9); ; seq += 500 {
		batch := kiosk.CellBatch{Epoch: "e"}
		for n := range uint64(500) {
			batch.Cells = append(batch.Cells, Visit(seq+n, 5, "caf", 1))
		}
		if _, err := s.Ingest(t.Context(), a.ID, batch); err != nil {
			want(t, "too much", err, admin.ErrQuarantined)
			break
		}
		if seq > 30_000 {
			t.Fatal("what is kept apart has no bound")
		}
	}
}

// testForkedLog has two machines with the same key, as after the copy of a disk.
func testForkedLog(t *testing.T, s *store.Store, _ *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	for seq := uint64(1); seq <= 100; seq += 5 {
		_, err := s.Ingest(t.Context(), k.ID, visits("e", 1, "caf", seq, seq+1, seq+2, seq+3, seq+4))
		must(t, err)
	}
	// What comes twice as it was is no fork, however it comes.
	w, err := s.Ingest(t.Context(), k.ID, visits("e", 1, "caf", 90, 40, 100, 2, 101))
	must(t, err)
	if w.Seq != 101 {
		t.Errorf("watermark %d, want 101", w.Seq)
	}
	_, err = s.Ingest(t.Context(), k.ID, visits("e", 2, "ameli", 60, 61, 62))
	want(t, "the second machine", err, admin.ErrForkedLog)
	_, err = s.DeviceKey(t.Context(), k.ID)
	want(t, "then", err, admin.ErrQuarantined)
	got, err := s.Kiosk(t.Context(), k.ID)
	must(t, err)
	if !strings.Contains(got.StandingReason, "two machines") {
		t.Errorf("reason %q", got.StandingReason)
	}
	if sum, err := Total(t.Context(), s); err != nil || sum["2026-09-01 caf"] != 101 {
		t.Errorf("visits %v, %v", sum, err)
	}
}
