package usage

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"borne/kiosk"
)

func TestEvictionKeepsNumbersContiguousAndCounts(t *testing.T) {
	ctx, c := t.Context(), newClock()
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read, MaxRows: 10})
	for range 30 {
		must(t, l.Add(ctx, visit(l, c, "caf")))
		c.now = c.now.AddDate(0, 0, 1)
		must(t, l.CloseElapsed(ctx, c.now))
	}
	if got := pending(t, l); got != 30 {
		t.Errorf("pending %d, want the 20 evicted ones too", got)
	}
	var evicted, visits int
	for next := uint64(1); ; {
		b := batch(t, l, 7)
		if len(b.Cells) == 0 {
			break
		}
		for _, cell := range b.Cells {
			if cell.Seq != next {
				t.Fatalf("number %d, want %d", cell.Seq, next)
			}
			must(t, cell.Validate(nil))
			next++
			if cell.First == kiosk.DeviceEvicted {
				evicted += int(cell.Count)
			} else {
				visits++
			}
		}
		must(t, l.Acknowledge(ctx, kiosk.Watermark{Epoch: b.Epoch, Seq: next - 1}))
	}
	if evicted != 20 || visits != 10 {
		t.Errorf("%d evicted and %d visits, want 20 and 10", evicted, visits)
	}
	var oldest string
	must(t, l.db.QueryRow(`SELECT coalesce(min(day), '') FROM outbox`).Scan(&oldest))
	if oldest != "" || pending(t, l) != 0 {
		t.Errorf("left: %s, %d", oldest, pending(t, l))
	}
}

func TestRetention(t *testing.T) {
	for _, months := range []int{MaxRetentionMonths + 1, -1} {
		if l, err := Open(filepath.Join(t.TempDir(), "usage.db"), Options{RetentionMonths: months}); err == nil {
			l.Close()
			t.Errorf("%d months were taken", months)
		}
	}
	for _, months := range []int{0, 1, 13, MaxRetentionMonths} {
		t.Run(fmt.Sprintf("%d months", months), func(t *testing.T) { retention(t, months) })
	}
}

// retention holds that a cell is kept for so many months, 0 for the most, and
// for no day more.
func retention(t *testing.T, set int) {
	ctx, c := t.Context(), newClock()
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read, RetentionMonths: set})
	months := set
	if set == 0 {
		months = MaxRetentionMonths
	}
	if told, err := l.Dump(ctx); err != nil || told.RetentionMonths != months {
		t.Errorf("it tells of %d months, %v", told.RetentionMonths, err)
	}
	must(t, l.Add(ctx, visit(l, c, "caf")))
	must(t, l.CloseAll(ctx))
	c.now = c.now.AddDate(0, months, 0)
	must(t, l.CloseElapsed(ctx, c.now))
	if b := batch(t, l, 10); b.Cells[0].First != "caf" {
		t.Errorf("evicted on the last day: %+v", b)
	}
	c.now = c.now.AddDate(0, 0, 1)
	must(t, l.CloseElapsed(ctx, c.now))
	if b := batch(t, l, 10); len(b.Cells) != 1 || b.Cells[0].First != kiosk.DeviceEvicted || b.Cells[0].Day != c.now.Format(time.DateOnly) {
		t.Errorf("kept longer than %d months: %+v", months, b)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	c := &clock{time.Unix(0, 0)}
	l := open(t, filepath.Join(t.TempDir(), "usage.db"), Options{Clock: c.read, Earliest: newClock().now.Add(-time.Hour)})
	for i := range maxBuffered + 5 {
		k := visit(l, c, fmt.Sprintf("s%d", i))
		if err := l.Add(context.Background(), k, k); err == nil {
			t.Fatal("counted under a wrong clock")
		}
	}
	c.now = newClock().now
	must(t, l.Add(context.Background(), visit(l, c, "caf")))
	sum := totals(t, l)
	if n := sum[l.Key(kiosk.CellDevice, c.now, kiosk.DeviceEvicted, kiosk.None)]; n != 5 {
		t.Errorf("%d evicted, want 5", n)
	}
	if len(sum) != maxBuffered+2 || sum[visit(l, c, "s0")] != 2 {
		t.Errorf("%d cells kept", len(sum))
	}
}
