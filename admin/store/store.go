package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"borne/admin"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
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
	dir, url    string
	unwritten   unwritten
	queue       *queue
	prepared    prepared
	hope        hope
	// stop ends what listens to other processes.
	stop func()
	// How long counters and lines of the audit log are kept.
	usageMonths, auditMonths int
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
	// UsageMonths is how long counters are kept: admin.RetentionMonths when 0,
	// which it cannot exceed. Less is counted in whole calendar months before
	// the running one. AuditMonths is the same of lines of the audit log,
	// admin.AuditMonths when 0. Servers of one database need the same.
	UsageMonths, AuditMonths int
	// Database is the address of a PostgreSQL database; empty means SQLite in
	// the data directory. The directory of a PostgreSQL store, which may be
	// left out, keeps nothing but the signing key.
	Database string
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
	if err := o.retention(); err != nil {
		return nil, err
	}
	s := &Store{now: o.Now, log: o.Log, changed: o.Changed, dir: dir, stop: func() {}, usageMonths: o.UsageMonths, auditMonths: o.AuditMonths}
	var err error
	if o.Database == "" {
		err = s.useSQLite(o.Create)
	} else {
		err = s.usePostgres(o)
	}
	if err != nil {
		return nil, err
	}
	s.prepared.DB = s.read
	if err := s.prepare(ctx, o.Create); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if o.Database != "" {
		listening, stop := context.WithCancel(context.WithoutCancel(ctx))
		over := make(chan struct{})
		go func() {
			defer close(over)
			listen(listening, o.Database, o.Changed, o.Log)
		}()
		s.stop = func() { stop(); <-over }
	}
	return s, nil
}

func (s *Store) useSQLite(create bool) (err error) {
	s.dialect, s.queue = sqliteDialect, newQueue(1)
	if err := prepareFiles(s.dir, create); err != nil {
		return err
	}
	s.write, s.read, err = openSQLite(s.dir)
	return err
}

func (s *Store) usePostgres(o Options) (err error) {
	s.dialect, s.url, s.queue = postgresDialect, o.Database, newQueue(postgresGroups)
	if s.dir != "" {
		if err := prepareDir(s.dir, o.Create); err != nil {
			return err
		}
	}
	s.write, err = openPostgres(o.Database)
	s.read = s.write
	return err
}

// prepare migrates, then makes the first organisation and site. A lock keeps
// two processes that start together apart.
func (s *Store) prepare(ctx context.Context, create bool) error {
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithSlog(s.log), goose.WithDisableGlobalRegistry(true)}
	engine := goose.DialectSQLite3
	if s.url != "" {
		engine = goose.DialectPostgres
		if err := s.reach(ctx, create); err != nil {
			return err
		}
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	} else {
		unlock, err := lockDir(s.dir)
		if err != nil {
			return err
		}
		defer unlock()
	}
	p, err := goose.NewProvider(engine, s.write, files, options...)
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

// reach says what is wrong with a database that cannot be used as it is.
func (s *Store) reach(ctx context.Context, create bool) error {
	var tables int
	if err := s.view().row(ctx, `SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'organisation'`,
		nil, &tables); err != nil {
		return fmt.Errorf("reach the database: %w (does it exist, and may this user sign in?)", err)
	}
	if tables == 0 && !create {
		return fmt.Errorf("%w: the database is empty (start borne-admin serve once, or give the right --database)", fs.ErrNotExist)
	}
	return nil
}

// Close ends the use of the store.
func (s *Store) Close() error {
	s.stop()
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// Ping tells whether the store answers.
func (s *Store) Ping(ctx context.Context) error {
	_, err := organisation(ctx, s.view())
	return err
}

// Tidy deletes expired secrets, old counters and old lines of the audit log, and closes expired commands;
// the server calls it from time to time.
func (s *Store) Tidy(ctx context.Context) error {
	err := s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, `DELETE FROM secrets WHERE expires < ?`, millis(c.now)); err != nil {
			return fmt.Errorf("delete expired secrets: %w", err)
		}
		return expireCommands(ctx, c)
	})
	if err != nil {
		return err
	}
	_, err = s.Expire(ctx)
	return errors.Join(err, s.expireAudit(ctx))
}
