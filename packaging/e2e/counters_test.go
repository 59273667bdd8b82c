package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"borne/kiosk"
)

// counters are sums of cells by "kind/first dimension". Minutes of availability, which run by themselves, are left out.
type counters map[string]uint64

// counted returns what the borne and the central office hold between them: a cell is in one of the two.
func (s *scene) counted() counters {
	s.t.Helper()
	sums := s.kept()
	if s.central == nil {
		return sums
	}
	for key, n := range s.received() {
		sums[key] += n
	}
	return sums
}

// kept is what the borne holds.
func (s *scene) kept() counters {
	s.t.Helper()
	var log struct {
		Open, Outbox, Memory []kiosk.Cell
	}
	s.must(json.Unmarshal([]byte(s.run("bornectl", "--json", "local", "usage")), &log))
	sums := counters{}
	for _, cells := range [][]kiosk.Cell{log.Open, log.Outbox, log.Memory} {
		for _, c := range cells {
			sums.add(c.Kind, c.First, c.Count)
		}
	}
	return sums
}

// received is what the central office holds.
func (s *scene) received() counters {
	s.t.Helper()
	sums := counters{}
	for _, d := range kiosk.Kinds() {
		rows, err := s.central.Usage(s.wait(), d.Kind)
		s.must(err)
		for _, r := range rows {
			sums.add(r.Kind, r.First, r.Count)
		}
	}
	return sums
}

func (c counters) add(kind kiosk.CellKind, first string, n uint64) {
	if kind != kiosk.CellAvailability && first != kiosk.DeviceRefusedNoise {
		c[string(kind)+"/"+first] += n
	}
}

// since is what was counted more than before.
func (c counters) since(before counters) counters {
	more := counters{}
	for key, n := range c {
		if n != before[key] {
			more[key] = n - before[key]
		}
	}
	for key := range before {
		if _, ok := c[key]; !ok {
			more[key] = -before[key]
		}
	}
	return more
}

// counts waits until exactly want was counted since before. Cells are written just after a wipe, by design: the next
// visitor does not wait for a disk.
func (s *scene) counts(before, want counters) {
	s.t.Helper()
	s.until(fmt.Sprintf("the counters %v", want), func() (bool, error) {
		got := s.counted().since(before)
		return maps.Equal(got, want), fmt.Errorf("counted %v", got)
	})
}

// oneVisit is what a session with one visit to the Caf counts.
func oneVisit(end kiosk.EndReason) counters {
	return counters{
		"session/" + string(end): 1, "visit/caf": 1, "inclusion/fr": 1, "device/" + kiosk.DeviceWipeClean: 1,
	}
}

// times is c, n times.
func (c counters) times(n uint64) counters {
	more := counters{}
	for key, one := range c {
		more[key] = one * n
	}
	return more
}

// kinds keeps some kinds of cells.
func (c counters) kinds(kinds ...kiosk.CellKind) counters {
	some := counters{}
	for key, n := range c {
		for _, k := range kinds {
			if strings.HasPrefix(key, string(k)+"/") {
				some[key] = n
			}
		}
	}
	return some
}
