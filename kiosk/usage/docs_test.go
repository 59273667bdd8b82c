package usage

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"borne/kiosk"
)

// TestDocumentIsTrue holds docs/usage.md, which a data protection officer
// reads, equal to what is counted.
func TestDocumentIsTrue(t *testing.T) {
	data, err := os.ReadFile("../../docs/usage.md")
	must(t, err)
	_, table, ok := strings.Cut(string(data), "\n| Compteur |")
	if !ok {
		t.Fatal("docs/usage.md has no table that begins with | Compteur |")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	code := regexp.MustCompile("`([^`]+)`")
	var rows [][]string
	for _, line := range strings.Split(table, "\n")[2:] { // after the head and its line
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 5 {
			t.Fatalf("row %q has %d cells, want 5", line, len(cells))
		}
		rows = append(rows, cells)
	}
	words := func(cell string) string {
		var ws []string
		for _, m := range code.FindAllStringSubmatch(cell, -1) {
			ws = append(ws, m[1])
		}
		return strings.Join(ws, " ")
	}
	kinds := kiosk.Kinds()
	if len(rows) != len(kinds) {
		t.Errorf("%d rows for %d kinds", len(rows), len(kinds))
	}
	for i, d := range kinds[:min(len(rows), len(kinds))] {
		period := "jour"
		if d.Hourly {
			period = "heure"
		}
		want := []string{string(d.Kind), period, dimension(d.First), dimension(d.Second)}
		got := []string{words(rows[i][0]), strings.TrimSpace(rows[i][1]), words(rows[i][2]), words(rows[i][3])}
		for j := range want {
			if got[j] != want[j] {
				t.Errorf("kind %s, column %d: the document says %q, the program %q", d.Kind, j+1, got[j], want[j])
			}
		}
		if len(strings.TrimSpace(rows[i][4])) < 20 {
			t.Errorf("kind %s: the document does not say why", d.Kind)
		}
	}
}

// dimension is a dimension's name and values as the document lists them.
func dimension(d kiosk.Dimension) string {
	if d.Name == "unused" {
		return ""
	}
	return strings.Join(append([]string{d.Name}, d.Values...), " ")
}
