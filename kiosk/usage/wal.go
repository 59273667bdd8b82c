package usage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// emptyWAL moves all that the write-ahead log holds into the file, overwrites
// it and cuts it off: its pages show each visit's transaction apart, and blocks
// that are merely given back to the disk keep what they hold. It may fail on a
// full disk; the next call does it. The caller holds the lock.
func (l *Log) emptyWAL() {
	if l.db == nil {
		return
	}
	// RESTART copies every frame and syncs the file, but leaves the log as it is.
	err := l.checkpoint("RESTART")
	if err == nil {
		if err = blankWAL(l.path + "-wal"); err == nil {
			err = l.checkpoint("TRUNCATE")
		}
		if err != nil {
			// SQLite does not know that the log is blank, and must not write on
			// behind its head. All of it is in the file.
			l.db.Close()
			l.db = nil
		}
	}
	if err != nil {
		l.options.Log.Warn("usage log: empty the write-ahead log", "err", err)
	}
}

func (l *Log) checkpoint(mode string) error {
	var busy, frames, copied int
	if err := l.db.QueryRow("PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &frames, &copied); err != nil {
		return err
	}
	if busy != 0 || copied < frames {
		return fmt.Errorf("%d of %d frames were copied, busy %d", copied, frames, busy)
	}
	return nil
}

// walHeadBytes hold the head of a write-ahead log (32 bytes) and more.
const walHeadBytes = 512

// blankWAL overwrites a write-ahead log whose every frame is in the file. The
// head goes first, and is on the disk before the rest is touched: frames of
// which only the later ones were gone would, after a power cut, be taken for a
// log that ends there, and older pages be put over newer ones.
func blankWAL(name string) error {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	for at, n := int64(0), min(info.Size(), walHeadBytes); at < info.Size(); at, n = at+n, min(info.Size()-at-n, 64<<10) {
		if _, err := file.WriteAt(make([]byte, n), at); err != nil {
			return err
		}
		if at == 0 {
			if err := file.Sync(); err != nil {
				return err
			}
		}
	}
	return file.Sync()
}
