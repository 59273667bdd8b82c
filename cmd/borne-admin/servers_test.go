package main

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"borne/admin/admintest"
	"borne/admin/store"
	"borne/admin/store/storetest"
	"borne/kiosk"
)

// TestServersAreKilled has 200 bornes bring their counters to two servers on one PostgreSQL, of which one is killed again
// and again: every counter that was acknowledged is there, once.
func TestServersAreKilled(t *testing.T) {
	const bornes, batches, size = 200, 16, 20
	database := storetest.StartPostgres(t).Database(t)
	data := filepath.Join(t.TempDir(), "data")
	var urls [2]atomic.Pointer[string]
	var servers [2]*server
	for i := range servers {
		servers[i] = start(t, data, "--database", database)
		urls[i].Store(&servers[i].url)
	}
	st, err := store.Open(t.Context(), data, store.Options{Database: database, Now: storetest.Start})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()

	// Connections to a killed server are of no use; the others go on.
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: bornes}, Timeout: 20 * time.Second}
	defer client.CloseIdleConnections()
	var wait sync.WaitGroup
	var failed atomic.Int64
	// Codes are few and typed by hand, so bornes are put into the store directly.
	ids, keys := make([]string, bornes), make([]ed25519.PrivateKey, bornes)
	for i := range bornes {
		k, key := storetest.Enrol(t, st, fmt.Sprintf("borne %d", i))
		ids[i], keys[i] = k.ID, key
	}
	for i, id := range ids {
		wait.Go(func() {
			b := &admintest.Borne{Client: client, Key: keys[i], ID: id, Now: time.Now}
			for acknowledged, try := uint64(0), i; acknowledged < batches*size && t.Context().Err() == nil; try++ {
				b.URL = *urls[try%2].Load()
				batch := kiosk.CellBatch{Epoch: "e" + id}
				for n := range uint64(size) {
					batch.Cells = append(batch.Cells, storetest.Visit(acknowledged+n+1, int(n%28)+1, "caf", 1))
				}
				mark, err := b.Cells(t.Context(), batch)
				if err != nil {
					failed.Add(1)
					time.Sleep(20 * time.Millisecond) // a borne would wait far longer
					continue
				}
				if mark.Seq < acknowledged {
					t.Errorf("borne %d: the watermark went back from %d to %d", i, acknowledged, mark.Seq)
				}
				acknowledged = mark.Seq
			}
		})
	}
	done := make(chan struct{})
	go func() {
		wait.Wait()
		close(done)
	}()
	kills := 0
	for over := false; !over; {
		select {
		case <-done:
			over = true
		case <-time.After(300 * time.Millisecond):
			servers[0].end(t, syscall.SIGKILL)
			kills++
			servers[0] = start(t, data, "--database", database)
			urls[0].Store(&servers[0].url)
		}
	}
	t.Logf("%d kills, %d requests failed", kills, failed.Load())
	if kills == 0 || failed.Load() == 0 {
		t.Error("no server was killed under a request: the test proves nothing")
	}
	for i, id := range ids {
		if w, err := st.Watermark(t.Context(), id, "e"+id); err != nil || w.Seq != batches*size {
			t.Errorf("borne %d: %+v, %v, want %d", i, w, err, batches*size)
		}
	}
	got, err := storetest.Total(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	sum := uint64(0)
	for _, n := range got {
		sum += n
	}
	if sum != bornes*batches*size {
		t.Errorf("%d visits are there, want %d", sum, bornes*batches*size)
	}
}

// TestStoreCopy moves an installation to PostgreSQL by the commands that a technician types, and goes on there.
func TestStoreCopy(t *testing.T) {
	database := storetest.StartPostgres(t).Database(t)
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data)
	code, err := run(t, "enrol-code", "--data", data, "--name", "Accueil")
	if err != nil {
		t.Fatal(code, err)
	}
	b := admintest.NewBorne(s.url, time.Now)
	if _, err := b.Enrol(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	batch := kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{storetest.Visit(1, 1, "caf", 1)}}
	if _, err := b.Cells(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "store", "copy", "--from", data, "--to", database)
	if err != nil || !strings.Contains(out, "Moved and counted") {
		t.Fatalf("%v: %s", err, out)
	}
	t.Log(out)
	batch.Cells = append(batch.Cells, storetest.Visit(2, 1, "caf", 1))
	if _, err := b.Cells(t.Context(), batch); err == nil {
		t.Error("the server on the old store acknowledges counters that the new one lacks")
	}
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	again := start(t, data, "--database", database)
	b.URL = again.url
	if mark, err := b.Cells(t.Context(), batch); err != nil || mark.Seq != 2 {
		t.Errorf("on the new store: %+v, %v", mark, err)
	}
	if out, err := run(t, "store", "check", "--data", data, "--database", database); err != nil {
		t.Errorf("check: %v: %s", err, out)
	}
	if out, err := run(t, "store", "copy", "--from", data, "--to", database); err == nil {
		t.Errorf("copied again: %s", out)
	} else {
		t.Log(out)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if out, err := run(t, "backup", "--data", data, "--database", database, "--to", copied); err != nil {
		t.Errorf("backup: %v: %s", err, out)
	}
	if out, err := run(t, "restore", "--data", filepath.Join(t.TempDir(), "restored"), "--database", database, "--from", copied); err == nil {
		t.Errorf("restored over the store in use: %s", out)
	} else {
		t.Log(out)
	}
}
