package usage

import (
	"errors"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What can go wrong with the log.
var (
	// ErrFull: the disk is full. The counts are kept in memory and written
	// with the next call that succeeds; the caller must not repeat them.
	ErrFull = errors.New("no space left for the usage log: free space on its disk")
	// ErrReadOnly: the disk takes nothing any more, which the kernel does to one
	// that fails. The counts are kept in memory until it does.
	ErrReadOnly = errors.New("the disk of the usage log is read-only: check it, it may be failing")
	// ErrClock: the clock is before Options.Earliest. The counts are kept in
	// memory until it is right, and then counted under that time.
	ErrClock = errors.New("the clock is wrong: counts wait in memory until it is set")
	// ErrInvalid: a key or count is not one that kiosk.Kinds allows; nothing
	// of that call is counted.
	ErrInvalid = errors.New("not a countable thing")
	// ErrOtherEpoch and ErrAhead refuse a watermark: nothing is deleted.
	ErrOtherEpoch = errors.New("watermark is of another epoch")
	ErrAhead      = errors.New("watermark is above what was sent: the log was restored from an old copy, or the answer is wrong")
	// ErrNewer: the file was written by a later version of borned.
	ErrNewer = errors.New("usage log was written by a later version: install that version again, or move the file away")
)

// code returns SQLite's primary result code of err, 0 for none.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

func isFull(err error) bool {
	return code(err) == sqlite3.SQLITE_FULL || errors.Is(err, syscall.ENOSPC)
}

func isReadOnly(err error) bool {
	return errors.Is(err, ErrReadOnly) || code(err) == sqlite3.SQLITE_READONLY || errors.Is(err, syscall.EROFS)
}

func isCorrupt(err error) bool {
	c := code(err)
	return errors.Is(err, errIntegrity) || c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB
}
