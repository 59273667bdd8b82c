package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"

	"pgregory.net/rapid"
)

// Visit is a cell that counts n visits to a service on a day of September 2026.
func Visit(seq uint64, day int, service string, n uint64) kiosk.SequencedCell {
	return kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Count: n, Key: kiosk.Key{
		Kind: kiosk.CellVisit, Day: fmt.Sprintf("2026-09-%02d", day), Hour: kiosk.NoHour, First: service, Second: "0-5"}}}
}

// Total sums every visit that the store holds.
func Total(ctx context.Context, s *store.Store) (map[string]uint64, error) {
	rows, err := s.Usage(ctx, admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-09-01", To: "2026-09-30"})
	sums := map[string]uint64{}
	for _, r := range rows {
		sums[r.Day+" "+r.First] += r.Count
	}
	return sums, err
}

func testCells(t *testing.T, s *store.Store, _ *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	ingest := func(mark uint64, cells ...kiosk.SequencedCell) {
		t.Helper()
		w, err := s.Ingest(t.Context(), k.ID, kiosk.CellBatch{Epoch: "e", Cells: cells})
		must(t, err)
		if w.Seq != mark || w.Epoch != "e" {
			t.Errorf("watermark %+v, want %d", w, mark)
		}
	}
	ingest(0)
	ingest(0, Visit(2, 1, "caf", 1))
	ingest(2, Visit(2, 1, "caf", 1), Visit(1, 1, "ameli", 2))
	ingest(2, Visit(1, 1, "ameli", 2), Visit(2, 1, "caf", 1))
	ingest(3, Visit(2, 1, "caf", 1), Visit(3, 1, "caf", 4), Visit(3, 1, "caf", 4), Visit(5, 1, "caf", 8))
	w, err := s.Watermark(t.Context(), k.ID, "e")
	must(t, err)
	if w.Seq != 3 {
		t.Errorf("watermark %+v read back, want 3", w)
	}
	got, err := Total(t.Context(), s)
	must(t, err)
	if !maps.Equal(got, map[string]uint64{"2026-09-01 caf": 5, "2026-09-01 ameli": 2}) {
		t.Errorf("visits %v", got)
	}
}

// testAgain brings counters whose keys are new, known, and both: each is added.
func testAgain(t *testing.T, s *store.Store, _ *Clock) {
	a, _ := Enrol(t, s, "A")
	seq, expected := uint64(0), map[string]uint64{}
	for _, from := range []int{0, 150, 0, 150, 400, 600, 0, 800, 1000} {
		batch := kiosk.CellBatch{Epoch: "e"}
		for n := range 200 {
			seq++
			c := Visit(seq, 1, fmt.Sprintf("s%d", from+n), seq)
			batch.Cells = append(batch.Cells, c)
			expected[c.Day+" "+c.First] += c.Count
		}
		w, err := s.Ingest(t.Context(), a.ID, batch)
		must(t, err)
		if w.Seq != seq {
			t.Errorf("watermark %d, want %d", w.Seq, seq)
		}
	}
	got, err := Total(t.Context(), s)
	must(t, err)
	if !maps.Equal(got, expected) {
		t.Errorf("visits %v, want %v", got, expected)
	}
}

func testForeignEpoch(t *testing.T, s *store.Store, _ *Clock) {
	a, _ := Enrol(t, s, "A")
	b, _ := Enrol(t, s, "B")
	batch := kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{Visit(1, 1, "caf", 1)}}
	_, err := s.Ingest(t.Context(), a.ID, batch)
	must(t, err)
	_, err = s.Ingest(t.Context(), b.ID, batch)
	want(t, "log of another borne", err, admin.ErrForeignEpoch)
	_, err = s.DeviceKey(t.Context(), b.ID)
	want(t, "borne that brought it", err, admin.ErrQuarantined)
	if got, err := Total(t.Context(), s); err != nil || got["2026-09-01 caf"] != 1 {
		t.Errorf("visits %v, %v: a replay counted", got, err)
	}
	must(t, s.SetStanding(t.Context(), a.ID, admin.Revoked, "disk moved to B", "test"))
	must(t, s.SetStanding(t.Context(), b.ID, admin.Active, "", "test"))
	batch.Cells = append(batch.Cells, Visit(2, 1, "caf", 1))
	w, err := s.Ingest(t.Context(), b.ID, batch)
	must(t, err)
	if got, err := Total(t.Context(), s); err != nil || got["2026-09-01 caf"] != 2 || w.Seq != 2 {
		t.Errorf("visits %v up to %d, %v: want 2 up to 2", got, w.Seq, err)
	}
}

// testCellsOnce plays a borne whose batches are cut, reordered, doubled, lost
// and replayed by another borne: what is acknowledged is there, once.
func testCellsOnce(t *testing.T, open Open) {
	clock := &Clock{Start()}
	s := open(t, clock)
	round := 0
	rapid.Check(t, func(t2 *rapid.T) {
		round++
		a, _ := Enrol(t, s, fmt.Sprintf("A%d", round))
		b, _ := Enrol(t, s, fmt.Sprintf("B%d", round))
		before, err := Total(t.Context(), s)
		if err != nil {
			t2.Fatal(err)
		}
		epoch := fmt.Sprint("epoch", round)
		var log []kiosk.SequencedCell
		for i := range rapid.IntRange(1, 60).Draw(t2, "cells") {
			log = append(log, Visit(uint64(i+1), rapid.IntRange(1, 3).Draw(t2, "day"),
				rapid.SampledFrom([]string{"caf", "ameli", kiosk.None}).Draw(t2, "service"), uint64(rapid.IntRange(1, 9).Draw(t2, "count"))))
		}
		mark := uint64(0)
		for range rapid.IntRange(1, 12).Draw(t2, "batches") {
			from := rapid.IntRange(0, len(log)-1).Draw(t2, "from")
			to := rapid.IntRange(from, len(log)).Draw(t2, "to")
			cells := slices.Clone(log[from:to])
			if len(cells) > 1 && rapid.Bool().Draw(t2, "shuffle") {
				cells = append(rapid.Permutation(cells).Draw(t2, "order"), cells[0])
			}
			w, err := s.Ingest(t.Context(), a.ID, kiosk.CellBatch{Epoch: epoch, Cells: cells})
			if err != nil {
				t2.Fatal(err)
			}
			if from <= int(mark) && to > int(mark) {
				mark = uint64(to)
			}
			if w.Seq != mark {
				t2.Fatalf("watermark %d after [%d,%d), want %d", w.Seq, from, to, mark)
			}
		}
		if _, err := s.Ingest(t.Context(), b.ID, kiosk.CellBatch{Epoch: epoch, Cells: log}); err == nil {
			t2.Fatal("another borne's replay was taken")
		}
		for _, cell := range log[:mark] {
			before[cell.Day+" "+cell.First] += cell.Count
		}
		after, err := Total(t.Context(), s)
		if err != nil {
			t2.Fatal(err)
		}
		if !maps.Equal(before, after) {
			t2.Fatalf("visits %v, want %v", after, before)
		}
	})
}

func testUsage(t *testing.T, s *store.Store, _ *Clock) {
	a, _ := Enrol(t, s, "A")
	b, _ := Enrol(t, s, "B")
	nimes, err := s.CreateSite(t.Context(), "Nîmes", "test")
	must(t, err)
	must(t, s.UpdateKiosk(t.Context(), b.ID, "B", nimes.ID, nil, "test"))
	for epoch, id := range map[string]string{"ea": a.ID, "eb": b.ID} {
		session := kiosk.SequencedCell{Seq: 3, Cell: kiosk.Cell{Count: 1, Key: kiosk.Key{Kind: kiosk.CellSession, Day: "2026-09-01", Hour: 9, First: "button", Second: "0-5"}}}
		_, err := s.Ingest(t.Context(), id, kiosk.CellBatch{Epoch: epoch, Cells: []kiosk.SequencedCell{Visit(1, 1, "caf", 1), Visit(2, 2, "caf", 2), session}})
		must(t, err)
	}
	base := admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-09-01", To: "2026-09-30"}
	for name, c := range map[string]struct {
		change func(*admin.UsageQuery)
		want   string
	}{
		"all":               {func(*admin.UsageQuery) {}, "2026-09-01/-1/caf//2 2026-09-02/-1/caf//4 "},
		"one day":           {func(q *admin.UsageQuery) { q.To = "2026-09-01" }, "2026-09-01/-1/caf//2 "},
		"one site":          {func(q *admin.UsageQuery) { q.Sites = []string{nimes.ID} }, "2026-09-01/-1/caf//1 2026-09-02/-1/caf//2 "},
		"one borne":         {func(q *admin.UsageQuery) { q.Kiosk = a.ID }, "2026-09-01/-1/caf//1 2026-09-02/-1/caf//2 "},
		"bands":             {func(q *admin.UsageQuery) { q.BySecond = true }, "2026-09-01/-1/caf/0-5/2 2026-09-02/-1/caf/0-5/4 "},
		"hours":             {func(q *admin.UsageQuery) { q.Kind, q.BySecond = kiosk.CellSession, true }, "2026-09-01/9/button/0-5/2 "},
		"whole":             {func(q *admin.UsageQuery) { q.Whole = true }, "/-1/caf//6 "},
		"whole bands":       {func(q *admin.UsageQuery) { q.Whole, q.BySecond = true, true }, "/-1/caf/0-5/6 "},
		"only hours":        {func(q *admin.UsageQuery) { q.Kind, q.ByHour = kiosk.CellSession, true }, "2026-09-01/9///2 "},
		"one borne's hours": {func(q *admin.UsageQuery) { q.Kind, q.ByHour, q.Kiosk = kiosk.CellSession, true, b.ID }, "2026-09-01/9///1 "},
		"nothing":           {func(q *admin.UsageQuery) { q.Kind = kiosk.CellHelp }, ""},
	} {
		q := base
		c.change(&q)
		rows, err := s.Usage(t.Context(), q)
		must(t, err)
		got := ""
		for _, r := range rows {
			got += fmt.Sprintf("%s/%d/%s/%s/%d ", r.Day, r.Hour, r.First, r.Second, r.Count)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	q := base
	q.BySite, q.Kiosk = true, b.ID
	for _, k := range []string{"", b.ID} {
		q.Kiosk = k
		rows, err := s.Usage(t.Context(), q)
		must(t, err)
		if len(rows) == 0 || rows[len(rows)-1].Site == "" {
			t.Errorf("borne %q by site: %+v", k, rows)
		}
	}
	q.To = "2026-08-01"
	_, err = s.Usage(t.Context(), q)
	want(t, "ends before it starts", err, admin.ErrInvalid)
}
