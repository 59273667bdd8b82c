package forensics_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/packaging/demo/stage"
	"borne/packaging/forensics"
)

// The environment says how much is done: BORNE_FORENSICS is the number of visits, BORNE_FORENSICS_SEED repeats a run,
// BORNE_FORENSICS_ENDS names the ends to choose from, BORNE_FORENSICS_VERSIONS a file for the versions of what was searched.
const (
	visitsVariable   = "BORNE_FORENSICS"
	seedVariable     = "BORNE_FORENSICS_SEED"
	endsVariable     = "BORNE_FORENSICS_ENDS"
	versionsVariable = "BORNE_FORENSICS_VERSIONS"
)

// idleEvery bounds how often an end takes the minute that idle time lasts at least.
const idleEvery = 20

// TestForensics plants, ends and searches on a booted host.
func TestForensics(t *testing.T) {
	visits, err := strconv.Atoi(os.Getenv(visitsVariable))
	if err != nil || visits < 1 {
		t.Skipf("%s is no number of visits: run make forensics", visitsVariable)
	}
	if os.Geteuid() != 0 {
		t.Fatal("not root: a test host needs namespaces, mounts and control groups")
	}
	seed := seed(t)
	began := time.Now()
	s := raise(t, seed, visits)
	if err := s.WriteVersions(t.Context(), os.Getenv(versionsVariable)); err != nil {
		t.Fatal(err)
	}
	scene := forensics.Scene{Words: s.words, Init: s.Host.PID(), Since: began,
		// The network's names' server, which no borne has, and what it reads. The printer, and its paper.
		// The key's bytes, which no search of files reads anyway.
		Apart: []string{"dnsmasq", "/etc/testhost", stage.PrinterProgram, stage.PrinterFolder, stage.StickDevice}}
	s.scene = scene
	run := &run{}
	for v, end := range order(seed, visits) {
		t.Run(fmt.Sprintf("%03d %s", v, end), func(t *testing.T) {
			run.outcomes = append(run.outcomes, s.visit(t, v, end, scene, run))
		})
		if t.Context().Err() != nil {
			break
		}
	}
	s.last(t, scene, run)
	for _, outcome := range run.outcomes {
		if err := forensics.Append(outcome); err != nil {
			t.Error(err)
		}
		for code, why := range outcome.Missed {
			t.Errorf("visit %d (%s): %s was not planted: %s", outcome.Number, outcome.End, code, why)
		}
		for code, places := range outcome.Left {
			t.Errorf("visit %d (%s): %s was left in %s", outcome.Number, outcome.End, code, strings.Join(places, ", "))
		}
	}
}

// run is what several visits found. What a search at the end of a visit finds of visits before was left by them.
type run struct {
	outcomes []forensics.Visit
	around   map[string]bool // told already
}

// left notes what was met of visits that are over.
func (r *run) left(t *testing.T, places []forensics.Place) {
	for i := range r.outcomes {
		v := &r.outcomes[i]
		for code, where := range byCode(places, v.Number) {
			if v.Left == nil {
				v.Left = map[string][]string{}
			}
			v.Left[code] = where
			delete(v.Soon, code)
		}
	}
	r.tell(t, places)
}

// tell shows where a marker stands, once for each.
func (r *run) tell(t *testing.T, places []forensics.Place) {
	for _, p := range places {
		key := fmt.Sprint(p.Visit, p.Code, p.Where)
		if r.around[key] {
			continue
		}
		if r.around == nil {
			r.around = map[string]bool{}
		}
		r.around[key] = true
		t.Logf("%s of visit %d stands in %s: %q", p.Code, p.Visit, p.Where, p.Around)
	}
}

// last searches again some seconds after the last visit, and all of the disk this time.
func (s *scene) last(t *testing.T, scene forensics.Scene, run *run) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	timer := time.NewTimer(settle)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	scene.Since = time.Time{}
	places, err := s.everywhere(ctx, scene)
	if err != nil {
		t.Errorf("search: %v", err)
	}
	run.left(t, places)
}

func seed(t *testing.T) uint64 {
	t.Helper()
	n := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}
	t.Logf("%s=%d", seedVariable, n)
	return n
}

// order draws the end of each visit: all of them in turn, shuffled, but for idle time, which comes seldom.
func order(seed uint64, visits int) []string {
	names := slices.Sorted(maps.Keys(ends()))
	if only := strings.Fields(os.Getenv(endsVariable)); len(only) > 0 {
		names = only
	}
	r := rand.New(rand.NewPCG(seed, 1))
	var all []string
	for len(all) < visits {
		round := slices.Clone(names)
		r.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		if len(all)%idleEvery >= len(names) {
			round = slices.DeleteFunc(round, func(s string) bool { return s == "idle" && len(names) > 1 })
		}
		all = append(all, round...)
	}
	return all[:visits]
}

// settle is how long what is left may take to go by itself before it counts as left: the shell gives memory back once no
// screen is being drawn.
const settle = 30 * time.Second

// visit plants, ends, and searches.
func (s *scene) visit(t *testing.T, number int, end string, scene forensics.Scene, run *run) forensics.Visit {
	outcome := forensics.Visit{Where: forensics.Host, Seed: s.seed, Number: number, End: end, Missed: map[string]string{}}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	began := time.Now()
	seen := map[string]bool{}
	s.seen = func(places []forensics.Place, code string) bool {
		met := slices.ContainsFunc(places, func(p forensics.Place) bool { return p.Visit == number && p.Code == code && p.Counts() })
		seen[code] = seen[code] || met
		return met
	}
	err := s.plant(ctx, number)
	if err != nil {
		s.keep(ctx, fmt.Sprintf("planting-%03d", number))
	}
	planted := time.Now()
	if err == nil {
		note(seen, s.met(t, scene, seen, number, early()))
		if err = s.goOn(ctx, number); err != nil {
			s.keep(ctx, fmt.Sprintf("going-on-%03d", number))
		}
	}
	note(seen, s.met(t, scene, seen, number, codes()))
	searched := time.Now()
	if err != nil {
		t.Logf("the visit did not go as it should: %v", err)
		outcome.Missed["visit"] = err.Error()
	}
	for _, k := range forensics.Kinds() {
		if seen[k.Code] {
			outcome.Planted = append(outcome.Planted, k.Code)
			continue
		}
		why := "it was met nowhere while the visit was on"
		for _, said := range s.site.State().Said {
			if rest, ok := strings.CutPrefix(said, "!"+k.Code); ok {
				why = "the page says" + rest
			}
		}
		outcome.Missed[k.Code] = why
	}
	if end == "idle" { // who waits for a sheet of paper is not idle
		if err := s.printer.Fill(ctx); err != nil {
			t.Error(err)
		}
	}
	if err := ends()[end](s, ctx); err != nil {
		t.Errorf("end by %s: %v", end, err)
	}
	if err := s.ready(ctx); err != nil {
		t.Errorf("after %s: %v", end, err)
		s.tellWhy()
	}
	outcome.ReadyMilliseconds = time.Since(searched).Milliseconds()
	if err := s.unplug(ctx); err != nil {
		t.Error(err)
	}
	places, err := s.everywhere(ctx, scene)
	if err != nil {
		t.Errorf("search: %v", err)
	}
	outcome.Soon = byCode(places, number)
	if err := s.printer.Fill(ctx); err != nil { // what waits for paper is the printer's
		t.Error(err)
	}
	run.left(t, places)
	t.Logf("planted %d of %d in %.1fs, searched in %.1fs, ended in %d ms, all %.1fs", len(outcome.Planted), len(forensics.Kinds()),
		planted.Sub(began).Seconds(), searched.Sub(planted).Seconds(), outcome.ReadyMilliseconds, time.Since(began).Seconds())
	return outcome
}

// tellWhy shows what a borne said that did not come back, and what lies where its proof looks.
func (s *scene) tellWhy() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), patience/4)
	defer cancel()
	said, err := s.run(ctx, "sh", "-c", "journalctl --no-pager --quiet --unit=borned.service --lines=10; ls -lA --time-style=full-iso /tmp /var/tmp /dev/shm")
	s.t.Logf("%v:\n%s", err, said)
}

// codes are those of all kinds; early are those that stand before the form is sent.
func codes() (all []string) {
	for _, k := range forensics.Kinds() {
		all = append(all, k.Code)
	}
	return all
}

func early() []string {
	return slices.DeleteFunc(codes(), func(code string) bool {
		return strings.Contains("qs pd dn dl mh rh rs vo dv dg mp pm ky sc ps pj", code)
	})
}

// met searches memory and files until all of the kinds have been met in this visit.
func (s *scene) met(t *testing.T, scene forensics.Scene, seen map[string]bool, number int, wanted []string) map[string]bool {
	t.Helper()
	met := map[string]bool{}
	scene.Enough = func(places []forensics.Place) bool {
		for _, p := range places[max(0, len(places)-1):] {
			if p.Visit == number && p.Counts() {
				met[p.Code] = true
			}
		}
		return !slices.ContainsFunc(wanted, func(code string) bool { return !seen[code] && !met[code] })
	}
	if _, err := scene.Search(); err != nil {
		t.Errorf("search: %v", err)
	}
	return met
}

func note(seen, met map[string]bool) {
	for code := range met {
		seen[code] = true
	}
}

// everywhere looks everywhere.
func (s *scene) everywhere(ctx context.Context, scene forensics.Scene) ([]forensics.Place, error) {
	places, err := scene.Search()
	if err != nil {
		return places, err
	}
	tell := func(where string, b []byte) {
		for _, f := range s.words.Find(b) {
			places = append(places, forensics.Place{Found: f, Where: where, Around: b[max(0, f.At-80):min(len(b), f.At+80)]})
		}
	}
	if err := s.screenHolds(tell); err != nil {
		return places, err
	}
	for where, line := range map[string]string{
		// Its files are searched as well, but long fields are packed there.
		"journal":     "journalctl --all --output=export --no-pager",
		"kernel keys": "cat /proc/keys /proc/key-users",
		"print jobs":  "lpstat -W all 2>/dev/null; true",
	} {
		out, err := s.Host.Run(ctx, "sh", "-c", line)
		if err != nil {
			return places, err
		}
		tell(where, []byte(out))
	}
	return places, nil
}

// byCode sums up the places of a visit's words.
func byCode(places []forensics.Place, visit int) map[string][]string {
	count := map[string]map[string]int{}
	for _, p := range places {
		if p.Visit != visit {
			continue // a torn word too: what is whole beside it is told
		}
		if count[p.Code] == nil {
			count[p.Code] = map[string]int{}
		}
		count[p.Code][p.Where]++
	}
	by := map[string][]string{}
	for code, places := range count {
		for _, where := range slices.Sorted(maps.Keys(places)) {
			if n := places[where]; n > 1 {
				where = fmt.Sprintf("%s (%d ×)", where, n)
			}
			by[code] = append(by[code], where)
		}
	}
	return by
}
