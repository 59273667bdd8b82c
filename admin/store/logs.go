package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"borne/admin"
)

// held is how far a usage log has come, and whose it is.
type held struct {
	owner string // empty for a log that is new
	seq   uint64
	// ahead came though some before it have not, since when; 0 for none.
	ahead uint64
	since int64
	tail  tail
}

// logs are what a group of batches adds to: read once for all of them, and
// written once.
type logs struct {
	bornes map[string]standingAt
	held   map[string]held // by epoch
	moved  map[string]bool // epochs to be written
}

// standingAt is where a borne stands, in both senses.
type standingAt struct {
	site     string
	standing admin.Standing
}

// readLogs locks the epochs of a group, and reads how far they are.
func readLogs(ctx context.Context, c conn, group []*ingestion) (*logs, error) {
	l := &logs{map[string]standingAt{}, map[string]held{}, map[string]bool{}}
	var epochs, bornes []string
	for _, in := range group {
		epochs, bornes = append(epochs, in.epoch), append(bornes, in.kiosk)
	}
	slices.Sort(epochs)
	slices.Sort(bornes)
	epochs, bornes = slices.Compact(epochs), slices.Compact(bornes)
	if err := lockEpochs(ctx, c, epochs); err != nil {
		return nil, err
	}
	where, args := c.among("id", bornes)
	err := c.rows(ctx, `SELECT id, site, standing FROM kiosks WHERE `+where, args, func(scan func(...any) error) error {
		var id string
		var at standingAt
		err := scan(&id, &at.site, &at.standing)
		l.bornes[id] = at
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read sites of bornes: %w", err)
	}
	where, args = c.among("epoch", epochs)
	err = c.rows(ctx, `SELECT epoch, `+logColumns+` FROM watermarks WHERE `+where, args, func(scan func(...any) error) error {
		var epoch string
		log, err := scanLog(func(into ...any) error { return scan(append([]any{&epoch}, into...)...) })
		l.held[epoch] = log
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read watermarks: %w", err)
	}
	return l, nil
}

// move remembers how far an epoch is now.
func (l *logs) move(epoch string, to held) { l.held[epoch], l.moved[epoch] = to, true }

// write keeps the watermarks that moved.
func (l *logs) write(ctx context.Context, c conn) error {
	var rows [][]any
	for _, epoch := range slices.Sorted(maps.Keys(l.moved)) {
		log := l.held[epoch]
		rows = append(rows, []any{epoch, log.owner, int64(log.seq), millis(c.now), millis(c.now), int64(log.ahead), log.since, []byte(log.tail)})
	}
	// Whose it is does not change here: see inherit.
	if err := addRows(ctx, c, `watermarks (epoch, kiosk, seq, since, last, ahead, ahead_since, tail)`, `(epoch) DO UPDATE
		SET seq = excluded.seq, last = excluded.last, ahead = excluded.ahead, ahead_since = excluded.ahead_since, tail = excluded.tail`, rows); err != nil {
		return fmt.Errorf("keep watermarks: %w", err)
	}
	return nil
}

// lockEpochs keeps two servers from taking the same logs at once; they are
// sorted, so that servers do not wait for each other in a circle.
func lockEpochs(ctx context.Context, c conn, epochs []string) error {
	if !c.numbered {
		return nil // one writer
	}
	if _, err := c.exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(e, 0)) FROM unnest(?::text[]) AS e`, epochs); err != nil {
		return fmt.Errorf("lock the epochs: %w", err)
	}
	return nil
}

const logColumns = "kiosk, seq, ahead, ahead_since, tail"

func scanLog(scan func(...any) error) (l held, err error) {
	var seq, ahead int64
	var last []byte
	err = scan(&l.owner, &seq, &ahead, &l.since, &last)
	l.seq, l.ahead, l.tail = uint64(seq), uint64(ahead), last
	return l, err
}

func readLog(ctx context.Context, c conn, epoch string) (held, error) {
	l, err := scanLog(func(into ...any) error {
		return c.row(ctx, `SELECT `+logColumns+` FROM watermarks WHERE epoch = ?`, []any{epoch}, into...)
	})
	if errors.Is(err, admin.ErrNotFound) {
		return held{}, nil
	}
	if err != nil {
		return held{}, fmt.Errorf("read watermark: %w", err)
	}
	return l, nil
}
