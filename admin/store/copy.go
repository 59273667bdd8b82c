package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"borne/admin"
)

// tables in an order in which each comes after those that it refers to.
var tables = []string{"organisation", "sites", "kiosks", "kiosk_groups", "kiosk_status", "enrolment_codes", "operators", "secrets",
	"commands", "releases", "release_groups", "release_archives", "watermarks", "cells", "kiosk_sites", "day_crossings", "month_crossings", "day_sums", "month_sums",
	"heard", "heard_days", "heard_months", "upkeep", "apart_marks", "apart_cells", "audit"}

// Tables names every table that Copy moves.
func Tables() []string { return slices.Clone(tables) }

// Copy moves everything that from keeps into to, which must be new, and
// returns how many rows that made of each table, once it has counted them
// there. progress, which may be nil, hears how far it is.
//
// Servers may go on using from meanwhile: they read, and their writes wait,
// then fail. What they acknowledged is in the copy, what they take later would
// not be: at the end from refuses every counter, enrolment and command, and
// bornes keep theirs until a server on the new store answers them. On error
// from goes on as before, and to holds what it held.
func Copy(ctx context.Context, from, to *Store, progress func(table string, rows int)) (map[string]int, error) {
	if progress == nil {
		progress = func(string, int) {}
	}
	// Each statement sees what was kept before it: first of all the locks, after which nothing changes any more.
	source, err := from.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", from.dialect.name, err)
	}
	defer source.Rollback()
	in := conn{source, from.dialect, nil, from.now()}
	for _, statement := range from.dialect.freeze {
		if _, err := in.exec(ctx, statement); err != nil {
			return nil, fmt.Errorf("stop writes: %w", err)
		}
	}
	copied := map[string]int{}
	err = to.updateOnce(ctx, sql.LevelDefault, func(out conn) error {
		if err := empty(ctx, out); err != nil {
			return err
		}
		for _, table := range tables {
			n, err := copyTable(ctx, in, out, table, progress)
			if err != nil {
				return fmt.Errorf("copy %s: %w", table, err)
			}
			copied[table] = n
		}
		if to.dialect.numbered {
			if _, err := out.exec(ctx, `SELECT setval(pg_get_serial_sequence('audit', 'seq'), (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit), false)`); err != nil {
				return fmt.Errorf("go on numbering the audit log: %w", err)
			}
		}
		return verify(ctx, in, out)
	})
	if err != nil {
		return nil, err
	}
	// The copy is kept; from now on the old store must take nothing.
	if err := source.Commit(); err != nil {
		return nil, fmt.Errorf("close the old store: %w (the copy is complete: stop every server on the old one)", err)
	}
	return copied, nil
}

// empty takes away what Open made of a new store, and refuses one in use.
func empty(ctx context.Context, c conn) error {
	for _, table := range tables {
		if table == "organisation" || table == "sites" {
			continue
		}
		var n int
		if err := c.row(ctx, "SELECT COUNT(*) FROM "+table, nil, &n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w: the new store is in use, its table %s has %d rows: give an empty database", admin.ErrConflict, table, n)
		}
	}
	for _, table := range []string{"sites", "organisation"} {
		if _, err := c.exec(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	return nil
}

func copyTable(ctx context.Context, in, out conn, table string, progress func(string, int)) (copied int, err error) {
	rows, err := in.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	into := table + " (" + strings.Join(names, ", ") + ")"
	var waiting [][]any
	flush := func() error {
		if len(waiting) == 0 {
			return nil
		}
		copied += len(waiting)
		err := insertRows(ctx, out, into, "", waiting)
		waiting = waiting[:0]
		progress(table, copied)
		return err
	}
	for rows.Next() {
		row, places := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			return copied, err
		}
		if waiting = append(waiting, row); len(waiting) == rowsAtOnce {
			if err := flush(); err != nil {
				return copied, err
			}
		}
	}
	return copied, errors.Join(rows.Err(), flush())
}

// verify compares rows and sums on both sides.
func verify(ctx context.Context, in, out conn) error {
	for _, table := range tables {
		query := "SELECT COUNT(*), 0 FROM " + table
		switch table {
		case "cells", "apart_cells":
			query = "SELECT COUNT(*), COALESCE(SUM(count), 0) FROM " + table
		case "day_sums", "month_sums", "day_crossings", "month_crossings":
			query = "SELECT COUNT(*), COALESCE(SUM(LENGTH(sums)), 0) FROM " + table
		}
		var had, has [2]int64
		if err := in.row(ctx, query, nil, &had[0], &had[1]); err != nil {
			return fmt.Errorf("verify %s: %w", table, err)
		}
		if err := out.row(ctx, query, nil, &has[0], &has[1]); err != nil {
			return fmt.Errorf("verify %s: %w", table, err)
		}
		if had != has {
			return fmt.Errorf("verify %s: %d rows that count %d came as %d that count %d", table, had[0], had[1], has[0], has[1])
		}
	}
	return nil
}
