package usage

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"borne/kiosk"
)

// What a row of one kind can be joined by to a row of another is what both
// have: the columns of the time, and the dimensions of the same name. The rule
// that keeps visits from being put together again:
//
//  1. The finest time is the hour, and it stands only beside dimensions that
//     no other kind has: whoever saw a person at an hour learns from the log
//     neither where that person went nor in which language.
//  2. The language and the aids, which are a person's own, stand beside
//     nothing else.
//  3. Two kinds share the day and the service, or less: a natural join of any
//     two gives, for a day and a service, every row of the one with every row
//     of the other. The one exception is the band of a duration, which session
//     (by hour) and visit (by service) both have: on a day with one long visit
//     the two may be guessed to be one. docs/protection-des-donnees.md says so.
//  4. A dimension is a list of a few short words, or the catalogue's services:
//     no value is one person's.
func TestKindsCannotBeJoined(t *testing.T) {
	word := regexp.MustCompile(`^[a-z0-9+-]{1,20}$`)
	kinds := kiosk.Kinds()
	names := func(d kiosk.KindDefinition) (ns []string) {
		for _, dim := range []kiosk.Dimension{d.First, d.Second} {
			if len(dim.Values) == 1 && dim.Values[0] == kiosk.None {
				continue // unused
			}
			if dim.Values == nil && dim.Name != "service" {
				t.Errorf("%s: %s is an open list", d.Kind, dim.Name)
			}
			if len(dim.Values) > 24 { // the reasons of refusals are the longest list
				t.Errorf("%s: %s has %d values", d.Kind, dim.Name, len(dim.Values))
			}
			for _, v := range dim.Values {
				if !word.MatchString(v) {
					t.Errorf("%s: %s has the value %q", d.Kind, dim.Name, v)
				}
			}
			if len(dim.Reason) < 10 {
				t.Errorf("%s: nothing says why %s is needed", d.Kind, dim.Name)
			}
			ns = append(ns, dim.Name)
		}
		return ns
	}
	for i, d := range kinds {
		own := names(d)
		if len(d.Reason) < 10 {
			t.Errorf("nothing says why %s is needed", d.Kind)
		}
		if (slices.Contains(own, "language") || slices.Contains(own, "aid")) && len(own) > 1 {
			t.Errorf("rule 2: %s ties a person's own to %v", d.Kind, own)
		}
		if d.Hourly && slices.ContainsFunc(own, func(n string) bool { return n == "service" || n == "language" || n == "aid" }) {
			t.Errorf("rule 1: %s is kept by hour and tells %v", d.Kind, own)
		}
		for _, e := range kinds[i+1:] {
			shared := 0
			for _, n := range names(e) {
				if !slices.Contains(own, n) {
					continue
				}
				shared++
				if n == "duration" && d.Kind == kiosk.CellSession && e.Kind == kiosk.CellVisit {
					continue // the exception
				}
				if n != "service" && n != "what" {
					t.Errorf("rule 3: %s and %s share %s", d.Kind, e.Kind, n)
				}
			}
			if shared > 1 {
				t.Errorf("rule 3: %s and %s share %d dimensions", d.Kind, e.Kind, shared)
			}
		}
	}
}

// person is all that the counters ever hear of one visit.
type person struct {
	hour                                     int
	end, sessionBand, language               string
	service, band, answer, outcome, autonomy string
	face, what                               string
	largeText, helped, refused               bool
}

func people(random *rand.Rand, n int) (ps []person) {
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	for range n {
		ps = append(ps, person{hour: 8 + random.IntN(10), end: pick(strings1(kiosk.EndReasons())), sessionBand: pick(kiosk.DurationBands()),
			language: pick([]string{"fr", "en", "uk", "ru"}), service: pick([]string{"caf", "ants", "ameli"}), band: pick(kiosk.DurationBands()),
			answer: pick(kiosk.AnswerBands()), outcome: pick(strings1(kiosk.Outcomes())), autonomy: pick(strings1(kiosk.Autonomies())),
			face: pick(strings1(kiosk.Faces())), what: pick([]string{kiosk.DeviceUpload, kiosk.DeviceDownload}),
			largeText: random.IntN(3) == 0, helped: random.IntN(3) == 0, refused: random.IntN(3) == 0})
	}
	return ps
}

func strings1[T ~string](list []T) (ss []string) {
	for _, v := range list {
		ss = append(ss, string(v))
	}
	return ss
}

// deal gives what the people did to one another, and lets them come in another
// order: the person at nine speaks another language, the one who was unhappy
// at the Caf is another of those who were there. What belongs to one counter
// stays together.
func deal(random *rand.Rand, ps []person) []person {
	dealt := slices.Clone(ps)
	for _, take := range []func(to *person, from person){
		func(to *person, from person) { to.hour, to.end, to.sessionBand = from.hour, from.end, from.sessionBand },
		func(to *person, from person) { to.language = from.language },
		func(to *person, from person) { to.largeText = from.largeText },
	} {
		for i, j := range random.Perm(len(ps)) {
			take(&dealt[i], ps[j])
		}
	}
	// What was done at a service can only go to somebody who was there.
	for _, take := range []func(to *person, from person){
		func(to *person, from person) { to.band = from.band },
		func(to *person, from person) { to.answer, to.helped = from.answer, from.helped },
		func(to *person, from person) { to.outcome = from.outcome },
		func(to *person, from person) { to.face = from.face },
		func(to *person, from person) { to.autonomy = from.autonomy },
		func(to *person, from person) { to.refused = from.refused },
		func(to *person, from person) { to.what = from.what },
	} {
		for _, service := range []string{"caf", "ants", "ameli"} {
			var there []int
			for i, p := range ps {
				if p.service == service {
					there = append(there, i)
				}
			}
			for n, j := range random.Perm(len(there)) {
				take(&dealt[there[n]], ps[there[j]])
			}
		}
	}
	random.Shuffle(len(dealt), func(i, j int) { dealt[i], dealt[j] = dealt[j], dealt[i] })
	return dealt
}

// aDay writes the visits of a day as borned does: the session's counters in one
// transaction, the answers in another.
func aDay(t *testing.T, path string, ps []person) {
	c := newClock()
	l, err := Open(path, Options{Clock: c.read, ReserveBytes: -1})
	must(t, err)
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, paris)
	for _, p := range ps {
		at := day.Add(time.Duration(p.hour) * time.Hour)
		counts := map[kiosk.Key]uint64{
			l.Key(kiosk.CellSession, at, p.end, p.sessionBand):                 1,
			l.Key(kiosk.CellInclusion, at, p.language, kiosk.None):             1,
			l.Key(kiosk.CellVisit, at, p.service, p.band):                      1,
			l.Key(kiosk.CellDevice, at, p.what, p.service):                     1,
			l.Key(kiosk.CellDevice, at, kiosk.DeviceWipeClean, kiosk.None):     1,
			l.Key(kiosk.CellAvailability, at, kiosk.AvailableOpen, kiosk.None): 1,
			l.Key(kiosk.CellDevice, at, kiosk.DeviceRefusedNoise, p.service):   3,
		}
		if p.largeText {
			counts[l.Key(kiosk.CellAid, at, string(kiosk.AidLargeText), kiosk.None)] = 1
		}
		if p.helped {
			counts[l.Key(kiosk.CellHelp, at, p.service, p.answer)] = 1
		}
		if p.refused {
			counts[l.Key(kiosk.CellRefusal, at, string(kiosk.ReasonHostNotListed), p.service)] = 1
		}
		must(t, l.Record(t.Context(), counts))
		must(t, l.Add(t.Context(), l.Key(kiosk.CellOutcome, at, p.service, p.outcome),
			l.Key(kiosk.CellSatisfaction, at, p.service, p.face), l.Key(kiosk.CellAutonomy, at, p.service, p.autonomy)))
	}
	must(t, l.CloseElapsed(t.Context(), day))
	_, err = l.db.Exec(`UPDATE sync SET epoch = ?`, fmt.Sprintf("%032x", 1)) // else random
	must(t, err)
	must(t, l.Close())
}

// TestWhoDidWhatLeavesNoTrace: two days on which the same things were done by
// other people, in another order, leave the same file, byte for byte. So no
// search of the disk, however clever, tells which counters one visit raised,
// or which visit came first.
func TestWhoDidWhatLeavesNoTrace(t *testing.T) {
	for n, visits := range []int{2, 5, 30, 200} {
		random := rand.New(rand.NewPCG(uint64(n), 5))
		ps := people(random, visits)
		dir := t.TempDir()
		var files [2][]byte
		for i, day := range [][]person{ps, deal(random, ps)} {
			path := filepath.Join(dir, fmt.Sprint(i))
			aDay(t, path, day)
			data, err := os.ReadFile(path)
			must(t, err)
			if left, _ := filepath.Glob(path + "-*"); len(left) != 0 {
				t.Errorf("beside the log: %v", left)
			}
			files[i] = data
		}
		if !bytes.Equal(files[0], files[1]) {
			at := 0
			for at < min(len(files[0]), len(files[1])) && files[0][at] == files[1][at] {
				at++
			}
			t.Errorf("%d visits: files of %d and %d bytes differ, first at %d", visits, len(files[0]), len(files[1]), at)
		}
	}
}
