package usage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"time"

	"borne/kiosk"
)

// maxCount is the most one call may add to a cell: no borne does a thing a
// million times in a session.
const maxCount = 1_000_000

// Key returns the key of a thing of this kind that happened at that time: its
// day, and its hour where the kind is kept by hour. Dimensions that do not
// apply are kiosk.None.
func (l *Log) Key(kind kiosk.CellKind, at time.Time, first, second string) kiosk.Key {
	at = at.In(l.options.Location)
	k := kiosk.Key{Kind: kind, Day: at.Format(time.DateOnly), Hour: kiosk.NoHour, First: first, Second: second}
	if d, _ := kiosk.Definition(kind); d.Hourly {
		k.Hour = at.Hour()
	}
	return k
}

// Add counts each key once, as Record does.
func (l *Log) Add(ctx context.Context, keys ...kiosk.Key) error {
	counts := map[kiosk.Key]uint64{}
	for _, k := range keys {
		counts[k]++
	}
	return l.Record(ctx, counts)
}

// Record adds counts in one transaction: all of them, durably, or none. It
// returns ErrInvalid when a key or count may not be counted; nothing is. On
// every other error (ErrFull, ErrClock, a failing disk) the counts are kept in
// memory and written by the next call that can; the caller must not repeat
// them.
func (l *Log) Record(ctx context.Context, counts map[kiosk.Key]uint64) error {
	for k, n := range counts {
		if err := k.Validate(l.options.IsService); err != nil {
			return fmt.Errorf("record usage: %w: %w", ErrInvalid, err)
		}
		if n == 0 || n > maxCount {
			return fmt.Errorf("record usage: %w: count %d of %s", ErrInvalid, n, k.Kind)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.write(context.WithoutCancel(ctx), counts); err != nil {
		return fmt.Errorf("record usage: %w", err)
	}
	return nil
}

// write puts what waits in memory and counts into the open cells. What cannot
// be written is put into memory. The caller holds the lock.
func (l *Log) write(ctx context.Context, counts map[kiosk.Key]uint64) error {
	if l.db == nil {
		if l.fault = l.begin(); l.fault != nil {
			l.hold(counts)
			return l.fault
		}
	}
	merged := maps.Clone(l.buffer)
	for k, n := range counts {
		merged[k] += n
	}
	if len(merged) == 0 && l.lost == 0 {
		l.fault = nil
		return nil
	}
	l.fault = l.writeAll(ctx, merged, l.lost)
	if l.fault != nil {
		l.hold(counts)
		return l.fault
	}
	l.buffer, l.lost = map[kiosk.Key]uint64{}, 0
	return nil
}

// hold keeps counts in memory, as far as its bound allows.
func (l *Log) hold(counts map[kiosk.Key]uint64) {
	for k, n := range counts {
		if _, held := l.buffer[k]; held || len(l.buffer) < maxBuffered {
			l.buffer[k] += n
		} else {
			l.lost++
		}
	}
}

// countCell adds to a cell. It is prepared once: the checks of the table make
// it long to compile.
const countCell = `INSERT INTO open (day, hour, kind, first, second, count) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET count = count + excluded.count`

func (l *Log) writeAll(ctx context.Context, counts map[kiosk.Key]uint64, lost uint64) error {
	now := l.options.Clock()
	if now.Before(l.options.Earliest) {
		return ErrClock
	}
	l.unsorted = true
	return l.keep(ctx, func(tx *sql.Tx) error {
		stmt := tx.StmtContext(ctx, l.count)
		for k, n := range counts {
			k = l.redate(k, now)
			if _, err := stmt.ExecContext(ctx, k.Day, k.Hour, k.Kind, k.First, k.Second, n); err != nil {
				return err
			}
		}
		if lost == 0 {
			return nil
		}
		k := l.Key(kiosk.CellDevice, now, kiosk.DeviceEvicted, kiosk.None)
		_, err := stmt.ExecContext(ctx, k.Day, k.Hour, k.Kind, k.First, k.Second, lost)
		return err
	})
}

// redate moves a key that was stamped by a wrong clock to now: a borne without
// a battery-backed clock learns the time within minutes of its start.
func (l *Log) redate(k kiosk.Key, now time.Time) kiosk.Key {
	if k.Day >= l.options.Earliest.In(l.options.Location).Format(time.DateOnly) {
		return k
	}
	return l.Key(k.Kind, now, k.First, k.Second)
}

// asFull names a full disk, and one that is read-only.
func asFull(err error) error {
	if isFull(err) && !errors.Is(err, ErrFull) {
		return fmt.Errorf("%w (%w)", ErrFull, err)
	}
	if isReadOnly(err) && !errors.Is(err, ErrReadOnly) {
		return fmt.Errorf("%w (%w)", ErrReadOnly, err)
	}
	return err
}
