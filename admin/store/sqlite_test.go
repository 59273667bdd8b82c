package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"borne/admin"
	"borne/admin/store"
	"borne/admin/store/storetest"
)

func open(t testing.TB, dir string, clock *storetest.Clock) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dir, store.Options{Create: true, Now: clock.Now})
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

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t testing.TB, clock *storetest.Clock) *store.Store { return open(t, t.TempDir(), clock) })
}

func TestNothingIsMadeUnasked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	if _, err := store.Open(t.Context(), dir, store.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open a missing store: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the directory was made")
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir, &storetest.Clock{T: storetest.Start()})
	storetest.Enrol(t, s, "Accueil")
	key, err := store.SigningKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.SigningKey(dir)
	if err != nil || !key.Equal(again) {
		t.Errorf("the signing key changed: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 3 {
		t.Fatalf("data directory: %v, %v", entries, err)
	}
	for _, e := range entries {
		if i, err := e.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v; want 0600", e.Name(), i.Mode(), err)
		}
	}
	if i, err := os.Stat(dir); err != nil || i.Mode().Perm() != 0o700 {
		t.Errorf("data directory: mode %v, %v; want 0700", i.Mode(), err)
	}
}

func TestBackupRestores(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	clock := &storetest.Clock{T: storetest.Start()}
	s := open(t, dir, clock)
	k := fill(t, s, clock)
	key, err := store.SigningKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(other, store.DatabaseFile)
	if err := s.Backup(t.Context(), copied, "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), copied, "test"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup over another: %v", err)
	}
	raw, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, key.Seed()) {
		t.Error("the signing key is in the database's copy")
	}
	if i, err := os.Stat(copied); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("backup: mode %v, %v", i.Mode(), err)
	}
	restores(t, copied, t.TempDir(), "", clock, k)
}

// restores makes a store of a backup, once, and finds the borne in it.
func restores(t *testing.T, backup, dir, database string, clock *storetest.Clock, k admin.Kiosk) {
	t.Helper()
	if err := store.Restore(t.Context(), backup, dir, database); err != nil {
		t.Fatal(err)
	}
	if err := store.Restore(t.Context(), backup, dir, database); err == nil {
		t.Error("restored over a store that was there")
	}
	s, err := store.Open(t.Context(), dir, store.Options{Now: clock.Now, Database: database})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Kiosk(t.Context(), k.ID); err != nil || got.Name != "Accueil" || fmt.Sprint(got.Groups) != "[gard]" {
		t.Errorf("restored %+v, %v", got, err)
	}
	if err := s.Audit(t.Context(), "test", admin.AuditLogin, "", ""); err != nil {
		t.Errorf("the restored store takes nothing: %v", err)
	}
	if got, err := storetest.Total(t.Context(), s); err != nil || len(got) == 0 {
		t.Errorf("restored visits %v, %v", got, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	clock := &storetest.Clock{T: storetest.Start()}
	s := open(t, t.TempDir(), clock)
	fill(t, s, clock)
	whole := filepath.Join(dir, "whole")
	if err := s.Backup(t.Context(), whole, "test"); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(raw)
	for i := len(damaged) / 2; i < len(damaged)/2+8192 && i < len(damaged); i++ {
		damaged[i] ^= 0x5a
	}
	for name, content := range map[string][]byte{"text": []byte("bonjour"), "nothing": nil, "cut": raw[:len(raw)/2], "damaged": damaged} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.Restore(t.Context(), path, filepath.Join(dir, "of "+name), ""); err == nil {
			t.Errorf("%s: restored", name)
		} else {
			t.Log(err)
		}
	}
	if err := store.Restore(t.Context(), whole, dir, "host=/nowhere dbname=x"); err == nil {
		t.Error("a SQLite backup went to PostgreSQL")
	}
}

func TestTwoProcessesShareADirectory(t *testing.T) {
	dir := t.TempDir()
	clock := &storetest.Clock{T: storetest.Start()}
	stores := make([]*store.Store, 4)
	var wg sync.WaitGroup
	for i := range stores {
		wg.Go(func() {
			s, err := store.Open(context.Background(), dir, store.Options{Create: true, Now: clock.Now})
			if err != nil {
				t.Error(err)
			}
			stores[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	k, _ := storetest.Enrol(t, stores[0], "Accueil")
	for _, s := range stores {
		if _, err := s.Kiosk(t.Context(), k.ID); err != nil {
			t.Errorf("what one wrote another does not see: %v", err)
		}
		if sites, err := s.Sites(t.Context()); err != nil || len(sites) != 1 {
			t.Errorf("sites %v, %v: want the one made at first start", sites, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAuditOnlyGrows: nobody who writes to the database changes what the audit
// log says, but for the address of somebody who is disabled.
func TestAuditOnlyGrows(t *testing.T) {
	clock := &storetest.Clock{T: storetest.Start()}
	dir, database := t.TempDir(), storetest.StartPostgres(t).Database(t)
	for _, engine := range []struct {
		driver, address string
		store           *store.Store
	}{
		{"sqlite", filepath.Join(dir, store.DatabaseFile), open(t, dir, clock)},
		{"pgx", database, openPostgres(t, database, t.TempDir(), clock, nil)},
	} {
		gone := map[string]string{}
		for _, mail := range []string{"open@caf.fr", "gone@caf.fr"} {
			o, err := engine.store.CreateOperator(t.Context(), admin.Operator{Mail: mail, Role: admin.Manager}, "test")
			if err == nil && mail == "gone@caf.fr" {
				err = engine.store.SetOperator(t.Context(), o.ID, o.Role, true, "test")
			}
			if err == nil {
				err = engine.store.Audit(t.Context(), mail, admin.AuditLogin, mail, "")
			}
			if err != nil {
				t.Fatal(err)
			}
			gone[mail] = o.Pseudonym()
		}
		db, err := sql.Open(engine.driver, engine.address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, q := range []string{`UPDATE audit SET actor = 'x'`, `DELETE FROM audit`, `UPDATE audit SET detail = 'x'`,
			`UPDATE audit SET actor = 'x' WHERE actor = 'gone@caf.fr'`,
			`UPDATE audit SET object = '` + gone["open@caf.fr"] + `' WHERE object = 'gone@caf.fr'`,
			`UPDATE audit SET actor = '` + gone["gone@caf.fr"] + `' WHERE actor = 'open@caf.fr'`,
			`UPDATE audit SET actor = '` + gone["open@caf.fr"] + `' WHERE actor = 'open@caf.fr'`,
			`UPDATE audit SET actor = '` + gone["gone@caf.fr"] + `', time = 1 WHERE actor = 'gone@caf.fr'`} {
			if _, err := db.ExecContext(t.Context(), q); err == nil {
				t.Errorf("%s: %s: allowed", engine.driver, q)
			}
		}
		if _, err := db.ExecContext(t.Context(), `UPDATE audit SET actor = '`+gone["gone@caf.fr"]+`' WHERE actor = 'gone@caf.fr'`); err != nil {
			t.Errorf("%s: %v", engine.driver, err)
		}
	}
}
