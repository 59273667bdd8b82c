package chaos_test

import (
	"strings"
	"testing"
	"time"

	"borne/packaging/chaos"
)

func TestRowsSumByFault(t *testing.T) {
	rows := chaos.Rows([]chaos.Visit{
		{Fault: chaos.KillShell, Back: 3 * time.Second},
		{Fault: chaos.KillShell, Back: time.Second},
		{Fault: chaos.KillShell, Back: 2 * time.Second, Uncounted: true},
		{Fault: chaos.Nothing, WentOn: true},
		{Fault: chaos.KillBorned, Person: true, Leaks: []string{"a", "b"}, Lost: 1, Doubled: 2},
	})
	if len(rows) != 4 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	peace, killed, shell, all := rows[0], rows[1], rows[2], rows[3]
	if peace.WentOn != 1 || !peace.Held() || !shell.Held() || killed.Held() || all.Held() {
		t.Errorf("%+v", rows)
	}
	if shell.Visits != 3 || shell.Median != 2*time.Second || shell.Worst != 3*time.Second || shell.Uncounted != 1 {
		t.Errorf("%+v", shell)
	}
	if all.Visits != 5 || all.Leaks != 2 || all.Lost != 1 || all.Doubled != 2 || all.Persons != 1 {
		t.Errorf("%+v", all)
	}
	table := chaos.Table(rows)
	if !strings.Contains(table, "| `kill -9` of borne-shell | 3 | 0 | 0 | 0 | 0 | 1 | 0 | 2.0 s | 3.0 s |\n") {
		t.Error(table)
	}
}

func TestSectionReplacesItsOwn(t *testing.T) {
	page := "# Words\n<!-- chaos: begin -->\nold\n<!-- chaos: end -->\n<!-- soak: begin -->\nkept\n<!-- soak: end -->\nmore\n"
	got, err := chaos.Section(page, "chaos", "new\n")
	if err != nil || strings.Contains(got, "old") || !strings.Contains(got, "begin -->\n\nnew\n\n<!-- chaos: end -->") ||
		!strings.Contains(got, "kept") || !strings.HasSuffix(got, "more\n") {
		t.Errorf("%v:\n%s", err, got)
	}
	if again, err := chaos.Section(got, "chaos", "new\n"); err != nil || again != got {
		t.Errorf("a second time: %v:\n%s", err, again)
	}
	for _, damaged := range []string{"", "<!-- chaos: begin -->", "<!-- chaos: end --><!-- chaos: begin -->", page + page} {
		if _, err := chaos.Section(damaged, "chaos", "new"); err == nil {
			t.Errorf("%q has a place", damaged)
		}
	}
}
