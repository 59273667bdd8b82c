package usage

import (
	"regexp"
	"slices"
	"testing"

	"borne/kiosk"
)

// TestNoColumnHoldsText holds the schema itself: beside counters and numbers
// of the sync there are the five columns of a key, and none takes a text.
func TestNoColumnHoldsText(t *testing.T) {
	l := fresh(t, newClock())
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
	cell := []string{"day TEXT", "hour INTEGER", "kind TEXT", "first TEXT", "second TEXT", "count INTEGER"}
	want := map[string][]string{
		"open": cell, "outbox": append([]string{"seq INTEGER"}, cell...),
		"sync": {"id INTEGER", "epoch TEXT", "sent INTEGER", "acked INTEGER", "evicted INTEGER", "evicted_day TEXT"},
	}
	if len(columns) != len(want) {
		t.Errorf("tables %v", columns)
	}
	for table, cs := range want {
		if !slices.Equal(columns[table], cs) {
			t.Errorf("table %s has %v, want %v", table, columns[table], cs)
		}
	}

	insert := func(values ...any) error {
		_, err := l.db.Exec(`INSERT INTO open VALUES (?, ?, ?, ?, ?, ?)`, values...)
		return err
	}
	must(t, insert("2026-11-20", -1, "visit", "caf", "120+", 1))
	for name, v := range map[string][]any{
		"a time of day":   {"2026-11-20 10:31", -1, "visit", "caf", "5-15", 1},
		"a minute":        {"2026-11-20", 631, "session", "button", "5-15", 1},
		"a name":          {"2026-11-20", -1, "visit", "Jean Dupont", "5-15", 1},
		"an accent":       {"2026-11-20", -1, "visit", "hélène", "5-15", 1},
		"an address":      {"2026-11-20", -1, "visit", "www.caf.fr/dossier", "5-15", 1},
		"a sentence":      {"2026-11-20", -1, "visit", "caf", "elle a demande de l'aide", 1},
		"text for number": {"2026-11-20", -1, "visit", "caf", "5-15", "dix"},
		"text for kind":   {"2026-11-20", -1, "Visit of", "caf", "5-15", 1},
	} {
		if insert(v...) == nil {
			t.Errorf("the table took %s: %v", name, v)
		}
	}
	// What the kinds allow fits, or closing would fail in the field.
	for _, d := range kiosk.Kinds() {
		for _, first := range values(d.First) {
			for _, second := range values(d.Second) {
				if err := insert("2026-11-21", 0, d.Kind, first, second, 1); err != nil {
					t.Errorf("%s %s %s: %v", d.Kind, first, second, err)
				}
			}
		}
	}
}

func values(d kiosk.Dimension) []string {
	if d.Values == nil {
		return []string{kiosk.None, "france-travail"}
	}
	return d.Values
}

// TestKindsCannotBeJoined: a visit cannot be put together from two kinds.
//   - A closed list holds a few short words, so no value is a free text or an
//     identifier.
//   - Kinds kept by hour say nothing of what was done or in which language:
//     whoever saw a person at an hour learns nothing from the log.
//   - Two kinds share one dimension at most, beside the time, so that a row of
//     one never selects a single row of the other.
//   - The language meets no other dimension.
func TestKindsCannotBeJoined(t *testing.T) {
	word := regexp.MustCompile(`^[a-z0-9+-]{1,20}$`)
	kinds := kiosk.Kinds()
	for i, d := range kinds {
		var names []string
		for _, dim := range []kiosk.Dimension{d.First, d.Second} {
			if len(dim.Values) > 24 { // the reasons of refusals are the longest list
				t.Errorf("%s: %s has %d values", d.Kind, dim.Name, len(dim.Values))
			}
			for _, v := range dim.Values {
				if !word.MatchString(v) {
					t.Errorf("%s: %s has the value %q", d.Kind, dim.Name, v)
				}
			}
			if dim.Name != "unused" {
				names = append(names, dim.Name)
			}
		}
		if d.Hourly && (slices.Contains(names, "service") || slices.Contains(names, "language")) {
			t.Errorf("%s is kept by hour and tells %v", d.Kind, names)
		}
		if slices.Contains(names, "language") && len(names) > 1 {
			t.Errorf("%s ties the language to %v", d.Kind, names)
		}
		for _, e := range kinds[i+1:] {
			shared := 0
			for _, dim := range []kiosk.Dimension{e.First, e.Second} {
				if slices.Contains(names, dim.Name) {
					shared++
				}
			}
			if shared > 1 {
				t.Errorf("%s and %s share %d dimensions", d.Kind, e.Kind, shared)
			}
		}
	}
}
