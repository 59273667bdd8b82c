package storetest

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/admin/store"
	"borne/kiosk"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Fleet is what a central office holds after some time: bornes at sites, and
// the counters of their working days.
type Fleet struct {
	Bornes, Sites int
	// Days end with Last; on two of seven nobody comes.
	Days int
	Last time.Time
}

// CellsOfDay is how many counters a borne brings of a working day.
const CellsOfDay = 34

// variants is how many different days a borne may have.
const variants = 97

// Fill puts a fleet into an empty store, a hundred times as fast as bornes
// would bring it, and returns how many counters. The rollups are reckoned from
// the counters, table by table. Closed stores only: dir holds a SQLite store,
// unless database names another.
func (f Fleet) Fill(t testing.TB, dir, database string) (cells int) {
	t.Helper()
	driver, address := "sqlite", "file:"+dir+"/"+store.DatabaseFile+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-131072)&_pragma=temp_store(MEMORY)"
	if database != "" {
		driver, address = "pgx", database
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	one, err := db.Conn(t.Context()) // temporary tables belong to a connection
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	do := func(query string, args ...any) int {
		t.Helper()
		r, err := one.ExecContext(t.Context(), query, args...)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		n, err := r.RowsAffected()
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	do("BEGIN")
	f.people(do, database == "")
	for _, d := range kiosk.Kinds() {
		for n := range f.Days {
			day := f.Last.AddDate(0, 0, n+1-f.Days)
			if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
				continue
			}
			cells += do(fmt.Sprintf(`INSERT INTO cells (kind, day, site, kiosk, hour, first, second, count)
				SELECT v.kind, '%[1]s', b.site, b.kiosk, v.hour, v.first, v.second, v.count FROM fleet b
				JOIN variant v ON v.v = (b.n * 31 + %[2]d) %% %[3]d AND v.kind = '%[4]s'
				ORDER BY b.site, b.kiosk, v.hour, v.first, v.second`, day.Format(time.DateOnly), 17*n, variants, d.Kind))
		}
		f.rollUp(do, d.Kind, database == "")
		do("COMMIT")
		do("BEGIN")
	}
	do("INSERT INTO kiosk_sites (kiosk, site) SELECT kiosk, site FROM fleet")
	do("INSERT INTO heard (day, kiosk) SELECT DISTINCT day, kiosk FROM cells WHERE kind = 'availability'")
	do("INSERT INTO heard_days (site, day, kiosks) SELECT b.site, h.day, COUNT(*) FROM heard h JOIN fleet b ON b.kiosk = h.kiosk GROUP BY b.site, h.day")
	do("INSERT INTO heard_days (site, day, kiosks) SELECT '', day, SUM(kiosks) FROM heard_days GROUP BY day")
	do("INSERT INTO heard_months (site, month, kiosks) SELECT site, substr(day, 1, 8) || '01', SUM(kiosks) FROM heard_days WHERE site <> '' GROUP BY 1, 2")
	do("COMMIT")
	do("BEGIN")
	f.margins(do, database == "")
	do("COMMIT")
	do("ANALYZE")
	return cells
}

// people makes sites, bornes, what each last told, and what days may hold.
func (f Fleet) people(do func(string, ...any) int, lite bool) {
	millis := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	do("CREATE TEMPORARY TABLE fleet (n BIGINT NOT NULL, site TEXT NOT NULL, kiosk TEXT NOT NULL UNIQUE, PRIMARY KEY (site, kiosk))")
	do("CREATE TEMPORARY TABLE variant (v BIGINT NOT NULL, kind TEXT NOT NULL, hour BIGINT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (v, kind, hour, first, second))")
	began := f.Last.AddDate(0, 0, -f.Days)
	for n := range f.Sites {
		do(fmt.Sprintf("INSERT INTO sites (id, name, created) VALUES ('site%012d', 'Site %[1]d', %s)", n, millis(began)))
	}
	status := `{"seen":"` + f.Last.UTC().Format(time.RFC3339) + `","state":"ready","versions":{"borne":"0.1.0","chromium":"156.0.8078.79","debian":"13.7"},` +
		`"health":[{"name":"disk","level":"ok","detail":"41 % free"},{"name":"clock","level":"ok","detail":"right"},{"name":"usage","level":"warn","detail":"12 days wait"}],"bundle_version":0,"clock_offset_ns":1200000,"pending":3}`
	for n := range f.Bornes {
		site, id := fmt.Sprintf("site%012d", n%f.Sites), fmt.Sprintf("borne%011d", n)
		do(fmt.Sprintf("INSERT INTO kiosks (id, name, site, public_key, standing, enrolled) VALUES ('%s', 'Borne %d', '%s', %s, 'active', %s)",
			id, n, site, keyOf(n, lite), millis(began)))
		do(fmt.Sprintf("INSERT INTO kiosk_status (kiosk, seen, bundle_version, status) VALUES ('%s', %s, 0, '%s')", id, millis(f.Last), status))
		do(fmt.Sprintf("INSERT INTO watermarks (epoch, kiosk, seq, since, last) VALUES ('%s', '%s', 1, %s, %s)", "epoch"+id, id, millis(began), millis(f.Last)))
		do(fmt.Sprintf("INSERT INTO fleet (n, site, kiosk) VALUES (%d, '%s', '%s')", n, site, id))
	}
	for v := range variants {
		var rows []string
		for _, c := range cellsOf(v) {
			rows = append(rows, fmt.Sprintf("(%d, '%s', %d, '%s', '%s', %d)", v, c.Kind, c.Hour, c.First, c.Second, c.Count))
		}
		do("INSERT INTO variant (v, kind, hour, first, second, count) VALUES " + strings.Join(rows, ", "))
	}
}

// keyOf is a public key that nobody has, as an engine reads it.
func keyOf(n int, lite bool) string {
	if lite {
		return fmt.Sprintf("X'%064d'", n)
	}
	return fmt.Sprintf(`'\x%064d'`, n)
}

// rollUp reckons the crossings of a kind, a month at a time.
func (f Fleet) rollUp(do func(string, ...any) int, kind kiosk.CellKind, lite bool) {
	joined := "string_agg"
	if lite {
		joined = "group_concat"
	}
	first := f.Last.AddDate(0, 0, 1-f.Days)
	for m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(f.Last); m = m.AddDate(0, 1, 0) {
		month := m.Format(time.DateOnly)
		from := fmt.Sprintf("FROM cells WHERE kind = '%s' AND day BETWEEN '%s' AND '%s'", kind, month, m.AddDate(0, 1, -1).Format(time.DateOnly))
		pairs := func(table, day, site, group string) {
			do("INSERT INTO " + table + " (kind, site, " + day + ", sums) SELECT kind, " + site + ", day, " + joined + "(hour || '/' || first || '/' || second || '=' || count, ' ') FROM (SELECT kind, " +
				site + " AS site, " + group + " AS day, hour, first, second, SUM(count) AS count " + from + " GROUP BY 1, 2, 3, 4, 5, 6) sums GROUP BY 1, 2, 3")
		}
		pairs("month_crossings", "month", "site", "'"+month+"'")
		pairs("month_crossings", "month", "''", "'"+month+"'")
		pairs("day_crossings", "day", "''", "day")
	}
}

// margins reckons the sums by one dimension, a month at a time.
func (f Fleet) margins(do func(string, ...any) int, lite bool) {
	pairs, lines := `string_agg(' ' || value || '=' || count, '')`, `string_agg(line, chr(10))`
	if lite {
		pairs, lines = `group_concat(' ' || value || '=' || count, '')`, `group_concat(line, char(10))`
	}
	// The text of a row is that of its lines, each of a label's values.
	text := func(table, day, margins string) string {
		return "INSERT INTO " + table + " (site, " + day + ", sums) SELECT site, day, " + lines + " FROM (SELECT site, day, label || " + pairs + " AS line FROM " + margins +
			" GROUP BY site, day, label) lines GROUP BY site, day"
	}
	do("CREATE TEMPORARY TABLE margins (site TEXT NOT NULL, day TEXT NOT NULL, label TEXT NOT NULL, value TEXT NOT NULL, count BIGINT NOT NULL)")
	first := f.Last.AddDate(0, 0, 1-f.Days)
	for m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(f.Last); m = m.AddDate(0, 1, 0) {
		days := fmt.Sprintf("day BETWEEN '%s' AND '%s'", m.Format(time.DateOnly), m.AddDate(0, 1, -1).Format(time.DateOnly))
		for _, d := range kiosk.Kinds() {
			by := map[string]string{}
			if d.First.Values != nil || d.Kind == kiosk.CellVisit {
				by["first"] = "first"
			}
			if len(d.Second.Values) > 1 {
				by["second"] = "second"
			}
			if d.Hourly {
				by["hour"] = "CAST(hour AS TEXT)"
			}
			for label, value := range by {
				do(fmt.Sprintf("INSERT INTO margins SELECT site, day, '%[1]s/%[2]s', %[3]s, SUM(count) FROM cells WHERE kind = '%[1]s' AND %[4]s GROUP BY site, day, %[3]s", d.Kind, label, value, days))
			}
		}
		do("INSERT INTO margins SELECT DISTINCT site, day, 'availability/days', 'open', 1 FROM margins WHERE label = 'availability/first' AND value = 'open' AND count > 0")
		do("INSERT INTO margins SELECT '', day, label, value, SUM(count) FROM margins GROUP BY day, label, value")
		do(text("day_sums", "day", "margins"))
		do(text("month_sums", "month", "(SELECT site, '"+m.Format(time.DateOnly)+"' AS day, label, value, SUM(count) AS count FROM margins GROUP BY site, label, value) sums"))
		do("DELETE FROM margins")
	}
}

// cellsOf are the counters of one day of a borne in a reception area: some ten
// visitors between nine and half past five.
func cellsOf(v int) []kiosk.Cell {
	services := []string{"caf", "ameli", "impots", "france-travail", "info-retraite", "ants", "service-public", "mes-droits-sociaux",
		"msa", "carsat", "urssaf", "justice", "mairie", "prefecture", "cned"}
	bands := kiosk.DurationBands()
	pick := func(list []string, n int) string { return list[n%len(list)] }
	var cells []kiosk.Cell
	seen := map[kiosk.Key]bool{}
	add := func(kind kiosk.CellKind, hour int, first, second string, n uint64) {
		k := kiosk.Key{Kind: kind, Hour: hour, First: first, Second: second}
		if !seen[k] {
			seen[k] = true
			cells = append(cells, kiosk.Cell{Key: k, Count: n})
		}
	}
	ends := []string{"button", "button", "button", "idle", "button", "limit"}
	for i := range 8 {
		add(kiosk.CellSession, 9+i, pick(ends, v+i), pick(bands, v*3+i), 1)
		add(kiosk.CellVisit, kiosk.NoHour, pick(services, v+4*i), pick(bands, v+i), 1)
	}
	for hour := 9; hour < 18; hour++ {
		add(kiosk.CellAvailability, hour, kiosk.AvailableOpen, kiosk.None, 60)
	}
	add(kiosk.CellInclusion, kiosk.NoHour, "fr", kiosk.None, 7)
	add(kiosk.CellInclusion, kiosk.NoHour, pick([]string{"uk", "ru", "en"}, v), kiosk.None, 1)
	for i := range 2 {
		add(kiosk.CellOutcome, kiosk.NoHour, pick(services, v+4*i), string(kiosk.Outcomes()[(v+i)%3]), 1)
		add(kiosk.CellSatisfaction, kiosk.NoHour, pick(services, v+4*i), string(kiosk.Faces()[(v+i)%3]), 1)
	}
	add(kiosk.CellHelp, kiosk.NoHour, pick(services, v), pick(kiosk.AnswerBands(), v), 1)
	add(kiosk.CellDevice, kiosk.NoHour, kiosk.DeviceWipeClean, kiosk.None, 8)
	add(kiosk.CellDevice, kiosk.NoHour, kiosk.DeviceRefusedNoise, pick(services, v), 40)
	return cells
}
