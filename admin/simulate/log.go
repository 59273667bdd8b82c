package simulate

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
	"sync"

	"borne/kiosk"
)

// usageLog is a borne's outbox, in memory: closed cells under sequence numbers
// that never change.
type usageLog struct {
	totals *totals

	mu      sync.Mutex
	epoch   string
	seq     uint64
	acked   uint64
	waiting []kiosk.SequencedCell
	// due is the number up to which cells waited when the line came back.
	due uint64
	// caught is called once they are acknowledged.
	caught func()
	// held is what was acknowledged, where this borne is checked by itself.
	held map[kiosk.Key]uint64
}

func newUsageLog(t *totals) *usageLog {
	epoch := make([]byte, 16)
	rand.Read(epoch) // never fails
	return &usageLog{totals: t, epoch: hex.EncodeToString(epoch)}
}

// close adds closed cells.
func (l *usageLog) close(cells []kiosk.Cell) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range cells {
		l.seq++
		l.waiting = append(l.waiting, kiosk.SequencedCell{Seq: l.seq, Cell: c})
	}
	l.totals.closed.Add(uint64(len(cells)))
}

// Batch implements fleet.Cells.
func (l *usageLog) Batch(_ context.Context, limit int) (kiosk.CellBatch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(limit, len(l.waiting))
	return kiosk.CellBatch{Epoch: l.epoch, Cells: append([]kiosk.SequencedCell(nil), l.waiting[:n]...)}, nil
}

// Acknowledge implements fleet.Cells.
func (l *usageLog) Acknowledge(_ context.Context, w kiosk.Watermark) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.Epoch != l.epoch || w.Seq > l.seq {
		l.totals.wrong("a watermark that was never sent")
		return fmt.Errorf("watermark %d of epoch %s: sent %d of %s", w.Seq, w.Epoch, l.seq, l.epoch)
	}
	if w.Seq < l.acked {
		l.totals.wrong("a watermark that went back")
	}
	n := 0
	for n < len(l.waiting) && l.waiting[n].Seq <= w.Seq {
		n++
	}
	l.totals.acknowledge(l.waiting[:n], l.held)
	l.waiting = append([]kiosk.SequencedCell(nil), l.waiting[n:]...)
	l.acked = max(l.acked, w.Seq)
	if l.caught != nil && l.acked >= l.due {
		l.caught()
		l.caught = nil
	}
	return nil
}

// Pending implements fleet.Cells.
func (l *usageLog) Pending(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.waiting)), nil
}

// expect calls caught once all that waits now is acknowledged.
func (l *usageLog) expect(caught func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.due = l.seq; l.acked < l.due {
		l.caught = caught
		return
	}
	caught()
}

// services stand for a catalogue.
var services = []string{"caf", "ameli", "impots", "france-travail", "info-retraite", "ants", "mdph", "logement", "msa", "agglo"}

// drawCells draws what n cells of a day hold, each kind by its definition.
func drawCells(n int, day string) []kiosk.Cell {
	kinds := kiosk.Kinds()
	cells := make([]kiosk.Cell, 0, n)
	for range n {
		d := kinds[mathrand.IntN(len(kinds))]
		k := kiosk.Key{Kind: d.Kind, Day: day, Hour: kiosk.NoHour, First: drawValue(d.First), Second: drawValue(d.Second)}
		if d.Hourly {
			k.Hour = mathrand.IntN(24)
		}
		cells = append(cells, kiosk.Cell{Key: k, Count: 1 + mathrand.Uint64N(60)})
	}
	return cells
}

func drawValue(d kiosk.Dimension) string {
	values := d.Values
	if values == nil {
		values = services
	}
	return values[mathrand.IntN(len(values))]
}
