package store_test

import (
	"fmt"
	"testing"

	"borne/admin"
	"borne/admin/store"
	"borne/admin/store/storetest"
	"borne/kiosk"
)

// TestFleet holds what benchmarks are measured on to what bornes would have brought: every rollup says the same.
func TestFleet(t *testing.T) {
	server := storetest.StartPostgres(t)
	clock := &storetest.Clock{T: storetest.Start()}
	for engine, database := range map[string]string{"SQLite": "", "PostgreSQL": server.Database(t)} {
		dir := t.TempDir()
		empty, err := store.Open(t.Context(), dir, store.Options{Create: true, Database: database, Now: clock.Now})
		if err == nil {
			err = empty.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		f := storetest.Fleet{Bornes: 6, Sites: 3, Days: 70, Last: clock.T}
		if got := f.Fill(t, dir, database); got < f.Bornes*50*(storetest.CellsOfDay-2) || got > f.Bornes*50*storetest.CellsOfDay {
			t.Errorf("%s: %d counters", engine, got)
		}
		s, err := store.Open(t.Context(), dir, store.Options{Database: database, Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, d := range kiosk.Kinds() {
			sums := map[string]uint64{}
			for name, q := range map[string]admin.UsageQuery{"cells": {BySecond: true, BySite: true}, "all days": {BySecond: true}, "days": {}, "days of sites": {BySite: true},
				"months": {ByMonth: true, BySecond: true}, "months of sites": {ByMonth: true, BySite: true}, "whole": {Whole: true}} {
				q.Kind, q.From, q.To = d.Kind, "2026-06-01", "2026-09-30"
				rows, err := s.Usage(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					sums[name] += r.Count
				}
			}
			for name, n := range sums {
				if n != sums["cells"] {
					t.Errorf("%s, %s: %s says %d, the counters %d", engine, d.Kind, name, n, sums["cells"])
				}
			}
		}
		storetest.SameMargins(t, s, "2026-06-01", "2026-09-30")
		storetest.SameMargins(t, s, "2026-07-01", "2026-08-31")
		storetest.SameMargins(t, s, "2026-07-10", "2026-08-09")
		received, err := s.Received(t.Context(), []string{"2026-08-30", "2026-08-31"}, nil) // a Sunday
		if err != nil || fmt.Sprint(received) != fmt.Sprintf("[{2026-08-30 0} {2026-08-31 %d}]", f.Bornes) {
			t.Errorf("%s: %v, %v", engine, received, err)
		}
		if list, err := s.Kiosks(t.Context(), admin.KioskFilter{}); err != nil || len(list) != f.Bornes {
			t.Errorf("%s: %d bornes, %v", engine, len(list), err)
		}
	}
}
