package forensics

import (
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	r := Report{Day: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Visits: []Visit{
		{Where: Host, End: "button", Planted: []string{"ck", "ls"}, ReadyMilliseconds: 100},
		{Where: Host, End: "button", Planted: []string{"ck"}, Left: map[string][]string{"ck": {"memory of borned run (3 ×)"}}, ReadyMilliseconds: 300},
		{Where: Machine, End: "power-cut", Planted: []string{"ck"}, Raw: []Raw{{Medium: "disk", Setting: "init_on_free=1", Bytes: 5 << 20, After: 2, AfterKinds: 1}}},
	}}
	const empty = "a\n" + beginMarker + "\nold\n" + endMarker + "\nwords\n" + beginMachineMarker + "\nformer\n" + endMachineMarker + "\nz"
	page, err := r.Insert(empty)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a\n<!--", "-->\nwords\n<!--", "-->\nz", "2 visits on a booted host, 1 with", "| cookie | set by the page, for a year | 2 | nowhere | memory of borned run: 1 visits |",
		"| button | 2 | 300 ms | 300 ms |", "| disk, `init_on_free=1` | power-cut | 1 | 5 MB | – | 2 | 1 |"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "old") || strings.Contains(page, "former") {
		t.Errorf("the old report stays:\n%s", page)
	}
	r.Visits = r.Visits[:2]
	if page, err = r.Insert(empty); err != nil || !strings.Contains(page, "former") || strings.Contains(page, "old") {
		t.Errorf("without a machine its half of the page is not as it was: %v\n%s", err, page)
	}
	if _, err := r.Insert("a page"); err == nil {
		t.Error("a page without markers is written")
	}
}
