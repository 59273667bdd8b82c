package indicators

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"borne/admin"
	"borne/kiosk"

	"pgregory.net/rapid"
)

func themeOf(service string) string {
	return map[string]string{"caf": "famille", "msa": "famille"}[service]
}

func TestPublish(t *testing.T) {
	visit := func(site, service string, n uint64) admin.UsageRow {
		return admin.UsageRow{Kind: kiosk.CellVisit, Site: site, First: service, Count: n}
	}
	p := Publish([]admin.UsageRow{
		visit("nimes", "caf", 60), visit("nimes", "ants", 4), visit("ales", "ants", 40), visit("ales", "caf", 50), visit("ales", "ameli", 90), visit("nimes", "ameli", 80),
		{Kind: kiosk.CellSession, Site: "nimes", First: "button", Count: 100}, {Kind: kiosk.CellSession, Site: "ales", First: "idle", Count: 60},
		{Kind: kiosk.CellInclusion, Site: "nimes", First: "fr", Count: 95}, {Kind: kiosk.CellInclusion, Site: "nimes", First: "uk", Count: 5},
		{Kind: kiosk.CellInclusion, Site: "ales", First: "fr", Count: 40}, {Kind: kiosk.CellInclusion, Site: "ales", First: "uk", Count: 20},
	}, themeOf)
	at := func(kind kiosk.CellKind, site, key string) Published {
		return p.At(Place{Kind: kind, Site: site, Key: key, Total: key == ""})
	}
	if got := at(kiosk.CellVisit, "nimes", "ants"); !got.Secret || got.Count != 0 {
		t.Errorf("a small cell is %+v", got)
	}
	if got := at(kiosk.CellVisit, "", ""); got.Secret || got.Count != 324 {
		t.Errorf("all visits %+v", got)
	}
	if got := at(kiosk.CellSession, "nimes", ""); got.Secret || got.Count != 100 {
		t.Errorf("sessions %+v", got)
	}
	// Ninety-five of a hundred would tell the five.
	if got := at(kiosk.CellInclusion, "nimes", "fr"); !got.Secret {
		t.Errorf("what stands beside a small cell is %+v", got)
	}
	if got := p.At(Place{Kind: kiosk.CellVisit, Group: Theme("famille")}); got.Secret != at(kiosk.CellVisit, "", "caf").Secret {
		t.Errorf("a theme of one service is %+v", got)
	}
	if got := fmt.Sprint(p.Keys(kiosk.CellVisit), p.Sites(kiosk.CellInclusion)); got != "[ameli ants caf] [ales nimes]" {
		t.Error(got)
	}
	if got := Publish(nil, themeOf).At(Place{Kind: kiosk.CellVisit, Total: true}); got != (Published{}) {
		t.Errorf("nothing gives %+v", got)
	}
}

// TestPublicationGivesNothingAway attacks a whole publication: its cells, its
// totals, its themes, and totals of different kinds that are one number.
func TestPublicationGivesNothingAway(t *testing.T) {
	secrets := 0
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Range(1, 14), rapid.Uint64Range(11, 300))
		var rows []admin.UsageRow
		for _, site := range []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(t, "sites")] {
			for _, service := range []string{"caf", "msa", "ants"} {
				rows = append(rows, admin.UsageRow{Kind: kiosk.CellVisit, Site: site, First: service, Count: count.Draw(t, "visits")})
			}
			// Each session has one language; each answer three parts.
			var sessions, answers uint64
			for _, l := range []string{"fr", "uk", "ru"} {
				n := count.Draw(t, "sessions")
				sessions += n
				rows = append(rows, admin.UsageRow{Kind: kiosk.CellInclusion, Site: site, First: l, Count: n})
			}
			rows = append(rows, admin.UsageRow{Kind: kiosk.CellSession, Site: site, First: "button", Count: sessions})
			for _, v := range []string{"done", "later"} {
				n := count.Draw(t, "answers")
				answers += n
				rows = append(rows, admin.UsageRow{Kind: kiosk.CellOutcome, Site: site, First: "caf", Second: v, Count: n})
			}
			happy := rapid.Uint64Range(0, answers).Draw(t, "happy")
			rows = append(rows, admin.UsageRow{Kind: kiosk.CellSatisfaction, Site: site, First: "caf", Second: "happy", Count: happy},
				admin.UsageRow{Kind: kiosk.CellSatisfaction, Site: site, First: "caf", Second: "none", Count: answers - happy})
		}
		secrets += attack(t, Publish(rows, themeOf), rows)
	})
	if secrets == 0 {
		t.Error("nothing was left out: nothing was tried")
	}
}

// attack solves for what was left out, over the rationals, from what a reader
// has: the counts shown, that a 0 is made of zeros, and that linked totals are
// one number. Cells are told apart by their own names, not by the code's.
func attack(t *rapid.T, p Publication, rows []admin.UsageRow) (secrets int) {
	cells := map[Place]int{}
	value := map[Place]uint64{}
	for _, r := range rows {
		at := Place{Kind: r.Kind, Site: r.Site, Key: r.First}
		switch r.Kind {
		case kiosk.CellSession:
			at.Key, at.Total = "", true
		case kiosk.CellOutcome, kiosk.CellSatisfaction:
			at.Key = r.Second
		}
		if _, known := cells[at]; !known {
			cells[at] = len(cells)
		}
		value[at] += r.Count
	}
	of := func(at Place) (list []int) {
		for cell, i := range cells {
			if cell.Kind == at.Kind && (at.Site == "" || at.Site == cell.Site) && (at.Total || at.Group == "" && at.Key == cell.Key || at.Group != "" && at.Group == Theme(themeOf(cell.Key))) {
				list = append(list, i)
			}
		}
		return list
	}
	vector := func(plus, minus []int, v uint64) []*big.Rat {
		row := make([]*big.Rat, len(cells)+1)
		for i := range row {
			row[i] = new(big.Rat)
		}
		for _, c := range plus {
			row[c].SetInt64(1)
		}
		for _, c := range minus {
			row[c].SetInt64(-1)
		}
		row[len(cells)].SetUint64(v)
		return row
	}
	var known [][]*big.Rat
	var hidden []Place
	for at, figure := range p.figures {
		switch {
		case figure.Secret:
			hidden = append(hidden, at)
			continue
		case figure.Count > 0 && figure.Count < SmallCell:
			t.Fatalf("%+v tells %d", at, figure.Count)
		case figure.Count == 0:
			for _, c := range of(at) {
				known = append(known, vector([]int{c}, nil, 0))
			}
		}
		known = append(known, vector(of(at), nil, figure.Count))
	}
	for _, site := range []string{"a", "b", "c"} {
		total := func(kind kiosk.CellKind) []int { return of(Place{Kind: kind, Site: site, Total: true}) }
		known = append(known, vector(total(kiosk.CellSession), total(kiosk.CellInclusion), 0), vector(total(kiosk.CellOutcome), total(kiosk.CellSatisfaction), 0))
	}
	solved := eliminate(known, len(cells))
	for _, at := range hidden {
		v := vector(of(at), nil, 0)
		for _, row := range solved {
			pivot := 0
			for row[pivot].Sign() == 0 {
				pivot++
			}
			if by := new(big.Rat).Set(v[pivot]); by.Sign() != 0 {
				for c := range v {
					v[c].Sub(v[c], new(big.Rat).Mul(by, row[c]))
				}
			}
		}
		free := false
		for _, x := range v[:len(cells)] {
			free = free || x.Sign() != 0
		}
		if !free {
			t.Fatalf("%+v was left out, and is %v by the others", at, new(big.Rat).Neg(v[len(cells)]))
		}
	}
	return len(hidden)
}

// BenchmarkPublish is a large organisation's month: 100 sites and 60 services, most of whose cells are small.
func BenchmarkPublish(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	var rows []admin.UsageRow
	for site := range 100 {
		for service := range 60 {
			rows = append(rows, admin.UsageRow{Kind: kiosk.CellVisit, Site: fmt.Sprint("site-", site), First: fmt.Sprint("service-", service), Count: uint64(random.ExpFloat64() * 14)})
		}
		for _, l := range []string{"fr", "en", "uk", "ru", "none"} {
			rows = append(rows, admin.UsageRow{Kind: kiosk.CellInclusion, Site: fmt.Sprint("site-", site), First: l, Count: uint64(random.ExpFloat64() * 40)})
		}
		rows = append(rows, admin.UsageRow{Kind: kiosk.CellSession, Site: fmt.Sprint("site-", site), Count: uint64(random.ExpFloat64() * 200)})
	}
	theme := func(service string) string { return Themes()[len(service)%4] }
	for b.Loop() {
		Publish(rows, theme)
	}
}
