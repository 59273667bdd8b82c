package session

import (
	"slices"
	"time"

	"borne/kiosk"
)

// tallied keeps a count until the session ends. The same thing counted again
// takes no more room: a page that is refused without end must not fill it.
func (s State) tallied(kind kiosk.CellKind, first, second string) State {
	return s.talliedTimes(kind, first, second, 1)
}

func (s State) talliedTimes(kind kiosk.CellKind, first, second string, times uint64) State {
	t := tally{kind, first, second}
	s.Tally = slices.Clone(s.Tally)
	if i := slices.IndexFunc(s.Tally, func(c tallyCount) bool { return c.tally == t }); i >= 0 {
		s.Tally[i].n += times
	} else {
		s.Tally = append(s.Tally, tallyCount{t, times})
	}
	return s
}

// visited tallies the site that the visitor leaves, if there is one: practice
// is none.
func (s State) visited(m Moment) State {
	if s.Phase == kiosk.Visiting && s.Service != "" && s.Service != kiosk.Practice {
		s = s.tallied(kiosk.CellVisit, string(s.Service), kiosk.DurationBand(m.Elapsed-s.OpenedAt))
	}
	return s
}

// counted adds a count by service: with the session's others while one is on,
// at once otherwise.
func (s State) counted(m Moment, kind kiosk.CellKind, what string, times uint64) (State, []Effect) {
	if s.HadSession {
		return s.talliedTimes(kind, what, orNone(s.Service), times), nil
	}
	return s, []Effect{Count{map[kiosk.Key]uint64{key(m, tally{kind, what, kiosk.None}): times}}}
}

// aided tallies an aid, once in a visit: how often it was turned up and down
// is nobody's business.
func (s State) aided(a kiosk.Aid) State {
	t := tally{kiosk.CellAid, string(a), kiosk.None}
	if !s.Phase.InSession() || !slices.Contains(kiosk.Aids(), a) ||
		slices.ContainsFunc(s.Tally, func(c tallyCount) bool { return c.tally == t }) {
		return s
	}
	return s.tallied(t.kind, t.first, t.second)
}

// cells turns what the session counted into the counters of its end.
func (s State) cells(m Moment) map[kiosk.Key]uint64 {
	cells := map[kiosk.Key]uint64{}
	for _, c := range s.Tally {
		cells[key(m, c.tally)] += c.n
	}
	if s.HadSession {
		band := kiosk.DurationBand(s.EndedAt - s.StartedAt)
		if s.EndReason == kiosk.EndPower {
			band = kiosk.None
		}
		cells[key(m, tally{kiosk.CellSession, string(s.EndReason), band})]++
	}
	return cells
}

// availability counts one minute.
func (s State) availability(m Moment, online bool) Effect {
	what := kiosk.AvailableOpen
	switch {
	case s.Phase == kiosk.Closed, s.maintained():
		what = kiosk.AvailableClosed
	case s.Phase == kiosk.OutOfService || s.Phase == kiosk.Starting:
		what = kiosk.AvailableOutOfService
	case !online:
		what = kiosk.AvailableOffline
	}
	return Count{map[kiosk.Key]uint64{key(m, tally{kiosk.CellAvailability, what, kiosk.None}): 1}}
}

// key dates a count: by the hour only where its kind says so.
func key(m Moment, t tally) kiosk.Key {
	k := kiosk.Key{Kind: t.kind, Day: m.Wall.Format(time.DateOnly), Hour: kiosk.NoHour, First: t.first, Second: t.second}
	if d, _ := kiosk.Definition(t.kind); d.Hourly {
		k.Hour = m.Wall.Hour()
	}
	return k
}

func orNone(id kiosk.ServiceID) string {
	if id == "" || id == kiosk.Practice {
		return kiosk.None
	}
	return string(id)
}
