package api_test

import (
	"fmt"
	"testing"
	"time"

	"borne/kiosk"
)

// BenchmarkCells is a full batch of a borne's week, from signature to commit.
func BenchmarkCells(b *testing.B) {
	o := newOffice(b)
	borne := o.borne(b)
	services := []string{"caf", "ameli", "impots", "france-travail", "info-retraite"}
	seq := uint64(0)
	for b.Loop() {
		batch := kiosk.CellBatch{Epoch: "e"}
		for i := range kiosk.MaxBatchCells {
			seq++
			batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Count: 1, Key: kiosk.Key{Kind: kiosk.CellVisit,
				Day: fmt.Sprintf("2026-%02d-%02d", 1+seq/500%12, 1+i%25), Hour: kiosk.NoHour, First: services[i/25%5], Second: kiosk.DurationBands()[i/125]}}})
		}
		if mark, err := borne.Cells(b.Context(), batch); err != nil || mark.Seq != seq {
			b.Fatalf("watermark %+v, %v", mark, err)
		}
	}
	b.ReportMetric(float64(seq)/b.Elapsed().Seconds(), "cells/s")
}

// BenchmarkCheckIn is a check-in with nothing to say.
func BenchmarkCheckIn(b *testing.B) {
	o := newOffice(b)
	borne := o.borne(b)
	began, n := time.Now(), 0
	for b.Loop() {
		n++
		if _, err := borne.CheckIn(b.Context(), kiosk.CheckIn{State: kiosk.Ready}, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "check-ins/s")
}
