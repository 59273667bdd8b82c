package escapes_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The environment says how much is tried: BORNE_ESCAPES is "all" or "quick", BORNE_ESCAPES_ONLY a regular expression over
// ids, BORNE_ESCAPES_VERSIONS a file for the versions of what was tried.
const (
	muchVariable     = "BORNE_ESCAPES"
	onlyVariable     = "BORNE_ESCAPES_ONLY"
	versionsVariable = "BORNE_ESCAPES_VERSIONS"
)

// perSession bounds how many attempts share a session: a sum that does not add up is looked into one by one.
const perSession = 24

// TestEscapes tries every way out that a booted host can try.
func TestEscapes(t *testing.T) {
	much := os.Getenv(muchVariable)
	if much != "all" && much != "quick" {
		t.Skipf("%s is neither all nor quick: run make escapes", muchVariable)
	}
	if os.Geteuid() != 0 {
		t.Fatal("not root: a test host needs namespaces, mounts and control groups")
	}
	only, err := regexp.Compile(os.Getenv(onlyVariable))
	if err != nil {
		t.Fatal(err)
	}
	cases := slices.DeleteFunc(allCases(), func(c attempt) bool {
		return much == "quick" && !c.quick || !only.MatchString(c.id)
	})
	if len(cases) == 0 {
		t.Fatalf("no attempt is named like %q", only)
	}
	s := raise(t)
	if err := s.WriteVersions(t.Context(), os.Getenv(versionsVariable)); err != nil {
		t.Fatal(err)
	}
	for len(cases) > 0 {
		n := s.together(cases)
		record(t, s.batch(cases[:n]))
		cases = cases[n:]
	}
}

// together is how many of the first attempts share a session: those of one group that leave it as it was.
func (s *scene) together(cases []attempt) int {
	group := func(c attempt) string { group, _, _ := strings.Cut(c.id, "."); return group }
	n := 1
	for n < len(cases) && n < perSession && !cases[0].alone && !cases[n].alone && group(cases[n]) == group(cases[0]) &&
		(cases[n].before == nil) == (cases[0].before == nil) {
		n++
	}
	return n
}

// allCases lists every attempt, group by group.
func allCases() []attempt {
	return slices.Concat(addressCases(), networkCases(), keyboardCases(), browserCases(), residueCases(), hostCases())
}
