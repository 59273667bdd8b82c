package xlsx

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
)

// readBook prints the sheets of a workbook as JSON: each with its rows, each cell as its type, value and number format.
const readBook = `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps([[sheet.title, sheet.freeze_panes, [[[c.data_type, c.value.isoformat() if c.is_date else c.value, c.number_format]
    for c in row] for row in sheet.iter_rows()]] for sheet in book.worksheets], ensure_ascii=False))
`

// TestInOpenpyxl has a reader of others open the workbook: every cell has its type, its value and its form.
func TestInOpenpyxl(t *testing.T) {
	file := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(file, written(t, sample()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-W", "error", "-c", readBook, file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s (packaging/setup/install has python3-openpyxl)", err, stderr.String())
	}
	// A date's number format is the reader's own, by its language (numFmtId 14).
	want := `[["Visites   par site  2026", "A2", [
			[["s", "Jour", "General"], ["s", "Site", "General"], ["s", "Visites", "General"], ["s", "Part", "General"], ["s", "Par jour", "General"]],
			[["d", "2026-10-25T00:00:00", "mm-dd-yy"], ["s", "=cmd|'/c calc'!A0", "General"], ["n", 1234567, "#,##0"], ["n", 0.456, "0.0%"], ["n", 11.25, "#,##0.0"]],
			[["d", "2024-02-29T00:00:00", "mm-dd-yy"], ["s", "  Nîmes « l’Étoile » \ufffd\ufffd", "General"], ["n", 0, "#,##0"], ["n", null, "General"], ["s", "a\nb", "General"]]]],
		["VISITES   par site  2026 (2)", "A2", [[["s", "Rien", "General"]]]],
		[" (3)", "A2", [[["s", "x", "General"]]]]]`
	var got, wanted any
	if err := errors.Join(json.Unmarshal(out, &got), json.Unmarshal([]byte(want), &wanted)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("it reads\n%s\nwant\n%s", out, want)
	}
}
