package usage

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"borne/kiosk"
)

// Contents is all that the log keeps, for a data protection officer.
type Contents struct {
	// Epoch names the database; it says nothing of a visitor.
	Epoch string `json:"epoch"`
	// Open cells are still counting.
	Open []kiosk.Cell `json:"open"`
	// Outbox cells are closed and wait for the central office.
	Outbox []kiosk.SequencedCell `json:"outbox"`
	// Memory holds counts that cannot be written at the moment.
	Memory []kiosk.Cell `json:"memory,omitempty"`
	// Unread says why what the disk holds is not told: the file cannot be
	// opened at the moment. Epoch, Open, Outbox and Acknowledged then say
	// nothing. Empty when all is told.
	Unread string `json:"unread,omitempty"`
	// Acknowledged is the central office's watermark: cells up to there are
	// deleted here.
	Acknowledged uint64 `json:"acknowledged"`
	// Evicted is how many cells were dropped and not yet told.
	Evicted uint64 `json:"evicted"`
	// SetAside are the files of logs that were found damaged and are kept for
	// a technician: they hold counters too, as far as they can be read.
	SetAside []string `json:"set_aside,omitempty"`
	// File is where the log is. What is in it is dropped after
	// RetentionMonths, and beyond MaxRows closed cells, oldest first.
	File            string `json:"file"`
	RetentionMonths int    `json:"retention_months"`
	MaxRows         int    `json:"max_rows"`
}

// Dump returns all that the log keeps. Of a file that cannot be opened it says
// so, and tells what waits in memory.
func (l *Log) Dump(ctx context.Context) (Contents, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var unread error
	if l.db == nil {
		unread = l.begin()
	}
	c := Contents{Epoch: l.epoch, Open: []kiosk.Cell{}, File: l.path, RetentionMonths: l.options.RetentionMonths, MaxRows: l.options.MaxRows}
	// The pattern is a constant beside a path: it is never malformed.
	c.SetAside, _ = filepath.Glob(l.path + ".corrupt-*[0-9]")
	for k, n := range l.buffer {
		c.Memory = append(c.Memory, kiosk.Cell{Key: k, Count: n})
	}
	slices.SortFunc(c.Memory, func(a, b kiosk.Cell) int {
		return strings.Compare(fmt.Sprint(a.Key), fmt.Sprint(b.Key))
	})
	if unread != nil {
		c.Evicted, c.Unread = l.lost, unread.Error()
		return c, nil
	}
	err := inTx(ctx, l.db, func(tx *sql.Tx) error {
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		c.Acknowledged, c.Evicted = s.acked, s.missing()+l.lost
		rows, err := tx.QueryContext(ctx, `SELECT day, hour, kind, first, second, count FROM open ORDER BY day, hour, kind, first, second`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var cell kiosk.Cell
			if err := rows.Scan(&cell.Day, &cell.Hour, &cell.Kind, &cell.First, &cell.Second, &cell.Count); err != nil {
				return err
			}
			c.Open = append(c.Open, cell)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		c.Outbox, err = outboxRows(ctx, tx, -1)
		return err
	})
	if err != nil {
		return Contents{}, fmt.Errorf("dump usage log: %w", err)
	}
	return c, nil
}
