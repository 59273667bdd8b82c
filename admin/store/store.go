package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"borne/admin"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// Store is the central office's memory. It is safe for concurrent use, and
// several processes may hold the same data directory.
type Store struct {
	write, read *sql.DB
	dialect     dialect
	now         func() time.Time
	log         *slog.Logger
	changed     func(kiosk string)
	dir         string
	unwritten   unwritten
}

// Options of Open. The zero value opens what exists, on the system's clock.
type Options struct {
	// Create makes the data directory and everything in it when missing.
	Create bool
	Now    func() time.Time
	Log    *slog.Logger
	// Changed is called once a change that a borne waits for is kept: with
	// its id, or with "" when it may concern every borne. It must not block.
	Changed func(kiosk string)
}

// Names given at first start; an administrator renames them.
const (
	FirstOrganisation = "Organisation"
	FirstSite         = "Site principal"
)

// Open opens the store in a data directory and brings its schema up to date.
// The caller closes it. Without Create, a directory that holds none is an
// error that wraps fs.ErrNotExist.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	s, err := open(ctx, dir, o)
	if err != nil {
		return nil, fmt.Errorf("open store in %s: %w", dir, err)
	}
	return s, nil
}

func open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Changed == nil {
		o.Changed = func(string) {}
	}
	if err := prepareFiles(dir, o.Create); err != nil {
		return nil, err
	}
	s := &Store{dialect: sqliteDialect, now: o.Now, log: o.Log, changed: o.Changed, dir: dir}
	var err error
	if s.write, s.read, err = openSQLite(dir); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// prepare migrates, then makes the first organisation and site. A lock on the
// directory keeps two processes that start together apart.
func (s *Store) prepare(ctx context.Context) error {
	unlock, err := lockDir(s.dir)
	if err != nil {
		return err
	}
	defer unlock()
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, files,
		goose.WithSlog(s.log), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return s.update(ctx, func(c conn) error {
		_, err := organisation(ctx, c)
		if !errors.Is(err, admin.ErrNotFound) {
			return err
		}
		if _, err := c.exec(ctx, `INSERT INTO organisation (id, name, created) VALUES (?, ?, ?)`,
			admin.NewID(), FirstOrganisation, millis(c.now)); err != nil {
			return err
		}
		_, err = c.exec(ctx, `INSERT INTO sites (id, name, created, is_default) VALUES (?, ?, ?, 1)`,
			admin.NewID(), FirstSite, millis(c.now))
		return err
	})
}

// Close ends the use of the store.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// Ping tells whether the store answers.
func (s *Store) Ping(ctx context.Context) error {
	_, err := organisation(ctx, s.view())
	return err
}

// Backup writes a consistent copy of the database to a file that must not
// exist, readable by its owner only, while the store is in use. The
// organisation's signing key is not in it: it is a file of its own.
func (s *Store) Backup(ctx context.Context, path, actor string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := copySQLite(ctx, s.dir, path); err != nil {
		return errors.Join(fmt.Errorf("back up: %w", err), os.Remove(path))
	}
	return s.Audit(ctx, actor, admin.AuditBackup, "", "")
}

// Tidy deletes expired secrets and closes expired commands; the server calls
// it from time to time.
func (s *Store) Tidy(ctx context.Context) error {
	return s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, `DELETE FROM secrets WHERE expires < ?`, millis(c.now)); err != nil {
			return fmt.Errorf("delete expired secrets: %w", err)
		}
		return expireCommands(ctx, c)
	})
}
