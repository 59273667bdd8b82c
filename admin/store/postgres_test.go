package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/admin/store/storetest"
	"borne/kiosk"
)

func openPostgres(t testing.TB, database, dir string, clock *storetest.Clock, changed func(string)) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dir, store.Options{Create: true, Now: clock.Now, Database: database, Changed: changed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestPostgres(t *testing.T) {
	server := storetest.StartPostgres(t)
	storetest.Run(t, func(t testing.TB, clock *storetest.Clock) *store.Store {
		return openPostgres(t, server.Database(t), t.TempDir(), clock, nil)
	})
}

func TestPostgresFaults(t *testing.T) {
	server := storetest.StartPostgres(t)
	_, err := store.Open(t.Context(), t.TempDir(), store.Options{Database: server.Database(t)})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty database, unasked: %v", err)
	}
	for _, address := range []string{"postgres://[", "host=/nowhere dbname=borne user=borne"} {
		if _, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true, Database: address}); err == nil {
			t.Errorf("%s: opened", address)
		} else {
			t.Log(err)
		}
	}
}

// TestServersShareADatabase starts several at once on an empty database, has all of them take the same batches, and
// listens on each for what another does.
func TestServersShareADatabase(t *testing.T) {
	server := storetest.StartPostgres(t)
	database, clock := server.Database(t), &storetest.Clock{T: storetest.Start()}
	const servers = 4
	stores, heard := make([]*store.Store, servers), make([]chan string, servers)
	var wait sync.WaitGroup
	for i := range servers {
		heard[i] = make(chan string, 1000)
		wait.Go(func() {
			stores[i] = openPostgres(t, database, t.TempDir(), clock, func(id string) { heard[i] <- id })
		})
	}
	wait.Wait()
	k, _ := storetest.Enrol(t, stores[0], "Accueil")
	other, _ := storetest.Enrol(t, stores[1], "Étage")
	if sites, err := stores[3].Sites(t.Context()); err != nil || len(sites) != 1 {
		t.Fatalf("sites %v, %v: want the one made at first start", sites, err)
	}

	// Two bornes of one site bring the same rows, each batch to every server at once.
	const batches = 30
	for _, id := range []string{k.ID, other.ID} {
		for i, s := range stores {
			wait.Go(func() {
				for n := range uint64(batches) {
					batch := kiosk.CellBatch{Epoch: "e" + id, Cells: []kiosk.SequencedCell{storetest.Visit(3*n+1, 1, "caf", 1),
						storetest.Visit(3*n+2, 2, "ameli", 1), storetest.Visit(3*n+3, 1, "ameli", 1)}}
					if _, err := s.Ingest(t.Context(), id, batch); err != nil {
						t.Errorf("server %d: %v", i, err)
					}
				}
			})
		}
	}
	wait.Wait()
	got, err := storetest.Total(t.Context(), stores[2])
	if err != nil || fmt.Sprint(got) != fmt.Sprintf("map[2026-09-01 ameli:%[1]d 2026-09-01 caf:%[1]d 2026-09-02 ameli:%[1]d]", 2*batches) {
		t.Errorf("visits %v, %v: want each batch once", got, err)
	}

	// Versions only grow, one at a time.
	for range 8 {
		for _, s := range stores {
			wait.Go(func() {
				_, err := s.Publish(t.Context(), "test", func(v uint64, _ string) (admin.Release, []byte, error) {
					return admin.Release{SHA256: fmt.Sprint(v)}, []byte("abc"), nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	releases, err := stores[0].Releases(t.Context())
	if err != nil || len(releases) != 8*servers || releases[0].Version != 8*servers {
		t.Errorf("%d releases, %v", len(releases), err)
	}

	if _, err := stores[1].CreateCommand(t.Context(), admin.Command{Kiosk: k.ID, Author: "test", Command: kiosk.Command{Kind: kiosk.CommandOpen}}); err != nil {
		t.Fatal(err)
	}
	for i := range heard {
		for deadline := time.After(20 * time.Second); ; {
			select {
			case id := <-heard[i]:
				if id != k.ID {
					continue
				}
			case <-deadline:
				t.Errorf("server %d was not told of the command", i)
			}
			break
		}
	}
}

// TestPostgresComesBack cuts the server's power: what was acknowledged is there, and the store goes on by itself.
func TestPostgresComesBack(t *testing.T) {
	server := storetest.StartPostgres(t)
	clock := &storetest.Clock{T: storetest.Start()}
	s := openPostgres(t, server.Database(t), t.TempDir(), clock, nil)
	k, _ := storetest.Enrol(t, s, "Accueil")
	acknowledged, seq := uint64(0), uint64(0)
	for round := range 3 {
		killed := make(chan struct{})
		time.AfterFunc(time.Duration(50+70*round)*time.Millisecond, func() {
			server.Kill()
			close(killed)
		})
		for {
			w, err := s.Ingest(t.Context(), k.ID, kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{storetest.Visit(seq+1, 1, "caf", 1)}})
			if err != nil {
				break
			}
			seq = w.Seq
			acknowledged = seq
		}
		<-killed
		server.Start(t)
		w, err := s.Watermark(t.Context(), k.ID, "e")
		for try := 0; err != nil && try < 50; try++ {
			w, err = s.Watermark(t.Context(), k.ID, "e")
		}
		if err != nil || w.Seq < acknowledged || w.Seq > acknowledged+1 {
			t.Fatalf("round %d: %+v, %v after %d were acknowledged", round, w, err, acknowledged)
		}
		seq = w.Seq
	}
	if got, err := storetest.Total(t.Context(), s); err != nil || got["2026-09-01 caf"] != seq {
		t.Errorf("visits %v, %v: want %d", got, err, seq)
	}
	if seq == 0 {
		t.Error("nothing was taken")
	}
}

func TestPostgresBackupRestores(t *testing.T) {
	server := storetest.StartPostgres(t)
	clock := &storetest.Clock{T: storetest.Start()}
	s := openPostgres(t, server.Database(t), t.TempDir(), clock, nil)
	k := fill(t, s, clock)
	copied := filepath.Join(t.TempDir(), "copy")
	if err := s.Backup(t.Context(), copied, "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), copied, "test"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup over another: %v", err)
	}
	if i, err := os.Stat(copied); err != nil || i.Mode().Perm() != 0o600 || i.Size() == 0 {
		t.Errorf("backup: %+v, %v", i, err)
	}
	if err := store.Restore(t.Context(), copied, t.TempDir(), ""); err == nil {
		t.Error("a PostgreSQL backup went to SQLite")
	}
	restores(t, copied, t.TempDir(), server.Database(t), clock, k)
	raw, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut")
	if err := os.WriteFile(cut, raw[:len(raw)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	database := server.Database(t)
	if err := store.Restore(t.Context(), cut, t.TempDir(), database); err == nil {
		t.Error("a backup that was cut was restored")
	} else {
		t.Log(err)
	}
	restores(t, copied, t.TempDir(), database, clock, k) // nothing of the failed one is left
}
