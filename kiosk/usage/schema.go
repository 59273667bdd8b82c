package usage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
)

// cellColumns1 were the columns of both tables in the first schema.
const cellColumns1 = `
	day    TEXT    NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
	hour   INTEGER NOT NULL CHECK (hour BETWEEN -1 AND 23),
	kind   TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 40 AND kind NOT GLOB '*[^a-z-]*'),
	first  TEXT    NOT NULL CHECK (length(first) BETWEEN 1 AND 40 AND first NOT GLOB '*[^a-z0-9+-]*'),
	second TEXT    NOT NULL CHECK (length(second) BETWEEN 1 AND 40 AND second NOT GLOB '*[^a-z0-9+-]*'),
	count  INTEGER NOT NULL CHECK (count > 0)`

// migrations bring user_version from their index to the next. They are never
// edited once released, only added to.
var migrations = []string{
	// open is WITHOUT ROWID: a row id would tell in which order things
	// happened. outbox is AUTOINCREMENT: a number is never used again.
	`CREATE TABLE open (` + cellColumns1 + `,
		PRIMARY KEY (day, hour, kind, first, second)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT,` + cellColumns1 + `) STRICT;
	CREATE TABLE sync (
		id          INTEGER PRIMARY KEY CHECK (id = 1),
		epoch       TEXT    NOT NULL CHECK (length(epoch) = 32 AND epoch NOT GLOB '*[^0-9a-f]*'),
		sent        INTEGER NOT NULL, -- highest seq ever handed out
		acked       INTEGER NOT NULL, -- the central office's watermark
		evicted     INTEGER NOT NULL, -- seqs up to here that have no row are gone
		evicted_day TEXT    NOT NULL
	) STRICT;`,
	closedLists2,
	moreLanguages3,
	printing4,
	keys5,
}

// migrate brings the schema up to date, each step in its own transaction, and
// gives a new database its epoch.
func migrate(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		return fmt.Errorf("schema %d: %w", version, ErrNewer)
	}
	for ; version < len(migrations); version++ {
		err := inTx(ctx, db, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
				return err
			}
			if version == 0 {
				if _, err := tx.ExecContext(ctx, "INSERT INTO sync VALUES (1, ?, 0, 0, 0, '')", newEpoch()); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1))
			return err
		})
		if err != nil {
			return fmt.Errorf("migrate to schema %d: %w", version+1, err)
		}
	}
	return nil
}

func newEpoch() string {
	epoch := make([]byte, 16)
	rand.Read(epoch) // never fails, crypto/rand
	return hex.EncodeToString(epoch)
}

// inTx runs f in a transaction: all of it is kept, or nothing.
func inTx(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		tx.Rollback() // err says why; a failed rollback closes the connection
		return err
	}
	return tx.Commit()
}
