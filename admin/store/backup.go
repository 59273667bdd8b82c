package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"borne/admin"

	"github.com/jackc/pgx/v5"
)

// How a backup of each engine begins.
var (
	sqliteMagic   = []byte("SQLite format 3\x00")
	postgresMagic = []byte("PGDMP")
)

// Backup writes a consistent copy of the database to a file that must not
// exist, readable by its owner only, while the store is in use: a SQLite file,
// or what pg_dump writes. The organisation's signing key is not in it: it is a
// file of its own.
func (s *Store) Backup(ctx context.Context, path, actor string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if s.url == "" {
		err = copySQLite(ctx, s.dir, path)
	} else {
		// Compressed, and restored whole or not at all.
		err = postgresTool(ctx, s.url, "pg_dump", "--format=custom", "--no-owner", "--no-acl", "--file="+path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("back up: %w", err), os.Remove(path))
	}
	return s.Audit(ctx, actor, admin.AuditBackup, "", "")
}

// Restore makes a new store of a backup: in dir, or in database, an empty
// PostgreSQL database, when that is not empty. It refuses to write over a store
// that is there.
func Restore(ctx context.Context, backup, dir, database string) error {
	magic, err := beginning(backup)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	lite, dump := bytes.Equal(magic, sqliteMagic), bytes.HasPrefix(magic, postgresMagic)
	switch {
	case !lite && !dump:
		return fmt.Errorf("restore: %s is no backup of a store: give a file that borne-admin backup wrote", backup)
	case lite && database != "":
		return fmt.Errorf("restore: %s is a SQLite store: restore it without --database, then move it with borne-admin store copy", backup)
	case dump && database == "":
		return fmt.Errorf("restore: %s comes from PostgreSQL: give --database, an empty one", backup)
	}
	if err := prepareDir(dir, true); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if dump {
		err = restorePostgres(ctx, backup, database)
	} else {
		err = restoreSQLite(backup, filepath.Join(dir, DatabaseFile))
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	// What opens, and is brought up to date, is a store.
	s, err := Open(ctx, dir, Options{Database: database})
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return errors.Join(s.Check(ctx), s.Audit(ctx, admin.ActorLocal, admin.AuditRestore, "", ""), s.Close())
}

// Check reads the whole store and reports what is damaged.
func (s *Store) Check(ctx context.Context) error {
	if s.url != "" {
		return verify(ctx, s.view(), s.view()) // reads every row
	}
	var said string
	if err := s.view().row(ctx, `PRAGMA integrity_check(1)`, nil, &said); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("check: the database is damaged: %s: restore another backup", said)
	}
	return nil
}

func restoreSQLite(backup, path string) error {
	from, err := os.Open(backup)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%w: move that store away first", err)
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}

func restorePostgres(ctx context.Context, backup, database string) error {
	db, err := openPostgres(database)
	if err != nil {
		return err
	}
	var tables int
	err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()`).Scan(&tables)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if tables > 0 {
		return fmt.Errorf("%w: the database has %d tables: give an empty one", admin.ErrConflict, tables)
	}
	return postgresTool(ctx, database, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl", backup)
}

// beginning returns the first 16 bytes of a file, or fewer.
func beginning(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, len(sqliteMagic))
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}

// postgresTool runs one of PostgreSQL's programs on the database that url
// names. The password goes by the environment, which only this user reads.
func postgresTool(ctx context.Context, url, name string, args ...string) error {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	args = append(args, "--no-password", "--host="+c.Host, "--port="+strconv.Itoa(int(c.Port)), "--username="+c.User, "--dbname="+c.Database)
	tool := exec.CommandContext(ctx, name, args...)
	tool.Env = append(os.Environ(), "LC_ALL=C")
	if c.Password != "" {
		tool.Env = append(tool.Env, "PGPASSWORD="+c.Password)
	}
	out, err := tool.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not there: install the package postgresql-client", name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}
