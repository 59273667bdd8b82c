package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

// testRetention brings counters of 756 days, lets time go by, and looks for
// what should be gone, and for what should not.
func testRetention(t *testing.T, s *store.Store, clock *Clock) {
	k, _ := Enrol(t, s, "Accueil")
	start := clock.T
	seq := uint64(0)
	bring := func(days ...time.Time) {
		t.Helper()
		batch := kiosk.CellBatch{Epoch: "e"}
		for _, d := range days {
			for _, c := range []kiosk.Key{{Kind: kiosk.CellVisit, Hour: kiosk.NoHour, First: "caf", Second: "0-5"},
				{Kind: kiosk.CellSession, Hour: 9, First: "button", Second: "0-5"},
				{Kind: kiosk.CellAvailability, Hour: 9, First: kiosk.AvailableOpen, Second: kiosk.None}} {
				seq++
				c.Day = d.Format(time.DateOnly)
				batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: seq, Cell: kiosk.Cell{Key: c, Count: 1}})
			}
		}
		w, err := s.Ingest(t.Context(), k.ID, batch)
		must(t, err)
		if w.Seq != seq {
			t.Fatalf("held up to %d, want %d", w.Seq, seq)
		}
	}
	for week := range 54 {
		var days []time.Time
		for d := range 14 {
			days = append(days, start.AddDate(0, 0, 14*week+d))
		}
		clock.T = days[13]
		bring(days...)
	}
	expire := func() int {
		t.Helper()
		n, err := s.Expire(t.Context())
		must(t, err)
		return n
	}
	check := func() {
		t.Helper()
		oldest := clock.T.AddDate(0, -admin.RetentionMonths, 0)
		first := oldest.AddDate(0, 0, -10).Format(time.DateOnly)
		last := start.AddDate(0, 0, 14*54-1)
		kept := uint64(last.Sub(oldest)/(24*time.Hour)) + 1
		for name, q := range map[string]admin.UsageQuery{
			"days": {}, "days of a site": {BySite: true}, "fine": {BySecond: true}, "fine, of a site": {BySecond: true, BySite: true},
			"of the borne": {Kiosk: k.ID}, "months": {ByMonth: true}, "months of a site": {ByMonth: true, Sites: []string{k.Site}}, "whole": {Whole: true},
		} {
			for _, kind := range []kiosk.CellKind{kiosk.CellVisit, kiosk.CellSession} {
				q.Kind, q.From, q.To = kind, first, last.Format(time.DateOnly)
				rows, err := s.Usage(t.Context(), q)
				must(t, err)
				sum := uint64(0)
				for _, r := range rows {
					if sum += r.Count; r.Day != "" && !q.ByMonth && r.Day < oldest.Format(time.DateOnly) {
						t.Errorf("%s: there is %+v", name, r)
					}
				}
				if sum != kept {
					t.Errorf("%s of %s since %s: %d, want %d", name, kind, oldest.Format(time.DateOnly), sum, kept)
				}
			}
		}
		received, err := s.Received(t.Context(), []string{oldest.AddDate(0, 0, -1).Format(time.DateOnly), oldest.Format(time.DateOnly)}, nil)
		must(t, err)
		if received[0].Kiosks != 0 || received[1].Kiosks != 1 {
			t.Errorf("bornes heard around %s: %v", oldest.Format(time.DateOnly), received)
		}
	}
	told := func(action admin.AuditAction) (lines []string) {
		t.Helper()
		entries, err := s.AuditLog(t.Context(), admin.AuditFilter{Actor: admin.ActorLocal})
		must(t, err)
		for _, e := range entries {
			if e.Action == action {
				lines = append(lines, e.Detail)
			}
		}
		slices.Reverse(lines)
		return lines
	}

	clock.T = start.AddDate(0, admin.RetentionMonths, 0)
	if n := expire(); n != 0 || len(told(admin.AuditUsageExpire)) != 0 {
		t.Errorf("%d rows went on the last day that they are kept, %v", n, told(admin.AuditUsageExpire))
	}
	clock.T = clock.T.AddDate(0, 0, 1)
	if n := expire(); n == 0 {
		t.Error("nothing went after 25 months")
	}
	check()
	if n := expire(); n != 0 {
		t.Errorf("%d rows went twice", n)
	}
	clock.T = clock.T.AddDate(0, 0, 19)
	expire()
	check()
	if got := told(admin.AuditUsageExpire); fmt.Sprint(got) != "[3 counters of days before 2026-09-02 57 counters of days before 2026-09-21]" {
		t.Errorf("the audit log says %q", got)
	}

	// What comes too late is acknowledged, and not kept.
	bring(start, start.AddDate(0, 0, 5))
	check()
	must(t, s.Tidy(t.Context()))
	if got := told(admin.AuditUsageRefuse); len(got) != 1 || !strings.HasPrefix(got[0], "6 counters") {
		t.Errorf("the audit log says %q of what was refused", got)
	}
}
