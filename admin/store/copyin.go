package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copier is PostgreSQL's COPY, in the transaction of the connection that it has.
type copier struct {
	one *sql.Conn
	*hope
}

// hope is whether rows are likely to be new. A borne closes a counter before it
// sends it, so nearly all are; one that sends some twice, with other numbers,
// costs the group that it is in an attempt. After each failure the next ones
// are let pass, twice as many each time. Its zero value hopes.
type hope struct {
	mu         sync.Mutex
	pass, last int // groups
}

// mostPassed bounds how many groups are not tried after a failure.
const mostPassed = 64

// worth reports whether this group is to be tried.
func (h *hope) worth() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.pass > 0 {
		h.pass--
		return false
	}
	return true
}

// learn takes what became of an attempt.
func (h *hope) learn(fresh bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last = min(2*h.last+1, mostPassed); fresh {
		h.last = 0
	}
	h.pass = h.last
}

// fewForCopy is a number of rows that are not worth a COPY: it has two round
// trips more than a statement.
const fewForCopy = 50

// addFresh adds rows by COPY when none is there yet: added is false when there
// was one, and nothing was added. To COPY into a staging table and add from
// there to this one costs as much as addColumns does; to look for no conflict
// costs half of it.
func addFresh(ctx context.Context, c conn, table string, columns []string, rows [][]any) (added bool, err error) {
	if c.copier == nil || len(rows) < fewForCopy || !c.copier.worth() {
		return false, nil
	}
	if _, err := c.exec(ctx, "SAVEPOINT fresh"); err != nil {
		return false, err
	}
	err = c.copier.one.Raw(func(driver any) error {
		n, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		if err == nil && n != int64(len(rows)) {
			err = fmt.Errorf("%d of %d rows went in", n, len(rows))
		}
		return err
	})
	if err == nil {
		c.copier.learn(true)
		_, err = c.exec(ctx, "RELEASE SAVEPOINT fresh")
		return true, err
	}
	if !c.isUnique(err) {
		return false, err
	}
	c.copier.learn(false)
	_, err = c.exec(ctx, "ROLLBACK TO SAVEPOINT fresh")
	return false, err
}
