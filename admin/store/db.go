package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"borne/admin"
)

// dialect is what differs between engines in a statement.
type dialect struct {
	name string
	// numbered placeholders ($1) in place of question marks.
	numbered bool
	// isUnique reports whether err is a broken unique constraint.
	isUnique func(err error) bool
	// isBusy reports whether a transaction that failed so is to be done again.
	isBusy func(err error) bool
	// isolation of a transaction that changes something.
	isolation sql.IsolationLevel
	// few limits the rows that a DELETE takes: those of table, whose key is
	// given, that where says, at most as many as the last argument.
	few func(table, key, where string) string
	// freeze makes a store refuse what bornes would bring, once it has moved.
	freeze []string
}

// rebind rewrites the placeholders of a statement. Our statements hold no
// question mark but placeholders.
func (d dialect) rebind(query string) string {
	if !d.numbered {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// runner is what sql.DB and sql.Tx share.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// conn runs statements, in a transaction or not.
type conn struct {
	runner
	dialect
	copier *copier // nil where there is no COPY
	// now is read once, so that a transaction happens at one moment.
	now time.Time
}

func (c conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := c.ExecContext(ctx, c.rebind(query), args...)
	if err != nil {
		return 0, notText(err)
	}
	return r.RowsAffected()
}

// row scans the only row of a query; admin.ErrNotFound when there is none.
func (c conn) row(ctx context.Context, query string, args []any, into ...any) error {
	err := c.QueryRowContext(ctx, c.rebind(query), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return admin.ErrNotFound
	}
	return notText(err)
}

// notText turns PostgreSQL's refusal of a text, which can only hold a zero byte
// where ours are UTF-8, into what the sender has to correct.
func notText(err error) error {
	if sqlState(err) == "22021" { // character_not_in_repertoire
		return fmt.Errorf("%w: a text holds a zero byte", admin.ErrInvalid)
	}
	return err
}

// rows calls each for every row of a query.
func (c conn) rows(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := c.QueryContext(ctx, c.rebind(query), args...)
	if err != nil {
		return notText(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// among is the condition that a column of texts is one of some, which are one at
// least; PostgreSQL is given them as an array, so that one plan serves any number.
func (c conn) among(column string, values []string) (where string, args []any) {
	if c.numbered {
		return column + " = ANY(?::text[])", []any{values}
	}
	return column + " IN (" + marks(len(values)) + ")", anys(values)
}

func (c conn) audit(ctx context.Context, actor string, action admin.AuditAction, object, detail string) error {
	_, err := c.exec(ctx, `INSERT INTO audit (time, actor, action, object, detail) VALUES (?, ?, ?, ?, ?)`,
		millis(c.now), actor, string(action), object, detail)
	if err != nil {
		return fmt.Errorf("write audit log: %w", err)
	}
	return nil
}

// view runs f on a reader.
func (s *Store) view() conn { return conn{s.read, s.dialect, nil, s.now()} }

// tries bounds how often a transaction that others got in the way of is done
// again: each time at least one of them has succeeded.
const tries = 20

// update runs f in a transaction that is as good as alone, kept only if f
// succeeds. It may run f again, so f sets what it fills from the start.
func (s *Store) update(ctx context.Context, f func(conn) error) (err error) {
	for n := range tries {
		if n > 0 {
			select {
			case <-time.After(rand.N(time.Millisecond << min(n, 8))):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err = s.updateOnce(ctx, s.dialect.isolation, f); err == nil || !s.dialect.isBusy(err) {
			return err
		}
	}
	return err
}

func (s *Store) updateOnce(ctx context.Context, isolation sql.IsolationLevel, f func(conn) error) error {
	one, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer one.Close() // gives it back
	tx, err := one.BeginTx(ctx, &sql.TxOptions{Isolation: isolation})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	var by *copier
	if s.dialect.numbered {
		by = &copier{one, &s.hope}
	}
	if err := f(conn{tx, s.dialect, by, s.now()}); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// announce is update that then tells those who wait on a borne's behalf.
func (s *Store) announce(ctx context.Context, kiosk string, f func(conn) error) error {
	err := s.update(ctx, func(c conn) error {
		if err := f(c); err != nil || !s.dialect.numbered {
			return err
		}
		// Told to every process when the transaction is kept, to this one too.
		_, err := c.exec(ctx, `SELECT pg_notify(?, ?)`, bellChannel, kiosk)
		return err
	})
	if err != nil {
		return err
	}
	s.changed(kiosk)
	return nil
}

// ignoreDone drops the complaint that a cancelled context has already rolled
// the transaction back.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// marks returns "?, ?, ?" for n values.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func limitOr(n, standard, most int) int {
	if n <= 0 {
		return standard
	}
	return min(n, most)
}
