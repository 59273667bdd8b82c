package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/admin/store/storetest"
	"borne/kiosk"

	"github.com/jackc/pgx/v5/stdlib"
)

// fill puts a row into every table.
func fill(t *testing.T, s *store.Store, clock *storetest.Clock) admin.Kiosk {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	check(s.RenameOrganisation(ctx, "Caf du Gard", "test"))
	k, _ := storetest.Enrol(t, s, "Accueil", "gard")
	apart, _ := storetest.Enrol(t, s, "Étage 'à droite'")
	check(s.SetStanding(ctx, apart.ID, admin.Quarantined, "seen twice", "test"))
	_, err := s.Ingest(ctx, apart.ID, kiosk.CellBatch{Epoch: "apart", Cells: []kiosk.SequencedCell{storetest.Visit(1, 1, "caf", 1)}})
	check(err)
	check(s.SaveStatuses(ctx, map[string]admin.Status{k.ID: {Seen: clock.T, BundleVersion: 1}}))
	o, err := s.CreateOperator(ctx, admin.Operator{Mail: "lea@example.fr", Name: "Léa", Role: admin.Administrator}, "test")
	check(err)
	check(s.AddSecret(ctx, admin.SecretToken, "h", o.ID, "", clock.T.Add(time.Hour)))
	_, err = s.CreateCommand(ctx, admin.Command{Kiosk: k.ID, Author: "test", Command: kiosk.Command{Kind: kiosk.CommandMessage, Argument: "Bonjour à tous"}})
	check(err)
	_, err = s.Publish(ctx, "test", func(uint64, string) (admin.Release, []byte, error) {
		return admin.Release{Groups: []string{"gard"}}, []byte{0, 1, 0xff}, nil
	})
	check(err)
	var cells []kiosk.SequencedCell
	for i := range uint64(450) {
		cells = append(cells, storetest.Visit(i+1, 1+int(i%30), fmt.Sprintf("service-%d", i%17), i))
	}
	cells[448].Day = "2020-01-01" // refused
	cells[449].Cell = kiosk.Cell{Count: 60, Key: kiosk.Key{Kind: kiosk.CellAvailability, Day: "2026-09-01", Hour: 9, First: kiosk.AvailableOpen, Second: kiosk.None}}
	_, err = s.Ingest(ctx, k.ID, kiosk.CellBatch{Epoch: "e", Cells: cells})
	check(err)
	return k
}

// TestCopy moves a store from one engine to the other, and back.
func TestCopy(t *testing.T) {
	server := storetest.StartPostgres(t)
	clock := &storetest.Clock{T: storetest.Start()}
	dir, database := t.TempDir(), server.Database(t)
	first, second, third := open(t, dir, clock), openPostgres(t, database, t.TempDir(), clock, nil), open(t, t.TempDir(), clock)
	k := fill(t, first, clock)
	before, err := storetest.Total(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct{ from, to *store.Store }{{first, second}, {second, third}} {
		moved, err := store.Copy(t.Context(), way.from, way.to, nil)
		if err != nil {
			t.Fatal(err)
		}
		for table, n := range moved {
			if n == 0 {
				t.Errorf("table %s had no row: the test proves nothing of it", table)
			}
		}
		t.Logf("moved %v", moved)
		after, err := storetest.Total(t.Context(), way.to)
		if err != nil || fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("visits %v, %v: want %v", after, err, before)
		}
		got, err := way.to.Kiosk(t.Context(), k.ID)
		if err != nil || got.Name != k.Name || !got.PublicKey.Equal(k.PublicKey) || fmt.Sprint(got.Groups) != "[gard]" || got.BundleWanted != 1 {
			t.Errorf("borne %+v, %v", got, err)
		}
		if archive, err := way.to.Archive(t.Context(), 1); err != nil || string(archive) != "\x00\x01\xff" {
			t.Errorf("archive %q, %v", archive, err)
		}
		// The old one takes nothing that the new one would lack, and the new one goes on where it stopped.
		next := kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{storetest.Visit(451, 1, "caf", 1)}}
		if _, err := way.from.Ingest(t.Context(), k.ID, next); err == nil {
			t.Error("the old store still takes counters")
		} else {
			t.Log(err)
		}
		if w, err := way.to.Watermark(t.Context(), k.ID, "e"); err != nil || w.Seq != 450 {
			t.Errorf("watermark %+v, %v", w, err)
		}
		if err := way.to.Audit(t.Context(), "test", admin.AuditLogin, "", ""); err != nil {
			t.Errorf("the audit log does not go on: %v", err)
		}
		_, err = store.Copy(t.Context(), first, way.to, nil)
		if err == nil {
			t.Error("copied over a store in use")
		}
	}
	if _, err := third.Ingest(t.Context(), k.ID, kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{storetest.Visit(451, 1, "caf", 1)}}); err != nil {
		t.Errorf("the last store takes nothing: %v", err)
	}
	everyTable(t, dir, database)
}

// everyTable holds both schemas to what a copy moves: the same tables, with the same columns.
func everyTable(t *testing.T, dir, database string) {
	t.Helper()
	columns := func(driver, address, query string) []string {
		db, err := sql.Open(driver, address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var found []string
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			found = append(found, name)
		}
		slices.Sort(found)
		return found
	}
	lite := columns("sqlite", filepath.Join(dir, store.DatabaseFile), `SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%'`)
	_ = stdlib.GetDefaultDriver()
	pg := columns("pgx", database, `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose%'`)
	if !slices.Equal(lite, pg) {
		t.Errorf("the schemas differ:\nSQLite     %v\nPostgreSQL %v", lite, pg)
	}
	moved := map[string]bool{}
	for _, name := range store.Tables() {
		moved[name] = true
	}
	for _, name := range lite {
		if table := name[:slices.Index([]byte(name), '.')]; !moved[table] {
			t.Errorf("table %s is not copied", table)
		}
	}
}

// TestCopyIsWholeOrNothing ends a copy in the middle: both stores are as before.
func TestCopyIsWholeOrNothing(t *testing.T) {
	clock := &storetest.Clock{T: storetest.Start()}
	from, to := open(t, t.TempDir(), clock), open(t, t.TempDir(), clock)
	k := fill(t, from, clock)
	ctx, stop := context.WithCancel(t.Context())
	if _, err := store.Copy(ctx, from, to, func(table string, _ int) {
		if table == "cells" {
			stop()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Fatalf("a copy that was stopped: %v", err)
	}
	if list, err := to.Kiosks(t.Context(), admin.KioskFilter{}); err != nil || len(list) != 0 {
		t.Errorf("the new store holds %v, %v", list, err)
	}
	if _, err := to.Organisation(t.Context()); err != nil {
		t.Errorf("the new store lost its own organisation: %v", err)
	}
	if _, err := from.Ingest(t.Context(), k.ID, kiosk.CellBatch{Epoch: "e", Cells: []kiosk.SequencedCell{storetest.Visit(451, 1, "caf", 1)}}); err != nil {
		t.Errorf("the old store takes nothing any more: %v", err)
	}
	if _, err := store.Copy(t.Context(), from, to, nil); err != nil {
		t.Errorf("copied again: %v", err)
	}
}
