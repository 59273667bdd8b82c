package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"testing"

	"borne/admin"
	"borne/admin/store/storetest"
	"borne/kiosk"
)

// TestCrossingsOfOldRows: migration 8 makes of the rows that a PostgreSQL store
// had before what the same counters would have made after it, and both add up.
func TestCrossingsOfOldRows(t *testing.T) {
	clock := &storetest.Clock{T: storetest.Start()}
	database := storetest.StartPostgres(t).Database(t)
	s := openPostgres(t, database, t.TempDir(), clock, nil)
	k, _ := storetest.Enrol(t, s, "Accueil")
	bring := func(first uint64) {
		t.Helper()
		batch := kiosk.CellBatch{Epoch: "e"}
		for i := range uint64(40) {
			batch.Cells = append(batch.Cells, storetest.Visit(first+i, 1+int(i%20), fmt.Sprintf("service-%d", i%7), i+1))
		}
		if _, err := s.Ingest(t.Context(), k.ID, batch); err != nil {
			t.Fatal(err)
		}
	}
	said := func() string {
		t.Helper()
		all := ""
		for _, q := range []admin.UsageQuery{{}, {ByMonth: true}, {ByMonth: true, BySite: true}} {
			q.Kind, q.From, q.To, q.BySecond = kiosk.CellVisit, "2026-08-01", "2026-09-30", true
			rows, err := s.Usage(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			all += fmt.Sprintln(rows)
		}
		return all
	}
	bring(1)
	want := said()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	migration, err := os.ReadFile("migrations/postgres/00008_crossings.sql")
	if err != nil {
		t.Fatal(err)
	}
	columns := "site TEXT NOT NULL, hour BIGINT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL, count BIGINT NOT NULL"
	for _, statement := range []string{
		"DROP TABLE day_crossings", "DROP TABLE month_crossings",
		"CREATE TABLE all_days (kind TEXT NOT NULL, day TEXT NOT NULL, " + columns + ")",
		"CREATE TABLE months (kind TEXT NOT NULL, month TEXT NOT NULL, " + columns + ")",
		"INSERT INTO all_days SELECT kind, day, '', hour, first, second, SUM(count) FROM cells GROUP BY 1, 2, 4, 5, 6",
		"INSERT INTO months SELECT kind, substr(day, 1, 8) || '01', site, hour, first, second, SUM(count) FROM cells GROUP BY 1, 2, 3, 4, 5, 6",
		"INSERT INTO months SELECT kind, month, '', hour, first, second, SUM(count) FROM months GROUP BY 1, 2, 4, 5, 6",
		string(migration),
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if got := said(); got != want {
		t.Errorf("of the old rows:\n%s\nwant\n%s", got, want)
	}
	bring(41) // to rows in the order that the migration gave them
	rows, err := s.Usage(t.Context(), admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-09-01", To: "2026-09-30", ByMonth: true, BySecond: true})
	if err != nil {
		t.Fatal(err)
	}
	sum := uint64(0)
	for _, r := range rows {
		sum += r.Count
	}
	if sum != 40*41 {
		t.Errorf("%d visits, want %d: %v", sum, 40*41, rows)
	}
}
