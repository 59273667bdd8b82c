package api_test

import (
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// TestQuarantineKeepsApart follows a clone, by what goes over the wire: it is refused everything but to bring its counters,
// which are in no figure until a technician decides.
func TestQuarantineKeepsApart(t *testing.T) {
	o := newOffice(t)
	ctx, c := t.Context(), o.as(t, admin.Technician)
	b := o.borne(t)
	batch := func(from, to uint64) kiosk.CellBatch {
		batch := kiosk.CellBatch{Epoch: "e"}
		for seq := from; seq <= to; seq++ {
			batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Count: 1,
				Key: kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-08-31", Hour: kiosk.NoHour, First: "caf", Second: "0-5"}}})
		}
		return batch
	}
	total := func() (n uint64) {
		t.Helper()
		rows, err := c.Usage(ctx, admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-08-01", To: "2026-08-31"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			n += r.Count
		}
		return n
	}
	if _, err := b.Cells(ctx, batch(1, 3)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SetStanding(ctx, b.ID, admin.Quarantined, "seen at two places"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CheckIn(ctx, kiosk.CheckIn{}, 0); err == nil {
		t.Error("a quarantined borne checks in")
	}
	if w, err := b.Cells(ctx, batch(4, 8)); err != nil || w.Seq != 8 {
		t.Errorf("counters in quarantine: %+v, %v", w, err)
	}
	if n := total(); n != 3 {
		t.Errorf("%d visits count, want 3", n)
	}
	logs, err := c.UsageLogs(ctx, b.ID)
	if err != nil || len(logs) != 1 || logs[0].Held != 3 || logs[0].Apart.Cells != 5 || logs[0].Apart.Since.Sub(o.clock.Now()).Abs() > time.Minute {
		t.Errorf("usage logs %+v, %v", logs, err)
	}
	if _, err := o.as(t, admin.Mediator).DecideApart(ctx, b.ID, true); err == nil {
		t.Error("a mediator decides")
	}
	if n, err := c.DecideApart(ctx, b.ID, true); err != nil || n != 5 {
		t.Errorf("decided on %d, %v", n, err)
	}
	if n := total(); n != 8 {
		t.Errorf("%d visits count, want 8", n)
	}
	if _, err := c.SetStanding(ctx, b.ID, admin.Active, ""); err != nil {
		t.Fatal(err)
	}
	if w, err := b.Cells(ctx, batch(9, 9)); err != nil || w.Seq != 9 {
		t.Errorf("let back in: %+v, %v", w, err)
	}
}
