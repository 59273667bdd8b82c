package store

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// Rows whose last column, sums, is a text that holds many counters are read,
// added to and written as wholes.

// rowKey joins the columns of a key, none of which has the character between.
func rowKey(columns []string) string { return strings.Join(columns, "\x00") }

// heldTexts reads the texts of rows by their keys, which are sorted, and returns
// them by rowKey. On PostgreSQL it makes those that are not there, and keeps all
// of them from other servers until the transaction ends.
func heldTexts(ctx context.Context, c conn, table string, columns []string, keys [][]string) (map[string]string, error) {
	held := make(map[string]string, len(keys))
	read := func(query string, args ...any) error {
		return c.rows(ctx, query, args, func(scan func(...any) error) error {
			key, into := make([]string, len(columns)), make([]any, len(columns)+1)
			for i := range key {
				into[i] = &key[i]
			}
			var sums string
			into[len(columns)] = &sums
			err := scan(into...)
			held[rowKey(key)] = sums
			return err
		})
	}
	list := strings.Join(columns, ", ")
	if !c.numbered {
		var err error
		for chunk := range slices.Chunk(keys, rowsAtOnce) {
			var rows [][]any
			for _, key := range chunk {
				rows = append(rows, anys(key))
			}
			err = errors.Join(err, read("SELECT "+list+", sums FROM "+table+" WHERE ("+list+") IN (VALUES "+places(rows)+")", slices.Concat(rows...)...))
		}
		return held, err
	}
	var arrays []any
	for i := range columns {
		one := make([]string, len(keys))
		for j, key := range keys {
			one[j] = key[i]
		}
		arrays = append(arrays, one)
	}
	unnest := "unnest(" + strings.TrimSuffix(strings.Repeat("?::text[], ", len(columns)), ", ") + ") AS t (" + list + ")"
	if _, err := c.exec(ctx, "INSERT INTO "+table+" ("+list+", sums) SELECT "+list+", '' FROM "+unnest+" ON CONFLICT DO NOTHING", arrays...); err != nil {
		return nil, err
	}
	return held, read("SELECT "+list+", s.sums FROM "+table+" s JOIN "+unnest+" USING ("+list+") ORDER BY "+list+" FOR UPDATE OF s", arrays...)
}

// writeTexts writes rows that heldTexts has read.
func writeTexts(ctx context.Context, c conn, table string, columns []string, rows [][]any) error {
	list := strings.Join(columns, ", ")
	return addRows(ctx, c, table+" ("+list+", sums)", "("+list+") DO UPDATE SET sums = excluded.sums", rows)
}
