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

	"borne/packaging/forensics"
)

// The environment says how much is done: BORNE_FORENSICS is the number of visits, BORNE_FORENSICS_SEED repeats a run,
// BORNE_FORENSICS_ENDS names the ends to choose from.
const (
	visitsVariable = "BORNE_FORENSICS"
	seedVariable   = "BORNE_FORENSICS_SEED"
	endsVariable   = "BORNE_FORENSICS_ENDS"
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
	s.writeVersions()
	for v, end := range order(seed, visits) {
		t.Run(fmt.Sprintf("%03d %s", v, end), func(t *testing.T) {
			outcome := s.visit(t, v, end, forensics.Scene{Words: s.words, Init: s.Host.PID(), Since: began,
				// The network's names' server, which no borne has, and what it reads.
				Apart: []string{"dnsmasq", "/etc/testhost"}})
			if err := forensics.Append(outcome); err != nil {
				t.Error(err)
			}
			for code, why := range outcome.Missed {
				t.Errorf("%s was not planted: %s", code, why)
			}
			for code, places := range outcome.Left {
				t.Errorf("%s was left in %s", code, strings.Join(places, ", "))
			}
			for code, places := range outcome.Soon {
				t.Logf("%s went late from %s", code, strings.Join(places, ", "))
			}
		})
		if t.Context().Err() != nil {
			break
		}
	}
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
			round = slices.DeleteFunc(round, func(s string) bool { return s == "idle" })
		}
		all = append(all, round...)
	}
	return all[:visits]
}

// settle is how long what is left may take to go by itself before it counts as left: the shell gives memory back once no
// screen is being drawn.
const settle = 7 * time.Second

// visit plants, ends, and searches.
func (s *scene) visit(t *testing.T, number int, end string, scene forensics.Scene) forensics.Visit {
	outcome := forensics.Visit{Where: forensics.Host, Seed: s.seed, Number: number, End: end, Missed: map[string]string{}}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	began := time.Now()
	seen := map[string]bool{}
	look := func() map[string][]string {
		t.Helper()
		places, err := s.search(ctx, scene)
		if err != nil {
			t.Errorf("search: %v", err)
		}
		return byCode(places, number)
	}
	err := s.plant(ctx, number)
	planted := time.Now()
	if err == nil {
		for code := range look() {
			seen[code] = true
		}
		err = s.goOn(ctx, number)
	}
	for code := range look() {
		seen[code] = true
	}
	searched := time.Now()
	if err != nil {
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
	if err := ends()[end](s, ctx); err != nil {
		t.Errorf("end by %s: %v", end, err)
	}
	if err := s.ready(ctx); err != nil {
		t.Errorf("after %s: %v", end, err)
	}
	outcome.ReadyMilliseconds = time.Since(searched).Milliseconds()
	left := look()
	if len(left) > 0 {
		timer := time.NewTimer(settle)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		outcome.Left = look()
		outcome.Soon = map[string][]string{}
		for code, places := range left {
			if len(outcome.Left[code]) == 0 {
				outcome.Soon[code] = places
			}
		}
	}
	t.Logf("planted %d of %d in %.1fs, searched in %.1fs, ended in %d ms, all %.1fs", len(outcome.Planted), len(forensics.Kinds()),
		planted.Sub(began).Seconds(), searched.Sub(planted).Seconds(), outcome.ReadyMilliseconds, time.Since(began).Seconds())
	return outcome
}

// search looks everywhere.
func (s *scene) search(ctx context.Context, scene forensics.Scene) ([]forensics.Place, error) {
	places, err := scene.Search()
	if err != nil {
		return places, err
	}
	tell := func(where string, b []byte) {
		for _, f := range s.words.Find(b) {
			places = append(places, forensics.Place{Found: f, Where: where})
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

// byCode sums up the places of a visit's words; words of visits before stand under their own number.
func byCode(places []forensics.Place, visit int) map[string][]string {
	by := map[string][]string{}
	count := map[string]int{}
	for _, p := range places {
		code := p.Code
		switch {
		case p.Visit < 0:
			continue // torn: what is whole beside it is told
		case p.Visit != visit:
			code = fmt.Sprintf("%s of visit %d", code, p.Visit)
		}
		if count[code+p.Where]++; count[code+p.Where] == 1 {
			by[code] = append(by[code], p.Where)
		}
	}
	for code := range by {
		slices.Sort(by[code])
		for i, where := range by[code] {
			if n := count[code+where]; n > 1 {
				by[code][i] = fmt.Sprintf("%s (%d ×)", where, n)
			}
		}
	}
	return by
}
