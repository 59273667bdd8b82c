package escapes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"borne/packaging/demo/stage"
	"borne/packaging/escapes"
)

func TestResultsAreKeptAndToldByTheLastWord(t *testing.T) {
	name := filepath.Join(t.TempDir(), "results.jsonl")
	t.Setenv(escapes.ResultsVariable, name)
	for _, r := range []escapes.Result{
		{ID: "network.not-tls", Where: escapes.Host, Denied: true, Usable: true, Fault: "counted as nothing"},
		{ID: "host.fork-bomb", Where: escapes.Machine, Denied: true, Reason: "session/browser-fault", Usable: true},
		{ID: "network.not-tls", Where: escapes.Host, Denied: true, Reason: "refusal/not-tls", Usable: true},
	} {
		if err := escapes.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := escapes.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].ID != "host.fork-bomb" || got[1].Group != "network" || !got[1].Held() {
		t.Errorf("read %+v", got)
	}
	if none, err := escapes.Read(name + ".none"); err != nil || len(none) != 0 {
		t.Errorf("a file that is not there reads %v, %v", none, err)
	}
	if err := os.WriteFile(name, []byte("{}\nnot JSON\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := escapes.Read(name); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a damaged file: %v", err)
	}
}

func TestReportStandsBetweenItsMarkers(t *testing.T) {
	r := escapes.Report{Day: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Versions: stage.Versions{Debian: "13.2"}, Results: []escapes.Result{
		{ID: "network.b", Group: "network", Attempt: "a | b\nc", Where: escapes.Host, Denied: true, Reason: "refusal/port", Usable: true},
		{ID: "network.a", Group: "network", Attempt: "open", Where: escapes.Host, Usable: true, Fault: "it got out"},
	}}
	page := "# Page\n\n<!-- escapes: begin -->\nold\n<!-- escapes: end -->\n\nAfter.\n"
	once, err := r.Insert(page)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := r.Insert(once)
	if err != nil || twice != once {
		t.Errorf("written twice, %v:\n%s", err, twice)
	}
	for _, want := range []string{"# Page\n", "\nAfter.\n", "Debian 13.2", `a \| b c`, "| Network | 2 | 1 | 1 |", "**not closed** | it got out", "open case"} {
		if !strings.Contains(strings.ToLower(once), strings.ToLower(want)) {
			t.Errorf("no %q in\n%s", want, once)
		}
	}
	if strings.Contains(once, "old\n") || strings.Index(once, "network.a") > strings.Index(once, "network.b") {
		t.Error("the old report stays, or rows are out of order:\n" + once)
	}
	for _, broken := range []string{"", "<!-- escapes: begin -->", "<!-- escapes: end --><!-- escapes: begin -->"} {
		if _, err := r.Insert(broken); err == nil {
			t.Errorf("a report went into %q", broken)
		}
	}
}

// The tables are in the groups' order, and each attempt belongs to one.
func TestEachCaseHasAGroupAndAWord(t *testing.T) {
	var seen []string
	for _, c := range allCases() {
		group, name, ok := strings.Cut(c.id, ".")
		if !ok || name == "" || !slices.ContainsFunc(escapes.Groups(), func(g escapes.Group) bool { return g.ID == group }) {
			t.Errorf("%q is in no group", c.id)
		}
		if slices.Contains(seen, c.id) {
			t.Errorf("%s is there twice", c.id)
		}
		if c.attempt == "" || (c.counts == "") == (c.uncounted == "") || c.run == nil {
			t.Errorf("%s: an attempt is told in words, is counted or says why not, and does something", c.id)
		}
		seen = append(seen, c.id)
	}
	if len(seen) < 100 {
		t.Errorf("%d attempts", len(seen))
	}
}
