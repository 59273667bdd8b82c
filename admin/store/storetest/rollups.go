package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/store"
	"borne/kiosk"

	"pgregory.net/rapid"
)

// counted is a cell with the borne that brought it and where that stood.
type counted struct {
	borne, site string
	kiosk.Cell
}

// testRollups brings counters of three sites over a winter, and asks for them
// in every way: each answer is the sum of what was brought.
func testRollups(t *testing.T, s *store.Store, clock *Clock) {
	clock.T = time.Date(2027, 2, 20, 12, 0, 0, 0, time.UTC)
	first := time.Date(2026, 11, 14, 0, 0, 0, 0, time.UTC)
	var bornes, sites []string
	for i := range 3 {
		k, err := s.CreateSite(t.Context(), fmt.Sprint("Site ", i), "test")
		must(t, err)
		sites = append(sites, k.ID)
	}
	clock.T = Start()
	for i := range 4 {
		k, _ := Enrol(t, s, fmt.Sprint("Borne ", i))
		must(t, s.UpdateKiosk(t.Context(), k.ID, k.Name, sites[i%len(sites)], nil, "test"))
		bornes = append(bornes, k.ID)
	}
	clock.T = time.Date(2027, 2, 20, 12, 0, 0, 0, time.UTC)
	kinds := []kiosk.CellKind{kiosk.CellVisit, kiosk.CellSession}
	draw := rapid.Custom(func(t *rapid.T) kiosk.Cell {
		k := kiosk.Key{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Hour: kiosk.NoHour, Second: rapid.SampledFrom([]string{"0-5", "5-15"}).Draw(t, "second"),
			Day: first.AddDate(0, 0, rapid.IntRange(0, 90).Draw(t, "day")).Format(time.DateOnly)}
		if k.First = rapid.SampledFrom([]string{"caf", "ameli"}).Draw(t, "service"); k.Kind == kiosk.CellSession {
			k.First, k.Hour = rapid.SampledFrom([]string{"button", "idle"}).Draw(t, "end"), rapid.IntRange(9, 11).Draw(t, "hour")
		}
		return kiosk.Cell{Key: k, Count: uint64(rapid.IntRange(1, 9).Draw(t, "count"))}
	})
	var all []counted
	for i, borne := range bornes {
		for part := range 2 {
			// Half way, the last borne moves: what it brought stays.
			site := sites[i%len(sites)]
			if i == 3 && part == 1 {
				site = sites[1]
				must(t, s.UpdateKiosk(t.Context(), borne, "Borne 3", site, nil, "test"))
			}
			batch := kiosk.CellBatch{Epoch: fmt.Sprint("e", i)}
			for n, c := range rapid.SliceOfN(draw, 200, 200).Example(10*i + part) {
				batch.Cells = append(batch.Cells, kiosk.SequencedCell{Seq: uint64(200*part + n + 1), Cell: c})
				all = append(all, counted{borne, site, c})
			}
			_, err := s.Ingest(t.Context(), borne, batch)
			must(t, err)
		}
	}
	rapid.Check(t, func(t2 *rapid.T) {
		from := rapid.IntRange(-20, 100).Draw(t2, "from")
		q := admin.UsageQuery{Kind: rapid.SampledFrom(kinds).Draw(t2, "kind"), From: first.AddDate(0, 0, from).Format(time.DateOnly),
			To:     first.AddDate(0, 0, from+rapid.IntRange(0, 110).Draw(t2, "days")).Format(time.DateOnly),
			BySite: rapid.Bool().Draw(t2, "by site"), BySecond: rapid.Bool().Draw(t2, "by second"), ByHour: rapid.Bool().Draw(t2, "by hour"),
			ByMonth: rapid.Bool().Draw(t2, "by month"), Whole: rapid.Bool().Draw(t2, "whole"),
			Sites: sites[:rapid.IntRange(0, 2).Draw(t2, "sites")]}
		if rapid.Bool().Draw(t2, "one borne") {
			q.Kiosk, q.Sites = rapid.SampledFrom(bornes).Draw(t2, "borne"), nil
		}
		got, err := s.Usage(t.Context(), q)
		if err != nil {
			t2.Fatal(err)
		}
		slices.SortFunc(got, compareRows)
		if want := answer(q, all); fmt.Sprint(got) != fmt.Sprint(want) {
			t2.Fatalf("%+v:\n%v\nwant\n%v", q, got, want)
		}
	})
}

// answer is what a query should bring, by going through all that was brought.
func answer(q admin.UsageQuery, all []counted) []admin.UsageRow {
	sums := map[admin.UsageRow]uint64{}
	for _, c := range all {
		if c.Kind != q.Kind || c.Day < q.From || c.Day > q.To || q.Kiosk != "" && c.borne != q.Kiosk || len(q.Sites) > 0 && !slices.Contains(q.Sites, c.site) {
			continue
		}
		r := admin.UsageRow{Kind: q.Kind, Day: c.Day, Hour: kiosk.NoHour, First: c.First}
		switch {
		case q.Whole:
			r.Day = ""
		case q.ByMonth:
			r.Day = max(q.From, c.Day[:8]+"01")
		}
		switch {
		case q.BySecond:
			r.Hour, r.Second = c.Hour, c.Second
		case q.ByHour:
			r.Hour, r.First = c.Hour, ""
		}
		if q.BySite {
			r.Site = c.site
		}
		sums[r] += c.Count
	}
	rows := []admin.UsageRow{}
	for r, n := range sums {
		r.Count = n
		rows = append(rows, r)
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

func compareRows(a, b admin.UsageRow) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.First, b.First), cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.Second, b.Second), cmp.Compare(a.Site, b.Site))
}
