package indicators

import (
	"maps"
	"slices"

	"borne/admin"
	"borne/kiosk"
)

// Publication is all of one closed month that may leave the organisation:
// whatever is published of the month is taken from it, so that no two papers
// give away together what each of them left out. Nothing adds months up, and
// nothing but whole months is published, so that no two publications differ by
// a few days.
type Publication struct{ figures map[Place]Published }

// Place is where a figure stands in a publication. An empty Site is all of
// them together, an empty Key all values; Group is the key of a theme, of which
// the figure is the sum.
type Place struct {
	Kind  kiosk.CellKind
	Site  string
	Key   string
	Group string
	// Total is set for the sums of all values, since a key may be empty.
	Total bool
}

// Published is one figure; Secret ones have no count.
type Published struct {
	Count  uint64
	Secret bool
}

// Published kinds. The totals of those on a line are one number by nature, or
// nearly: each session has one language, and who answers answers all questions
// at once, "non communiqué" for those left out.
var published = [][]kiosk.CellKind{
	{kiosk.CellVisit},
	{kiosk.CellSession, kiosk.CellInclusion},
	{kiosk.CellOutcome, kiosk.CellSatisfaction, kiosk.CellAutonomy},
	{kiosk.CellHelp},
}

// PublishedKinds lists the kinds that a publication is made of. Of visits the
// first dimension counts, of sessions none, of languages the first, of the
// others the second.
func PublishedKinds() []kiosk.CellKind { return slices.Concat(published...) }

// BySecond reports whether a kind is published by its second dimension.
func BySecond(kind kiosk.CellKind) bool {
	switch kind {
	case kiosk.CellVisit, kiosk.CellInclusion, kiosk.CellSession:
		return false
	}
	return true
}

// Publish turns the counters of one closed month, by site, into what may be
// published: each cell, the totals of sites and of values, those of themes at
// all sites together, and that of all, with Suppress applied to all of them together. theme gives the
// key of a service's theme.
func Publish(rows []admin.UsageRow, theme func(service string) string) Publication {
	b := builder{counts: map[Place]uint64{}}
	for _, r := range rows {
		p := Place{Kind: r.Kind, Site: r.Site}
		switch r.Kind {
		case kiosk.CellVisit, kiosk.CellInclusion:
			p.Key = r.First
		case kiosk.CellSession:
			p.Total = true
		default:
			p.Key = r.Second
		}
		b.counts[p] += r.Count
	}
	out := Publication{map[Place]Published{}}
	// Kinds of different lines have no count and no total in common: nothing of
	// the one is told by the other.
	for _, kinds := range published {
		b := builder{counts: b.counts, at: map[Place]int{}}
		b.cells(kinds)
		for _, kind := range kinds {
			b.totals(kind, theme)
		}
		b.link(kinds)
		for i, secret := range SuppressLinked(b.figures, b.links, SmallCell) {
			figure := Published{Secret: secret}
			if !secret {
				figure.Count = b.figures[i].Value
			}
			out.figures[b.places[i]] = figure
		}
	}
	return out
}

// At returns a figure. What was never counted is 0, and no secret.
func (p Publication) At(at Place) Published { return p.figures[at] }

// Find is At that tells whether such a figure exists.
func (p Publication) Find(at Place) (f Published, there bool) {
	f, there = p.figures[at]
	return f, there
}

// Keys lists the values of a kind that any site has, sorted.
func (p Publication) Keys(kind kiosk.CellKind) []string {
	keys := map[string]bool{}
	for at := range p.figures {
		if at.Kind == kind && !at.Total && at.Group == "" && at.Key != "" {
			keys[at.Key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// Sites lists the sites that have any figure of a kind, sorted.
func (p Publication) Sites(kind kiosk.CellKind) []string {
	sites := map[string]bool{}
	for at := range p.figures {
		if at.Kind == kind && at.Site != "" {
			sites[at.Site] = true
		}
	}
	return slices.Sorted(maps.Keys(sites))
}

// builder makes the figures of a publication. A count's index is that of its
// figure.
type builder struct {
	counts  map[Place]uint64
	figures []Figure
	places  []Place
	at      map[Place]int
	links   []Link
}

// cells makes a figure of each count, in one order. A site has each value that
// any site has: that it was never used there is told too.
func (b *builder) cells(kinds []kiosk.CellKind) {
	sites, keys := map[kiosk.CellKind]map[string]bool{}, map[kiosk.CellKind]map[string]bool{}
	for p := range b.counts {
		if sites[p.Kind] == nil {
			sites[p.Kind], keys[p.Kind] = map[string]bool{}, map[string]bool{}
		}
		sites[p.Kind][p.Site], keys[p.Kind][p.Key] = true, true
	}
	for _, kind := range kinds {
		for _, site := range slices.Sorted(maps.Keys(sites[kind])) {
			for _, key := range slices.Sorted(maps.Keys(keys[kind])) {
				p := Place{Kind: kind, Site: site, Key: key, Total: kind == kiosk.CellSession}
				b.add(p, Figure{b.counts[p], []int{len(b.figures)}})
			}
		}
	}
}

func (b *builder) add(p Place, f Figure) {
	b.at[p] = len(b.figures)
	b.figures, b.places = append(b.figures, f), append(b.places, p)
}

// totals adds the sums of a kind: of each site, of each value, of each theme
// there and everywhere, and of all.
func (b *builder) totals(kind kiosk.CellKind, theme func(string) string) {
	var order []Place
	sums := map[Place]*Figure{}
	into := func(p Place, cell int, n uint64) {
		if sums[p] == nil {
			sums[p] = &Figure{}
			order = append(order, p)
		}
		sums[p].Of, sums[p].Value = append(sums[p].Of, cell), sums[p].Value+n
	}
	for i := range b.places {
		p, n := b.places[i], b.figures[i].Value
		if p.Kind != kind || len(b.figures[i].Of) != 1 || b.figures[i].Of[0] != i {
			continue
		}
		into(Place{Kind: kind, Total: true}, i, n)
		if kind == kiosk.CellSession {
			continue // its cells are the totals of sites
		}
		into(Place{Kind: kind, Site: p.Site, Total: true}, i, n)
		into(Place{Kind: kind, Key: p.Key}, i, n)
		if kind == kiosk.CellVisit {
			into(Place{Kind: kind, Group: Theme(theme(p.Key))}, i, n)
		}
	}
	for _, p := range order {
		b.add(p, *sums[p])
	}
}

// link says that the kinds' totals are one number, at each site. That of all
// sites follows.
func (b *builder) link(kinds []kiosk.CellKind) {
	first := kinds[0]
	for _, kind := range kinds[1:] {
		for p, i := range b.at {
			if p.Kind != first || p.Site == "" || !p.Total {
				continue
			}
			p.Kind = kind
			if j, known := b.at[p]; known {
				b.links = append(b.links, Link{b.figures[i].Of, b.figures[j].Of})
			}
		}
	}
}

// Theme is the group of a theme's key.
func Theme(key string) string { return "theme:" + key }
