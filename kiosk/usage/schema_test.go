package usage

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"borne/kiosk"
)

// tables reads the schema of the file itself: its tables and their columns.
func tables(t testing.TB, l *Log) map[string][]string {
	t.Helper()
	rows, err := l.db.Query(`SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, c.cid`)
	must(t, err)
	defer rows.Close()
	columns := map[string][]string{}
	for rows.Next() {
		var table, column, kind string
		must(t, rows.Scan(&table, &column, &kind))
		columns[table] = append(columns[table], column+" "+kind)
	}
	must(t, rows.Err())
	return columns
}

// TestTables holds the schema: beside counters and the numbers of the sync
// there are the five columns of a key. No id of a visit, no time of day, and
// in the table that visits write to no row id, which would tell their order.
func TestTables(t *testing.T) {
	l := fresh(t, newClock())
	cell := []string{"day TEXT", "hour INTEGER", "kind TEXT", "first TEXT", "second TEXT", "count INTEGER"}
	want := map[string][]string{
		"open": cell, "outbox": append([]string{"seq INTEGER"}, cell...),
		"sync": {"id INTEGER", "epoch TEXT", "sent INTEGER", "acked INTEGER", "evicted INTEGER", "evicted_day TEXT"},
	}
	got := tables(t, l)
	if len(got) != len(want) {
		t.Errorf("tables %v", got)
	}
	for table, columns := range want {
		if !slices.Equal(got[table], columns) {
			t.Errorf("table %s has %v, want %v", table, got[table], columns)
		}
		var strict, withoutRowID bool
		must(t, l.db.QueryRow(`SELECT strict, wr FROM pragma_table_list WHERE name = ?`, table).Scan(&strict, &withoutRowID))
		if !strict {
			t.Errorf("table %s takes text for a number", table)
		}
		if table == "open" && !withoutRowID {
			t.Error("the rows of open are numbered in the order in which things happened")
		}
	}
	var others string
	must(t, l.db.QueryRow(`SELECT coalesce(group_concat(type || ' ' || name), '') FROM sqlite_schema WHERE type <> 'table'`).Scan(&others))
	if others != "" {
		t.Errorf("the schema holds more: %s", others)
	}
}

// texts are what somebody might want to write, and what a fault might.
func texts() []string {
	list := []string{
		"", " ", "Jean Dupont", "jean-dupont", "jean", "dupont1", "hélène", "elle a demande de l'aide", "0612345678", "06-12-34-56", "1-85-07-78-006-084-36",
		"www.caf.fr/dossier", "https://www.caf.fr/", "caf.fr", "a@b.fr", "2026-11-20 10:31", "2026-11-20T10:31:00Z", "10:31", "1795167060",
		"2026-11-31", "0612-34-56", "9c5b94b1-35ad-49bb-b118-8e8fc24abf80", "{}", "null", "☎", "0-5 ", "None", "NONE", "button\n", "' OR 1=1 --", strings.Repeat("a", 41), "caf\x00jean",
	}
	for _, d := range kiosk.Kinds() {
		list = append(list, string(d.Kind))
		list = append(list, values(d.First)...)
		list = append(list, values(d.Second)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TestNoColumnHoldsText tries to write each of texts into each column of text,
// in a row that is right but for it, for every kind: the table takes what
// kiosk.Kinds lists for that place, and of the catalogue's ids their form.
func TestNoColumnHoldsText(t *testing.T) {
	l := fresh(t, newClock())
	tx, err := l.db.Begin() // one, for no write needs to reach the disk
	must(t, err)
	defer tx.Rollback()
	tried, taken := 0, 0
	insert, remove := map[string]*sql.Stmt{}, map[string]*sql.Stmt{}
	for _, table := range []string{"open", "outbox"} {
		insert[table], err = tx.Prepare(`INSERT INTO ` + table + ` (day, hour, kind, first, second, count) VALUES (?, ?, ?, ?, ?, ?)`)
		must(t, err)
		remove[table], err = tx.Prepare(`DELETE FROM ` + table)
		must(t, err)
	}
	write := func(table string, row []any) bool {
		_, err := insert[table].Exec(row...)
		if err == nil {
			_, err := remove[table].Exec()
			must(t, err)
		}
		return err == nil
	}
	for _, d := range kiosk.Kinds() {
		hour := kiosk.NoHour
		if d.Hourly {
			hour = 10
		}
		right := []any{"2026-11-20", hour, string(d.Kind), values(d.First)[0], values(d.Second)[0], 1}
		for _, table := range []string{"open", "outbox"} {
			if !write(table, right) {
				t.Fatalf("%s does not take %v", table, right)
			}
			for column, allowed := range map[int]func(string) bool{
				0: func(s string) bool { return false },
				2: func(s string) bool { return s == string(d.Kind) || sameValues(kiosk.CellKind(s), d) },
				3: allows(d.First),
				4: allows(d.Second),
			} {
				for _, text := range texts() {
					row := slices.Clone(right)
					row[column] = text
					tried++
					got, want := write(table, row), allowed(text)
					if got != want {
						t.Errorf("%s, column %d of %v takes %q: %v, want %v", table, column, right, text, got, want)
					}
					if got {
						taken++
					}
				}
			}
			// Numbers take no text, an hour no minute, and a kind its own period.
			for _, wrong := range []struct {
				column int
				value  any
			}{{1, "dix"}, {1, 631}, {1, 24}, {1, -2}, {1, 10.5}, {1, -1 - hour}, {5, "dix"}, {5, 0}, {5, -3}, {5, 1.5}, {5, nil}, {0, nil}, {3, nil}, {3, []byte("caf")}} {
				row := slices.Clone(right)
				row[wrong.column] = wrong.value
				if write(table, row) {
					t.Errorf("%s takes %v in column %d of %v", table, wrong.value, wrong.column, right)
				}
			}
		}
		// All that the kind allows fits, or closing would fail in the field.
		for _, first := range values(d.First) {
			for _, second := range values(d.Second) {
				if row := []any{"2026-11-21", hour, string(d.Kind), first, second, 1}; !write("open", row) {
					t.Errorf("open does not take %v: a value needs a migration", row)
				}
			}
		}
	}
	t.Logf("%d texts tried, %d of them values of the lists", tried, taken)
	for _, column := range []string{"epoch", "evicted_day"} {
		for _, text := range texts() {
			if _, err := tx.Exec(fmt.Sprintf(`UPDATE sync SET %s = ?`, column), text); err == nil && (column != "evicted_day" || text != "") {
				t.Errorf("sync.%s takes %q", column, text)
			}
		}
	}
}

// allows tells what the table takes in the place of d.
func allows(d kiosk.Dimension) func(string) bool {
	return func(s string) bool {
		if d.Values == nil {
			return kiosk.ValidID(s)
		}
		return slices.Contains(d.Values, s)
	}
}

// sameValues: the row of d is right for that kind as well.
func sameValues(kind kiosk.CellKind, d kiosk.KindDefinition) bool {
	other, ok := kiosk.Definition(kind)
	return ok && other.Hourly == d.Hourly && allows(other.First)(values(d.First)[0]) && allows(other.Second)(values(d.Second)[0])
}

func values(d kiosk.Dimension) []string {
	if d.Values == nil {
		return []string{kiosk.None, "france-travail"}
	}
	return d.Values
}

// TestMigration brings a file of each older schema up to date: no count, no
// number and no epoch changes, and no number is given twice.
func TestMigration(t *testing.T) {
	for from := 1; from < len(migrations); from++ {
		t.Run(fmt.Sprint("from ", from), func(t *testing.T) { migratesFrom(t, from) })
	}
}

func migratesFrom(t *testing.T, version int) {
	ctx, c := t.Context(), newClock()
	path := filepath.Join(t.TempDir(), "usage.db")
	epoch := strings.Repeat("0f", 16)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	for _, statement := range append(slices.Clone(migrations[:version]), fmt.Sprintf(`PRAGMA user_version = %d`, version),
		`INSERT INTO sync VALUES (1, '`+epoch+`', 4, 3, 0, '')`,
		`INSERT INTO open VALUES ('2026-11-20', -1, 'visit', 'caf', '5-15', 7), ('2026-11-20', 9, 'session', 'button', '0-5', 2)`,
		`INSERT INTO outbox VALUES (6, '2026-11-19', -1, 'refusal', 'host-not-listed', 'none', 3)`,
		`DELETE FROM outbox`,
		`INSERT INTO outbox VALUES (4, '2026-11-18', -1, 'help', 'ants', '15+', 1), (5, '2026-11-19', 8, 'availability', 'open', 'none', 60)`) {
		_, err := db.Exec(statement)
		must(t, err)
	}
	must(t, db.Close())

	l := open(t, path, Options{Clock: c.read})
	if l.Epoch() != epoch || pending(t, l) != 2 {
		t.Errorf("epoch %s, %d pending", l.Epoch(), pending(t, l))
	}
	must(t, l.Add(ctx, visit(l, c, "caf")))
	must(t, l.CloseAll(ctx))
	got := map[uint64]string{}
	for _, cell := range batch(t, l, 10).Cells {
		got[cell.Seq] = fmt.Sprint(cell.Kind, cell.Count)
	}
	// 6 was given to a cell that is gone already.
	if len(got) != 4 || got[4] != "help1" || got[5] != "availability60" || got[6] != "" || got[7]+got[8] != "visit8session2" && got[7]+got[8] != "session2visit8" {
		t.Errorf("the outbox holds %v", got)
	}
	fresh := fresh(t, c)
	if want, have := fmt.Sprint(tables(t, fresh)), fmt.Sprint(tables(t, l)); want != have {
		t.Errorf("migrated %s, new %s", have, want)
	}
}
