package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"
)

// SameMargins holds what a store says of a period by one dimension alone to
// what its counters say, for each site and for all together.
func SameMargins(t testing.TB, s *store.Store, from, to string) {
	t.Helper()
	want, open := map[admin.UsageMargin]uint64{}, map[[2]string]bool{}
	for _, d := range kiosk.Kinds() {
		// By day and site, fine: read from the counters themselves.
		rows, err := s.Usage(t.Context(), admin.UsageQuery{Kind: d.Kind, From: from, To: to, BySite: true, BySecond: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, site := range []string{"", r.Site} {
				if d.First.Values != nil || d.Kind == kiosk.CellVisit {
					want[admin.UsageMargin{Site: site, Kind: d.Kind, By: admin.ByFirst, Value: r.First}] += r.Count
				}
				if len(d.Second.Values) > 1 {
					want[admin.UsageMargin{Site: site, Kind: d.Kind, By: admin.BySecond, Value: r.Second}] += r.Count
				}
				if d.Hourly {
					want[admin.UsageMargin{Site: site, Kind: d.Kind, By: admin.ByHour, Value: fmt.Sprint(r.Hour)}] += r.Count
				}
			}
			if d.Kind == kiosk.CellAvailability && r.First == kiosk.AvailableOpen && r.Count > 0 {
				open[[2]string{r.Site, r.Day}] = true
			}
		}
	}
	for at := range open {
		for _, site := range []string{"", at[0]} {
			want[admin.UsageMargin{Site: site, Kind: kiosk.CellAvailability, By: admin.ByDays, Value: kiosk.AvailableOpen}]++
		}
	}
	got := map[admin.UsageMargin]uint64{}
	for _, apart := range []bool{false, true} {
		margins, err := s.Margins(t.Context(), admin.MarginQuery{From: from, To: to, BySite: apart})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range margins {
			n := m.Count
			m.Count = 0
			got[m] += n
		}
	}
	if !maps.Equal(got, want) {
		t.Fatalf("%s to %s: margins\n%v\nwant\n%v", from, to, got, want)
	}
}

// kept is the longest period that may be asked for, up to a day.
func kept(last time.Time) (from, to string) {
	return last.AddDate(0, 0, -admin.MaxUsageDays).Format(time.DateOnly), last.Format(time.DateOnly)
}

// testMargins brings counters of every kind, moves bornes, decides what was
// kept apart and lets the oldest days go: what is kept of margins is always
// what the counters say.
func testMargins(t *testing.T, s *store.Store, clock *Clock) {
	var sites, bornes []string
	for i := range 3 {
		site, err := s.CreateSite(t.Context(), fmt.Sprint("Site ", i), "test")
		must(t, err)
		sites = append(sites, site.ID)
		k, _ := Enrol(t, s, fmt.Sprint("Borne ", i))
		must(t, s.UpdateKiosk(t.Context(), k.ID, k.Name, site.ID, nil, "test"))
		bornes = append(bornes, k.ID)
	}
	seq := map[string]uint64{}
	bring := func(borne string, back, days int) {
		batch := kiosk.CellBatch{Epoch: "of " + borne}
		for n := range days {
			for _, c := range cellsOf(n*7 + back) {
				seq[borne]++
				c.Day = clock.T.AddDate(0, 0, -back-n).Format(time.DateOnly)
				batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: seq[borne], Cell: c})
			}
		}
		_, err := s.Ingest(t.Context(), borne, batch)
		must(t, err)
	}
	check := func() {
		t.Helper()
		from, to := kept(clock.T)
		SameMargins(t, s, from, to)
		SameMargins(t, s, clock.T.AddDate(0, -2, 3).Format(time.DateOnly), to)
		// Which ends early, late, or with its month, after whole ones.
		for _, day := range []int{3, 16, 28} {
			SameMargins(t, s, clock.T.AddDate(0, -3, 0).Format(time.DateOnly), time.Date(clock.T.Year(), clock.T.Month(), day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		}
	}
	for i, borne := range bornes {
		bring(borne, 0, 40)
		bring(borne, 20*i, 30) // days that are there already, and others
	}
	check()
	must(t, s.UpdateKiosk(t.Context(), bornes[0], "Borne 0", sites[1], nil, "test"))
	bring(bornes[0], 3, 5)
	check()
	must(t, s.SetStanding(t.Context(), bornes[1], admin.Quarantined, "test", "test"))
	bring(bornes[1], 1, 3)
	check()
	_, err := s.DecideApart(t.Context(), bornes[1], true, "test")
	must(t, err)
	check()
	received, err := s.ReceivedBySite(t.Context(), "2024-09-01", "2026-09-01")
	must(t, err)
	must(t, s.SetStanding(t.Context(), bornes[0], admin.Revoked, "test", "test"))
	after, err := s.ReceivedBySite(t.Context(), "2024-09-01", "2026-09-01")
	must(t, err)
	if received[sites[1]] <= after[sites[1]] || after[sites[1]] == 0 {
		t.Errorf("borne-days %v, and %v once a borne is revoked", received, after)
	}
	for at, total := range after {
		days := daysOf(clock.T.AddDate(0, -24, 0), clock.T)
		list, err := s.Received(t.Context(), days, []string{at})
		must(t, err)
		for _, d := range list {
			total -= d.Kiosks
		}
		if total != 0 {
			t.Errorf("site %s: %d borne-days more by month than by day", at, total)
		}
	}
	clock.T = clock.T.AddDate(0, admin.RetentionMonths, -12)
	for removed := 1; removed > 0; {
		removed, err = s.Expire(t.Context())
		must(t, err)
	}
	check()
	for _, q := range []admin.UsageQuery{{}, {ByMonth: true}, {Whole: true}} {
		q.Kind = kiosk.CellVisit
		q.From, q.To = kept(clock.T)
		rows, err := s.Usage(t.Context(), q)
		must(t, err)
		if len(rows) == 0 {
			t.Errorf("nothing is left of the days that are kept: %+v", q)
		}
		oldest := clock.T.AddDate(0, -admin.RetentionMonths, 0).Format(time.DateOnly)
		if !q.ByMonth && !q.Whole && slices.ContainsFunc(rows, func(r admin.UsageRow) bool { return r.Day < oldest }) {
			t.Errorf("days before %s are there still", oldest)
		}
	}
}

func daysOf(from, to time.Time) (days []string) {
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		days = append(days, d.Format(time.DateOnly))
	}
	return days
}
