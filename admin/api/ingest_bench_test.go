package api_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/admintest"
	"borne/admin/api"
	"borne/admin/auth"
	"borne/admin/store"
	"borne/admin/store/storetest"
	"borne/kiosk"
	"borne/kiosk/fleet"
	"borne/kiosk/httpsig"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"
)

// A bench's fleet: so many bornes at so many sites each bring so many full
// batches, of the counters of eight days or so each.
const (
	benchBornes  = 64
	benchSites   = 16
	benchBatches = 4
)

// BenchmarkIngestSQLite is what a central office keeps of full batches, from
// TLS and signature to commit, against the same rows written straight into the
// same engine, in turns.
func BenchmarkIngestSQLite(b *testing.B) {
	benchmarkIngest(b, func() string { return "" }, func(b *testing.B, rows [][]any) time.Duration {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "straight.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		must(b, exec(db, straightTable+" WITHOUT ROWID"))
		began := time.Now()
		// As many rows a transaction as a group of batches has, a hundred a statement.
		const atOnce = 100
		statement := "INSERT INTO straight VALUES " + strings.TrimSuffix(strings.Repeat("(?,?,?,?,?,?,?,?),", atOnce), ",")
		for len(rows) > 0 {
			tx, err := db.Begin()
			must(b, err)
			prepared, err := tx.Prepare(statement)
			must(b, err)
			for range 32 * kiosk.MaxBatchCells / atOnce {
				if len(rows) < atOnce {
					break
				}
				var args []any
				for _, r := range rows[:atOnce] {
					args = append(args, r...)
				}
				if _, err := prepared.Exec(args...); err != nil {
					b.Fatal(err)
				}
				rows = rows[atOnce:]
			}
			must(b, errors.Join(prepared.Close(), tx.Commit()))
		}
		return time.Since(began)
	})
}

// BenchmarkIngestPostgres is the same on PostgreSQL, against COPY.
func BenchmarkIngestPostgres(b *testing.B) {
	server := storetest.StartPostgres(b)
	benchmarkIngest(b, func() string { return server.Database(b) }, func(b *testing.B, rows [][]any) time.Duration {
		c, err := pgx.Connect(b.Context(), server.Database(b))
		must(b, err)
		defer c.Close(context.WithoutCancel(b.Context()))
		if _, err := c.Exec(b.Context(), straightTable); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		n, err := c.CopyFrom(b.Context(), pgx.Identifier{"straight"}, []string{"kind", "day", "site", "kiosk", "hour", "first", "second", "count"}, pgx.CopyFromRows(rows))
		if err != nil || int(n) != len(rows) {
			b.Fatal(n, err)
		}
		return time.Since(began)
	})
}

// straightTable is the store's own table of counters.
const straightTable = `CREATE TABLE straight (kind TEXT NOT NULL, day TEXT NOT NULL, site TEXT NOT NULL, kiosk TEXT NOT NULL, hour INTEGER NOT NULL,
	first TEXT NOT NULL, second TEXT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (kind, day, site, kiosk, hour, first, second))`

func exec(db *sql.DB, statement string) error {
	_, err := db.Exec(statement)
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func benchmarkIngest(b *testing.B, database func() string, straight func(*testing.B, [][]any) time.Duration) {
	var through, direct time.Duration
	cells := 0
	for b.Loop() {
		f := newBenchFleet(b, database())
		rows, requests := f.load(b)
		cells += len(rows)
		runtime.GC()
		direct += straight(b, rows)
		// What the peer alone needed is not carried through the collections of
		// what comes now.
		rows = nil
		runtime.GC()
		through += f.bring(b, requests)
		f.close()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(cells)/through.Seconds(), "cells/s")
	b.ReportMetric(float64(cells)/direct.Seconds(), "straight-rows/s")
	b.ReportMetric(direct.Seconds()/through.Seconds(), "ingest/straight")
	b.ReportMetric(float64(cells)/through.Seconds()/40000, "ingest/aim")
}

// benchFleet is a central office with bornes that only send.
type benchFleet struct {
	store    *store.Store
	presence *api.Presence
	server   *httptest.Server
	bornes   []benchBorne
}

type benchBorne struct {
	id, site string
	key      ed25519.PrivateKey
	line     *http.Transport
}

func newBenchFleet(b *testing.B, database string) *benchFleet {
	st, err := store.Open(b.Context(), b.TempDir(), store.Options{Create: true, Database: database})
	must(b, err)
	mux := http.NewServeMux()
	presence := api.NewPresence(st, slog.New(slog.DiscardHandler))
	device := &api.Device{Store: st, Presence: presence, Bell: api.NewBell(),
		Enrolments: auth.NewLimiter(1, time.Hour, time.Now), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	must(b, device.Register(mux))
	f := &benchFleet{store: st, presence: presence, server: httptest.NewUnstartedServer(mux)}
	f.server.EnableHTTP2 = true
	f.server.StartTLS()
	roots := x509.NewCertPool()
	roots.AddCert(f.server.Certificate())
	for i := range benchSites {
		site, err := st.CreateSite(b.Context(), fmt.Sprintf("site %d", i), "bench")
		must(b, err)
		var made []admin.NewKiosk
		for range benchBornes / benchSites {
			public, key, err := ed25519.GenerateKey(nil)
			must(b, err)
			made = append(made, admin.NewKiosk{PublicKey: public})
			f.bornes = append(f.bornes, benchBorne{site: site.ID, key: key, line: fleet.NewTransport(nil, roots, time.Now)})
		}
		ids, err := st.Register(b.Context(), site.ID, made, "bench")
		must(b, err)
		for j, id := range ids {
			f.bornes[len(f.bornes)-len(ids)+j].id = id
		}
	}
	return f
}

func (f *benchFleet) close() {
	for _, borne := range f.bornes {
		borne.line.CloseIdleConnections()
	}
	f.server.Close()
	f.store.Close()
}

// load makes the batches of every borne, signed, and the rows that they are.
func (f *benchFleet) load(b *testing.B) (rows [][]any, requests [][]*http.Request) {
	random := rand.New(rand.NewPCG(1, 2))
	services := []string{"caf", "ameli", "impots", "france-travail", "info-retraite", "ants", "mdph", "logement", "msa", "agglo"}
	draw := func(d kiosk.Dimension) string {
		if d.Values == nil {
			return services[random.IntN(len(services))]
		}
		return d.Values[random.IntN(len(d.Values))]
	}
	first, kinds := time.Now().AddDate(0, 0, -9*benchBatches), kiosk.Kinds()
	for _, borne := range f.bornes {
		var own []*http.Request
		seq, seen := uint64(0), map[kiosk.Key]bool{}
		for n := range benchBatches {
			batch := kiosk.CellBatch{Epoch: "epoch-" + borne.id}
			for len(batch.Cells) < kiosk.MaxBatchCells {
				kind := kinds[random.IntN(len(kinds))]
				k := kiosk.Key{Kind: kind.Kind, Day: first.AddDate(0, 0, 8*n+random.IntN(8)).Format(time.DateOnly), Hour: kiosk.NoHour,
					First: draw(kind.First), Second: draw(kind.Second)}
				if kind.Hourly {
					k.Hour = 8 + random.IntN(10)
				}
				if seen[k] {
					continue
				}
				seen[k] = true
				seq++
				batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Key: k, Count: 1 + random.Uint64N(20)}})
				rows = append(rows, []any{string(k.Kind), k.Day, borne.site, borne.id, k.Hour, k.First, k.Second, int64(batch.Cells[len(batch.Cells)-1].Count)})
			}
			packed, err := admintest.Pack(batch)
			must(b, err)
			req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, f.server.URL+kiosk.PathCells, bytes.NewReader(packed))
			must(b, err)
			must(b, httpsig.Sign(req, packed, borne.id, borne.key, time.Now()))
			own = append(own, req)
		}
		requests = append(requests, own)
	}
	return rows, requests
}

type nopCloser struct{ io.Reader }

func (nopCloser) Close() error { return nil }

// expectOK reads an answer to its end.
func expectOK(res *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d: %s", res.StatusCode, answer)
	}
	return err
}

// bring has every borne send its batches, one after the other, all bornes at
// the same time.
func (f *benchFleet) bring(b *testing.B, requests [][]*http.Request) time.Duration {
	began := time.Now()
	var wait sync.WaitGroup
	for i, own := range requests {
		wait.Go(func() {
			for _, req := range own {
				if err := expectOK(f.bornes[i].line.RoundTrip(req)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return time.Since(began)
}
