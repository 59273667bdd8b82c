package usage

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"borne/kiosk"
)

// BenchmarkRecordVisit writes what the end of a visit counts, and in turns the
// same rows into a plain table of the same engine, with the same promise of
// durability: a transaction of upserts in WAL with synchronous FULL, its
// statement prepared once, no check of any value. Medians of both, and their
// ratio.
func BenchmarkRecordVisit(b *testing.B) {
	ctx, c := b.Context(), newClock()
	l := fresh(b, c)
	counts := map[kiosk.Key]uint64{
		session(l, c): 1, visit(l, c, "caf"): 1, visit(l, c, "ants"): 1,
		l.Key(kiosk.CellInclusion, c.now, "fr", kiosk.None):                 1,
		l.Key(kiosk.CellAid, c.now, string(kiosk.AidLargeText), kiosk.None): 1,
		l.Key(kiosk.CellDevice, c.now, kiosk.DeviceRefusedNoise, "caf"):     7,
		l.Key(kiosk.CellDevice, c.now, kiosk.DeviceWipeClean, kiosk.None):   1,
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "plain.db")+"?_pragma=locking_mode(EXCLUSIVE)&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	must(b, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE plain (day TEXT, hour INTEGER, kind TEXT, first TEXT, second TEXT, count INTEGER,
		PRIMARY KEY (day, hour, kind, first, second)) WITHOUT ROWID`)
	must(b, err)
	insert, err := db.Prepare(`INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count`)
	must(b, err)
	defer insert.Close()
	plain := func() error {
		return inTx(ctx, db, func(tx *sql.Tx) error {
			for k, n := range counts {
				if _, err := tx.Stmt(insert).Exec(k.Day, k.Hour, string(k.Kind), k.First, k.Second, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var took [2][]time.Duration
	for b.Loop() {
		for i, write := range []func() error{func() error { return l.Record(ctx, counts) }, plain} {
			begin := time.Now()
			must(b, write())
			took[i] = append(took[i], time.Since(begin))
		}
	}
	median := func(ds []time.Duration) float64 {
		slices.Sort(ds)
		return float64(ds[len(ds)/2].Nanoseconds()) / 1e3
	}
	borne, bare := median(took[0]), median(took[1])
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(borne, "visit-µs")
	b.ReportMetric(bare, "plain-µs")
	b.ReportMetric(borne/bare, "visit/plain")
}
