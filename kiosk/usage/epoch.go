package usage

import (
	"context"
	"database/sql"
	"fmt"

	"borne/kiosk"
)

// NewEpoch numbers what is not acknowledged anew, from 1 under a new epoch:
// when the machine gets a new identity, since a central office ties an epoch
// to one borne, and when Acknowledge returned ErrAhead because the disk went
// back to an old copy. Cells that were sent and whose answer was lost may then
// be counted twice, so the log is sent first where that is possible.
func (l *Log) NewEpoch(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	epoch := newEpoch()
	err := l.keep(ctx, func(tx *sql.Tx) error {
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		if n := s.missing(); n > 0 {
			if _, err := tx.ExecContext(ctx, `INSERT INTO outbox (day, hour, kind, first, second, count) VALUES (?, ?, ?, ?, ?, ?)`,
				s.evictedDay, kiosk.NoHour, kiosk.CellDevice, kiosk.DeviceEvicted, kiosk.None, n); err != nil {
				return err
			}
		}
		for _, statement := range []string{
			`CREATE TEMP TABLE renumbered AS SELECT day, hour, kind, first, second, count FROM outbox ORDER BY seq`,
			`DELETE FROM outbox`,
			`DELETE FROM sqlite_sequence WHERE name = 'outbox'`,
			`INSERT INTO outbox (day, hour, kind, first, second, count)
				SELECT day, hour, kind, first, second, count FROM renumbered ORDER BY rowid`,
			`DROP TABLE renumbered`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE sync SET epoch = ?, sent = 0, acked = 0, evicted = 0, evicted_day = ''`, epoch)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin a new epoch of usage: %w", err)
	}
	l.options.Log.Info("usage log: new epoch", "epoch", epoch)
	l.epoch = epoch
	return nil
}
