package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresDialect: see db.go for what each part is for.
var postgresDialect = dialect{
	name:     "postgres",
	numbered: true,
	isUnique: func(err error) bool { return sqlState(err) == "23505" },
	// What another transaction got between: PostgreSQL asks to do it again.
	isBusy: func(err error) bool { s := sqlState(err); return s == "40001" || s == "40P01" },
	// A transaction is one at a time as far as anyone can tell, as with the one writer of SQLite.
	isolation: sql.LevelSerializable,
	few: func(table, _, where string) string {
		return "DELETE FROM " + table + " WHERE ctid = ANY(ARRAY(SELECT ctid FROM " + table + " WHERE " + where + " LIMIT ?))"
	},
	freeze: []string{
		"LOCK TABLE " + strings.Join(tables, ", ") + " IN SHARE ROW EXCLUSIVE MODE",
		`CREATE OR REPLACE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''this store has moved to another database''; END'`,
		`CREATE OR REPLACE TRIGGER moved BEFORE INSERT ON watermarks FOR EACH STATEMENT EXECUTE FUNCTION moved()`,
		`CREATE OR REPLACE TRIGGER moved BEFORE INSERT ON kiosks FOR EACH STATEMENT EXECUTE FUNCTION moved()`,
		`CREATE OR REPLACE TRIGGER moved BEFORE INSERT ON commands FOR EACH STATEMENT EXECUTE FUNCTION moved()`,
	},
}

// sqlState is the code of an error of PostgreSQL (its appendix A), "" for any other error.
func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// serverConnections is the most that one process holds: several of them share
// a server, which takes 100 unless told otherwise.
const serverConnections = 20

// postgresGroups is how many groups of batches one process carries in at the
// same time: each is a process of PostgreSQL's, on a core of its own.
const postgresGroups = 2

// openPostgres opens a pool on the database that url names: a URL or the
// key=value words of libpq, which also reads PGHOST and the like.
func openPostgres(url string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the address of the database: %w (write postgres://user@host/name or host=/run/postgresql dbname=borne)", err)
	}
	c.RuntimeParams["application_name"] = "borne-admin"
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(serverConnections)
	db.SetMaxIdleConns(serverConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// bellChannel carries the ids of bornes for which something is waiting, to
// every process that shares the database.
const bellChannel = "borne_changed"

// listen rings the bell of this process for what any process changed, until
// ctx ends. While the database is away it tries again; those who wait then
// find what they missed when they next ask.
func listen(ctx context.Context, url string, changed func(kiosk string), log *slog.Logger) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		begun := time.Now()
		err := listenOnce(ctx, url, changed)
		if ctx.Err() != nil {
			return
		}
		log.Warn("listen for changes that other servers make", "error", err)
		if time.Since(begun) > time.Minute {
			wait = time.Second
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

func listenOnce(ctx context.Context, url string, changed func(kiosk string)) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+bellChannel); err != nil {
		return err
	}
	// What happened before the listening is not told: all look once.
	changed("")
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		changed(n.Payload)
	}
}
