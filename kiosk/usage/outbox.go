package usage

import (
	"context"
	"database/sql"
	"fmt"

	"borne/kiosk"
)

// state is the row of the table sync.
type state struct {
	epoch                string
	sent, acked, evicted uint64
	evictedDay           string
}

func readState(ctx context.Context, tx *sql.Tx) (s state, err error) {
	err = tx.QueryRowContext(ctx, `SELECT epoch, sent, acked, evicted, evicted_day FROM sync`).
		Scan(&s.epoch, &s.sent, &s.acked, &s.evicted, &s.evictedDay)
	return s, err
}

// missing is how many numbers above the watermark have no row any more.
func (s state) missing() uint64 { return max(s.evicted, s.acked) - s.acked }

// Batch returns the lowest closed cells above the watermark, in order and
// without gaps: at most limit and kiosk.MaxBatchCells (500 cells are 120 KB at
// the very most, so kiosk.MaxBatchBytes is never reached). No cells means that
// there is nothing to send. Evicted numbers appear as a count of one evicted
// cell each.
func (l *Log) Batch(ctx context.Context, limit int) (kiosk.CellBatch, error) {
	limit = min(limit, kiosk.MaxBatchCells)
	ctx = context.WithoutCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := kiosk.CellBatch{Epoch: l.epoch, Cells: []kiosk.SequencedCell{}}
	err := l.keep(ctx, func(tx *sql.Tx) error {
		batch.Cells = batch.Cells[:0] // it may run twice
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		for n := range min(s.missing(), uint64(max(0, limit))) {
			batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: s.acked + 1 + n, Cell: kiosk.Cell{Count: 1, Key: kiosk.Key{
				Kind: kiosk.CellDevice, Day: s.evictedDay, Hour: kiosk.NoHour, First: kiosk.DeviceEvicted, Second: kiosk.None}}})
		}
		rows, err := outboxRows(ctx, tx, limit-len(batch.Cells))
		if err != nil {
			return err
		}
		batch.Cells = append(batch.Cells, rows...)
		if len(batch.Cells) == 0 {
			return nil
		}
		// Kept on disk, so that the answer to a batch sent before a restart
		// is still believed.
		if last := batch.Cells[len(batch.Cells)-1].Seq; last > s.sent {
			_, err = tx.ExecContext(ctx, `UPDATE sync SET sent = ?`, last)
		}
		return err
	})
	if err != nil {
		return kiosk.CellBatch{}, fmt.Errorf("read usage batch: %w", err)
	}
	return batch, nil
}

// outboxRows reads the first rows of the outbox; limit below zero is no limit.
func outboxRows(ctx context.Context, tx *sql.Tx, limit int) ([]kiosk.SequencedCell, error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, day, hour, kind, first, second, count FROM outbox ORDER BY seq LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var cells []kiosk.SequencedCell
	for rows.Next() {
		var c kiosk.SequencedCell
		if err := rows.Scan(&c.Seq, &c.Day, &c.Hour, &c.Kind, &c.First, &c.Second, &c.Count); err != nil {
			return nil, err
		}
		cells = append(cells, c)
	}
	return cells, rows.Err()
}

// Acknowledge deletes what the central office holds. It returns ErrOtherEpoch
// or ErrAhead, and deletes nothing, for a watermark that no batch of this log
// can have brought about.
//
// A watermark below an earlier one means that the central office lost data
// (restored from a backup): the numbers in between, deleted here, are sent
// again as evicted, so that its watermark can pass them and the loss is
// counted. After a mere late duplicate that changes nothing there, since the
// numbers are known.
func (l *Log) Acknowledge(ctx context.Context, w kiosk.Watermark) error {
	ctx = context.WithoutCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.keep(ctx, func(tx *sql.Tx) error {
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		switch {
		case w.Epoch != s.epoch:
			return ErrOtherEpoch
		case w.Seq > s.sent:
			return fmt.Errorf("%w (answered %d, sent %d)", ErrAhead, w.Seq, s.sent)
		case w.Seq == s.acked:
			return nil
		case w.Seq < s.acked:
			l.options.Log.Warn("usage log: the central office lost cells", "from", w.Seq+1, "to", s.acked)
			_, err = tx.ExecContext(ctx, `UPDATE sync SET acked = ?, evicted = ?, evicted_day = ?`,
				w.Seq, max(s.evicted, s.acked), l.Key(kiosk.CellDevice, l.options.Clock(), "", "").Day)
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE seq <= ?`, w.Seq); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE sync SET acked = ?`, w.Seq)
		return err
	})
	if err != nil {
		return fmt.Errorf("acknowledge usage: %w", err)
	}
	return nil
}

// Pending returns how many closed cells are not acknowledged yet.
func (l *Log) Pending(ctx context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.db == nil {
		return 0, fmt.Errorf("count pending usage: %w", l.fault)
	}
	var n uint64
	err := inTx(ctx, l.db, func(tx *sql.Tx) error {
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM outbox`).Scan(&n)
		n += s.missing()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count pending usage: %w", err)
	}
	return n, nil
}
