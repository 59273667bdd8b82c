package usage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"borne/kiosk"
)

// CloseElapsed moves to the outbox the cells whose hour (kinds kept by hour)
// or day (kinds kept by day) is over at now, in random order, then evicts what
// is beyond the bounds, empties the write-ahead log and removes what was set
// aside long ago. borned calls it every
// few minutes. A key that is counted again later makes a second row under a
// new number: rows are increments, and the central office adds each number
// once.
//
// While now is before Options.Earliest it does nothing.
func (l *Log) CloseElapsed(ctx context.Context, now time.Time) error {
	if now.Before(l.options.Earliest) {
		return nil
	}
	local := now.In(l.options.Location)
	today := local.Format(time.DateOnly)
	// In the hour that summer time repeats, day and hour stay the same, so
	// the cell stays open until both are over. Cells stamped by a clock that
	// ran ahead are closed too; a day of grace keeps a race at midnight from
	// closing a new day's cells.
	ahead := local.AddDate(0, 0, 1).Format(time.DateOnly)
	return l.closeCells(ctx, now, `day < ? OR day > ? OR (day = ? AND hour >= 0 AND hour < ?)`,
		today, ahead, today, local.Hour())
}

// CloseAll moves every cell to the outbox now, for a machine that is about to
// be reinstalled or taken away. Of the current day it tells how much was
// counted until this moment.
func (l *Log) CloseAll(ctx context.Context) error {
	return l.closeCells(ctx, l.options.Clock(), `true`)
}

func (l *Log) closeCells(ctx context.Context, now time.Time, where string, args ...any) error {
	ctx = context.WithoutCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.write(ctx, nil); err != nil {
		return fmt.Errorf("close usage cells: %w", err)
	}
	err := l.keep(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO outbox (day, hour, kind, first, second, count)
			SELECT day, hour, kind, first, second, count FROM open WHERE `+where+` ORDER BY random()`, args...)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM open WHERE `+where, args...); err != nil {
			return err
		}
		if err := l.evict(ctx, tx, now.In(l.options.Location)); err != nil {
			return err
		}
		return l.sort(ctx, tx)
	})
	l.fault = err
	if err != nil {
		return fmt.Errorf("close usage cells: %w", err)
	}
	l.unsorted = false
	l.emptyWAL()
	if l.options.Confirmed() {
		if err := dropSetAside(l.path, now, l.options.RetentionMonths); err != nil {
			l.options.Log.Warn("usage log: what was set aside stays", "err", err)
		}
	}
	return nil
}

// sort writes the open cells anew in the order of their keys. A page of SQLite
// keeps its rows where they came, so that the file itself would tell in which
// order counters were first raised on that day, and so which of them together.
func (l *Log) sort(ctx context.Context, tx *sql.Tx) error {
	if !l.unsorted {
		return nil
	}
	for _, statement := range []string{
		`CREATE TEMP TABLE sorted AS SELECT * FROM open`,
		`DELETE FROM open`,
		`INSERT INTO open SELECT * FROM sorted ORDER BY day, hour, kind, first, second`,
		`DROP TABLE sorted`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("sort the open cells: %w", err)
		}
	}
	return nil
}

// evict keeps the outbox within its bounds. A cell that is too old becomes, in
// its place, the count of one evicted cell; beyond MaxRows the lowest numbers
// lose their rows, and Batch counts each as one evicted cell. So numbers stay
// contiguous and what is missing is itself counted.
func (l *Log) evict(ctx context.Context, tx *sql.Tx, local time.Time) error {
	today := local.Format(time.DateOnly)
	old := local.AddDate(0, -l.options.RetentionMonths, 0).Format(time.DateOnly)
	if !l.options.Confirmed() {
		old = ""
	}
	res, err := tx.ExecContext(ctx, `UPDATE outbox SET day = ?, hour = ?, kind = ?, first = ?, second = ?, count = 1 WHERE day < ?`,
		today, kiosk.NoHour, kiosk.CellDevice, kiosk.DeviceEvicted, kiosk.None, old)
	if err != nil {
		return err
	}
	aged, err := res.RowsAffected()
	if err != nil {
		return err
	}
	var rows int64
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM outbox`).Scan(&rows); err != nil {
		return err
	}
	excess := max(0, rows-int64(l.options.MaxRows))
	if excess > 0 {
		var last int64
		if err := tx.QueryRowContext(ctx, `SELECT seq FROM outbox ORDER BY seq LIMIT 1 OFFSET ?`, excess-1).Scan(&last); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE seq <= ?`, last); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE sync SET evicted = ?, evicted_day = ?`, last, today); err != nil {
			return err
		}
	}
	if aged+excess > 0 {
		l.options.Log.Warn("usage log: evicted the oldest cells", "too_old", aged, "too_many", excess)
	}
	return nil
}
