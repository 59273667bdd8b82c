package store

import (
	"fmt"
	"io/fs"
	"maps"
	"testing"
	"time"

	"borne/admin"
	"borne/kiosk"

	"github.com/pressly/goose/v3"
)

// TestOldStoreGoesOn opens a store that was made before there were rollups of months and of all sites: they are there, and
// right.
func TestOldStoreGoesOn(t *testing.T) {
	dir := t.TempDir()
	if err := prepareFiles(dir, true); err != nil {
		t.Fatal(err)
	}
	write, read, err := openSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, write, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	do := func(query string) {
		t.Helper()
		if _, err := write.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	do(`INSERT INTO organisation VALUES ('o', 'Caf du Gard', 1)`)
	do(`INSERT INTO sites (id, name, created, is_default) VALUES ('nimes', 'Nîmes', 1, 1), ('ales', 'Alès', 1, 0)`)
	do(`INSERT INTO kiosks (id, name, site, public_key, standing, enrolled) VALUES ('a', 'A', 'nimes', 'a', 'active', 1), ('b', 'B', 'ales', 'b', 'active', 1), ('c', 'C', 'ales', 'c', 'revoked', 1)`)
	for _, borne := range []struct{ id, site string }{{"a", "nimes"}, {"b", "ales"}, {"c", "ales"}} {
		for _, day := range []string{"2026-08-31", "2026-09-01", "2026-09-02"} {
			for _, c := range []string{"'visit', '%s', %s-1, 'caf', '0-5', 2", "'availability', '%s', %s9, 'open', 'none', 60"} {
				site := fmt.Sprintf("'%s', ", borne.site)
				key := fmt.Sprintf(c, day, "")
				do(`INSERT INTO cells (kiosk, kind, day, hour, first, second, count) VALUES ('` + borne.id + `', ` + key + `)`)
				do(`INSERT INTO site_cells (kind, day, site, hour, first, second, count) VALUES (` + fmt.Sprintf(c, day, site) +
					`) ON CONFLICT DO UPDATE SET count = count + excluded.count`)
			}
		}
	}
	do(`INSERT INTO site_days (kind, day, site, first, count) SELECT kind, day, site, first, SUM(count) FROM site_cells GROUP BY 1, 2, 3, 4`)
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	if err := read.Close(); err != nil {
		t.Fatal(err)
	}

	s, err := Open(t.Context(), dir, Options{Now: func() time.Time { return time.Date(2026, 9, 10, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, q := range map[string]admin.UsageQuery{"days": {}, "fine": {BySecond: true}, "sites": {BySite: true}, "fine, of sites": {BySite: true, BySecond: true},
		"months": {ByMonth: true}, "whole": {Whole: true}} {
		q.Kind, q.From, q.To = kiosk.CellVisit, "2026-08-01", "2026-09-30"
		rows, err := s.Usage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		sum := uint64(0)
		for _, r := range rows {
			sum += r.Count
		}
		if sum != 18 {
			t.Errorf("%s: %d visits, want 18: %+v", name, sum, rows)
		}
	}
	rows, err := s.Usage(t.Context(), admin.UsageQuery{Kind: kiosk.CellVisit, From: "2026-08-01", To: "2026-09-30", Kiosk: "b", Whole: true})
	if err != nil || len(rows) != 1 || rows[0].Count != 6 {
		t.Errorf("of one borne: %+v, %v", rows, err)
	}
	margins, err := s.Margins(t.Context(), admin.MarginQuery{From: "2026-08-01", To: "2026-09-30", Sites: []string{"ales"}, Kinds: []kiosk.CellKind{kiosk.CellAvailability, kiosk.CellVisit}})
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]uint64{}
	for _, m := range margins {
		said[fmt.Sprint(m.Kind, " ", m.By, " ", m.Value)] = m.Count
	}
	if want := map[string]uint64{"availability first open": 360, "availability hour 9": 360, "availability days open": 3, "visit first caf": 12, "visit second 0-5": 12}; !maps.Equal(said, want) {
		t.Errorf("margins %v, want %v", said, want)
	}
	received, err := s.Received(t.Context(), []string{"2026-09-01"}, nil)
	if err != nil || received[0].Kiosks != 2 {
		t.Errorf("bornes heard, the revoked one left out: %+v, %v", received, err)
	}
}
