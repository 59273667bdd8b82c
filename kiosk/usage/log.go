package usage

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
	_ "time/tzdata" // Europe/Paris must be right on a machine without zone files

	_ "modernc.org/sqlite"

	"borne/kiosk"
)

// Options of a Log. Every field has a default.
type Options struct {
	// Clock gives the time; nil is time.Now.
	Clock func() time.Time
	// Log takes what an operator should know; nil is silent.
	Log *slog.Logger
	// Location is where days and hours are told; nil is Europe/Paris.
	Location *time.Location
	// Earliest is a time that has passed for certain: the day the program was
	// built. While the clock says less, counts wait in memory.
	Earliest time.Time
	// Confirmed tells whether somebody else agrees with the clock: a time
	// service, or the central office. Nothing is evicted for its age while
	// nobody does: a clock that is years ahead for a minute would evict all.
	// Nil is always.
	Confirmed func() bool
	// MaxRows bounds the outbox; the oldest cells beyond it are evicted and
	// counted. Zero is DefaultMaxRows.
	MaxRows int
	// RetentionMonths is how long a cell waits for the central office, and a
	// file that was set aside for a technician: MaxRetentionMonths when 0, which
	// it cannot exceed.
	RetentionMonths int
	// ReserveBytes is the room that is held on the disk for the log,
	// DefaultReserveBytes when 0, none when negative.
	ReserveBytes int64
	// IsService tells which ids the catalogue holds; nil accepts any id of
	// the right form.
	IsService func(id string) bool
}

// DefaultMaxRows is more than 25 months of a busy borne without any network:
// about 400 cells a day, 30 MB.
const DefaultMaxRows = 300_000

// MaxRetentionMonths is the longest time that a cell waits for the central
// office: the limit of the CNIL for audience measurement.
const MaxRetentionMonths = 25

// maxBuffered bounds the counters kept in memory while they cannot be written.
const maxBuffered = 2000

// Log is the usage log. Its methods may be called by several goroutines; a
// write runs to its end even when its context ends, since a transaction given
// up half-way could not say whether it counted.
type Log struct {
	path    string
	options Options
	db      *sql.DB   // nil while the file could not be opened
	count   *sql.Stmt // countCell, as long as db

	mu      sync.Mutex
	reserve reserve
	epoch   string
	buffer  map[kiosk.Key]uint64
	// lost counts cells that did not fit in the buffer.
	lost uint64
	// unsorted: rows were added since they were last written in order.
	unsorted bool
	setAside string
	fault    error
}

// Open opens the log at path, creating it if needed; its folder must exist. A
// file that SQLite finds corrupt is renamed, with the date, and a new log with
// a new epoch is begun; Health tells, and a cell counts it. On a disk that is
// read-only counts wait in memory, as they do when it becomes so later. The
// caller closes the log.
//
// The file is locked: a second Open of it fails.
func Open(path string, options Options) (*Log, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	if options.Location == nil {
		paris, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			return nil, fmt.Errorf("open usage log: %w", err)
		}
		options.Location = paris
	}
	if m := options.RetentionMonths; m < 0 || m > MaxRetentionMonths {
		return nil, fmt.Errorf("open usage log: %d months of retention: 1 to %d can be had", m, MaxRetentionMonths)
	} else if m == 0 {
		options.RetentionMonths = MaxRetentionMonths
	}
	if options.MaxRows <= 0 {
		options.MaxRows = DefaultMaxRows
	}
	if options.ReserveBytes == 0 {
		options.ReserveBytes = DefaultReserveBytes
	}
	if options.Confirmed == nil {
		options.Confirmed = func() bool { return true }
	}
	l := &Log{path: path, options: options, buffer: map[kiosk.Key]uint64{},
		unsorted: true,
		reserve:  reserve{path: path + ".reserve", bytes: options.ReserveBytes}}
	switch err := l.begin(); {
	case isReadOnly(err):
		// The borne serves on; each write tries again.
		options.Log.Error("usage log: counters wait in memory", "err", err)
		l.fault = err
	case err != nil:
		return nil, fmt.Errorf("open usage log: %w", err)
	case len(l.buffer) > 0:
		if err := l.write(context.Background(), nil); err != nil {
			options.Log.Warn("usage log: counters wait in memory", "err", err)
		}
	}
	return l, nil
}

// begin opens the file, or a new one in the place of one that is corrupt.
func (l *Log) begin() error {
	now := l.options.Clock()
	err := l.open()
	if isCorrupt(err) {
		l.options.Log.Error("usage log is corrupt", "err", err)
		if l.setAside, err = setAside(l.path, now); err == nil {
			l.buffer[l.Key(kiosk.CellDevice, now, kiosk.DeviceLogLost, kiosk.None)]++
			err = l.open()
		}
	}
	if err != nil {
		return asFull(err)
	}
	if l.setAside == "" {
		l.setAside = lately(l.path, now)
	}
	l.reserve.take()
	return nil
}

// open connects, checks and migrates.
func (l *Log) open() error {
	absolute, err := filepath.Abs(l.path)
	if err != nil {
		return err
	}
	// SQLite would make it readable by all. Its other files take its mode.
	file, err := os.OpenFile(absolute, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	// Exclusive locking needs no shared memory file, so that a full disk does
	// not keep the log from opening, and keeps a second borned out. It must come
	// before the journal mode: the driver runs _pragma first.
	dsn := url.URL{Scheme: "file", Path: absolute, RawQuery: "_pragma=busy_timeout(1000)&_pragma=locking_mode(EXCLUSIVE)" +
		"&_pragma=secure_delete(ON)&_pragma=temp_store(MEMORY)&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	if err := check(ctx, db); err != nil {
		db.Close()
		return err
	}
	if err := migrate(ctx, db); err != nil {
		db.Close()
		return err
	}
	if err := db.QueryRowContext(ctx, "SELECT epoch FROM sync").Scan(&l.epoch); err != nil {
		db.Close()
		return err
	}
	if l.count, err = db.PrepareContext(ctx, countCell); err != nil {
		db.Close()
		return err
	}
	l.db = db
	return nil
}

// Close writes what waits in memory, if it can, and closes the file.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.write(context.Background(), nil)
	if l.db == nil {
		if len(l.buffer) == 0 {
			return nil
		}
		return fmt.Errorf("close usage log: %d counters are lost: %w", len(l.buffer), l.fault)
	}
	if err != nil {
		err = fmt.Errorf("close usage log: %d counters are lost: %w", len(l.buffer), err)
	}
	if l.emptyWAL(); l.db == nil {
		return err
	}
	if cerr := l.db.Close(); cerr != nil && err == nil {
		err = fmt.Errorf("close usage log: %w", cerr)
	}
	return err
}

// Epoch names this database, at random: 32 hexadecimal digits.
func (l *Log) Epoch() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.epoch
}
