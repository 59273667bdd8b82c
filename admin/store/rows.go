package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
)

// rowsAtOnce is how many rows one statement adds: enough to make the cost of a
// call small, few enough for every engine's limit on parameters.
const rowsAtOnce = 100

// addRows adds rows of different keys, of texts, bytes and whole
// numbers, to the counters of a table.
func addRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	if c.numbered {
		return addColumns(ctx, c, into, onConflict, rows)
	}
	return insertRows(ctx, c, into, " ON CONFLICT "+onConflict, rows)
}

// insertRows inserts many rows with few statements.
func insertRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) (err error) {
	insert := func(chunk [][]any) string { return "INSERT INTO " + into + " VALUES " + places(chunk) + onConflict }
	var full *sql.Stmt // what all chunks but the last have in common is read once
	if len(rows) >= 2*rowsAtOnce {
		if full, err = c.PrepareContext(ctx, c.rebind(insert(rows[:rowsAtOnce]))); err != nil {
			return err
		}
		defer full.Close()
	}
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		args := slices.Concat(chunk...)
		if full != nil && len(chunk) == rowsAtOnce {
			_, err = full.ExecContext(ctx, args...)
		} else {
			_, err = c.exec(ctx, insert(chunk), args...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// columnsAtOnce is how many rows one statement of addColumns adds.
const columnsAtOnce = 10_000

// addColumns is addRows for PostgreSQL, which is given one array a column: the
// text of the statement is always the same, so that it is planned once, and no
// staging table is written first, as COPY would need, which knows no conflict.
func addColumns(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	types := make([]string, len(rows[0]))
	for i, v := range rows[0] {
		switch v.(type) {
		case string:
			types[i] = "?::text[]"
		case []byte:
			types[i] = "?::bytea[]"
		default:
			types[i] = "?::bigint[]"
		}
	}
	statement := "INSERT INTO " + into + " SELECT * FROM unnest(" + strings.Join(types, ", ") + ") ON CONFLICT " + onConflict
	for chunk := range slices.Chunk(rows, columnsAtOnce) {
		columns := make([]any, len(types))
		for i, v := range chunk[0] {
			switch v.(type) {
			case string:
				columns[i] = column(chunk, i, func(v any) string { return v.(string) })
			case []byte:
				columns[i] = column(chunk, i, func(v any) []byte { return v.([]byte) })
			default:
				columns[i] = column(chunk, i, wholeNumber)
			}
		}
		if _, err := c.exec(ctx, statement, columns...); err != nil {
			return err
		}
	}
	return nil
}

func wholeNumber(v any) int64 {
	if n, is := v.(int); is {
		return int64(n)
	}
	return v.(int64)
}

func column[T any](rows [][]any, i int, value func(any) T) []T {
	values := make([]T, len(rows))
	for n, row := range rows {
		values[n] = value(row[i])
	}
	return values
}

// places returns "(?, ?), (?, ?)" for rows, which are all as long.
func places(rows [][]any) string {
	return strings.TrimSuffix(strings.Repeat("("+marks(len(rows[0]))+"), ", len(rows)), ", ")
}
