package indicators

import (
	"maps"
	"slices"

	"borne/admin"
)

// ReleaseRow is a line of what may be published: the visits of a service at a
// site. An empty Site or Service stands for all of them.
type ReleaseRow struct {
	Site    string
	Service string
	Count   uint64
	// Secret rows must be published without their count.
	Secret bool
}

// Release turns the counters of one closed month, by site and service, into
// rows to publish: each cell, the totals of sites and of services, and that of
// all, with Suppress applied to all of them together. Nothing adds months up,
// and nothing but whole months is released, so that no two releases differ by a
// few days: each month is protected by itself.
func Release(rows []admin.UsageRow) []ReleaseRow {
	type cell struct{ site, service string }
	counts := map[cell]uint64{}
	sites, services := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		counts[cell{r.Site, r.First}] += r.Count
		sites[r.Site], services[r.First] = true, true
	}
	if len(counts) == 0 {
		return nil
	}
	out, figures, totals := []ReleaseRow{}, []Figure{}, []ReleaseRow{}
	for _, site := range slices.Sorted(maps.Keys(sites)) {
		for _, service := range slices.Sorted(maps.Keys(services)) {
			n := counts[cell{site, service}]
			figures = append(figures, Figure{n, []int{len(figures)}})
			out = append(out, ReleaseRow{Site: site, Service: service, Count: n})
		}
		totals = append(totals, ReleaseRow{Site: site})
	}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		totals = append(totals, ReleaseRow{Service: service})
	}
	cells := len(figures)
	for _, total := range append(totals, ReleaseRow{}) {
		var f Figure
		for i, r := range out[:cells] {
			if (total.Site == "" || total.Site == r.Site) && (total.Service == "" || total.Service == r.Service) {
				f.Of, f.Value = append(f.Of, i), f.Value+r.Count
			}
		}
		total.Count = f.Value
		figures, out = append(figures, f), append(out, total)
	}
	for i, secret := range Suppress(figures, SmallCell) {
		if out[i].Secret = secret; secret {
			out[i].Count = 0 // cannot slip out
		}
	}
	return out
}
