package store

import (
	"context"
	"slices"
	"strings"
)

// rowsAtOnce is how many rows one statement adds: enough to make the cost of a
// call small, few enough for every engine's limit on parameters.
const rowsAtOnce = 100

// addRows adds rows of different keys to the counters of a table.
func addRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	return insertRows(ctx, c, into, " ON CONFLICT "+onConflict, rows)
}

// insertRows inserts many rows with few statements.
func insertRows(ctx context.Context, c conn, into, onConflict string, rows [][]any) error {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		if _, err := c.exec(ctx, "INSERT INTO "+into+" VALUES "+places(chunk)+onConflict, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}

// places returns "(?, ?), (?, ?)" for rows, which are all as long.
func places(rows [][]any) string {
	return strings.TrimSuffix(strings.Repeat("("+marks(len(rows[0]))+"), ", len(rows)), ", ")
}
