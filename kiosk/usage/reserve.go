package usage

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// DefaultReserveBytes is room for three months of a busy borne's counters: 400
// cells a day of 100 bytes.
const DefaultReserveBytes = 4 << 20

// reserve is a file beside the log that holds room on its disk: blocks that
// nobody else can take, given up when the log finds the disk full, and taken
// again once there is plenty.
type reserve struct {
	path  string
	bytes int64
	held  bool
}

// plenty is how many times the reserve must be free before it is taken again:
// a disk that is nearly full must not be filled by us.
const plenty = 8

// take holds the room, if there is plenty of it.
func (r *reserve) take() {
	if r.held || r.bytes <= 0 {
		return
	}
	file, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer file.Close()
	var there unix.Stat_t
	if unix.Fstat(int(file.Fd()), &there) == nil && there.Blocks*512 >= r.bytes {
		r.held = true // from a former start
		return
	}
	var disk unix.Statfs_t
	if unix.Fstatfs(int(file.Fd()), &disk) != nil || int64(disk.Bavail)*disk.Bsize < plenty*r.bytes ||
		unix.Fallocate(int(file.Fd()), 0, 0, r.bytes) != nil {
		r.release()
		return
	}
	r.held = true
}

// release gives the room up, and reports whether there was any.
func (r *reserve) release() bool {
	held := r.held
	r.held = false
	return os.Remove(r.path) == nil && held
}

// keep runs f in a transaction. When the disk is full it gives the reserve up
// and runs f once more; when it is not, it sees that there is a reserve. The
// caller holds the lock.
func (l *Log) keep(ctx context.Context, f func(*sql.Tx) error) error {
	if l.db == nil {
		if err := l.begin(); err != nil {
			return err
		}
	}
	err := asFull(inTx(ctx, l.db, f))
	if errors.Is(err, ErrFull) && l.reserve.release() {
		l.options.Log.Warn("the disk is full: the usage log goes on with the room that was reserved for it", "bytes", l.reserve.bytes)
		err = asFull(inTx(ctx, l.db, f))
	}
	if err == nil {
		l.reserve.take()
	}
	return err
}
