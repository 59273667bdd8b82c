package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// DatabaseFile is the name of the database in the data directory.
const DatabaseFile = "borne-admin.db"

var sqliteDialect = dialect{
	name: "sqlite",
	isUnique: func(err error) bool {
		var e *sqlite.Error
		return errors.As(err, &e) && (e.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY)
	},
	// The one writer queues in the process, and busy_timeout waits for others.
	isBusy: func(error) bool { return false },
	few: func(table, key, where string) string {
		return "DELETE FROM " + table + " WHERE (" + key + ") IN (SELECT " + key + " FROM " + table + " WHERE " + where + " LIMIT ?)"
	},
	freeze: []string{
		`CREATE TRIGGER IF NOT EXISTS moved_watermarks BEFORE INSERT ON watermarks BEGIN SELECT RAISE(ABORT, 'this store has moved to another database'); END`,
		`CREATE TRIGGER IF NOT EXISTS moved_kiosks BEFORE INSERT ON kiosks BEGIN SELECT RAISE(ABORT, 'this store has moved to another database'); END`,
		`CREATE TRIGGER IF NOT EXISTS moved_commands BEFORE INSERT ON commands BEGIN SELECT RAISE(ABORT, 'this store has moved to another database'); END`,
	},
}

// dsn names the database in dir, with settings for each of its connections.
func dsn(dir string, settings url.Values) string {
	path := (&url.URL{Path: filepath.Join(dir, DatabaseFile)}).EscapedPath()
	return "file:" + path + "?" + settings.Encode()
}

// copySQLite writes a consistent copy to an empty file, whose mode it keeps.
// It has a connection of its own, so that neither writer nor readers wait.
func copySQLite(ctx context.Context, dir, path string) error {
	db, err := sql.Open("sqlite", dsn(dir, url.Values{"_pragma": {"busy_timeout(10000)"}}))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, path)
	return errors.Join(err, db.Close())
}

// openSQLite opens one writer, so that writes queue here rather than fail as
// busy, and a small pool of readers, which WAL lets go on beside it.
func openSQLite(dir string) (write, read *sql.DB, err error) {
	pragmas := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	}, "_txlock": {"immediate"}}
	if write, err = sql.Open("sqlite", dsn(dir, pragmas)); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	pragmas["_pragma"] = []string{"busy_timeout(10000)", "query_only(1)"}
	pragmas.Del("_txlock")
	if read, err = sql.Open("sqlite", dsn(dir, pragmas)); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	readers := max(4, runtime.NumCPU())
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return write, read, nil
}

// prepareFiles makes the directory and an empty database that only their
// owner reads; SQLite gives its side files the mode of the database.
func prepareFiles(dir string, create bool) error {
	file := filepath.Join(dir, DatabaseFile)
	if !create {
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("%w (start borne-admin serve once, or give the right --data)", err)
		}
		return nil
	}
	if err := prepareDir(dir, true); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// prepareDir makes the data directory, which its owner alone may enter.
func prepareDir(dir string, create bool) error {
	if !create {
		_, err := os.Stat(dir)
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// lockDir waits for the sole right to change the schema in dir.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock: %w", err), f.Close())
	}
	// Closing the file releases the lock.
	return func() { _ = f.Close() }, nil
}
