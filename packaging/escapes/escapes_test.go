package escapes_test

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"borne/packaging/escapes"
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
	s.writeVersions()
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

// writeVersions says what was tried, for the report.
func (s *scene) writeVersions() {
	name := os.Getenv(versionsVariable)
	if name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	v := escapes.Versions{}
	for _, one := range []struct {
		into *string
		line string
	}{
		{&v.Borne, "dpkg-query -W -f '${Version}' borne-kiosk"},
		{&v.Chromium, "dpkg-query -W -f '${Version}' chromium"},
		{&v.Debian, "cat /etc/debian_version"},
		{&v.Kernel, "uname -r"},
	} {
		said, err := s.shell(ctx, one.line)
		if err != nil {
			s.t.Fatal(err)
		}
		*one.into = said
	}
	text, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		s.t.Fatal(err)
	}
}
