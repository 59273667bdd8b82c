package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func sample() Book {
	return Book{Title: "Usages <1>", Author: "Caf & Cie", Created: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Sheets: []Sheet{
		{Name: "Visites : par site [2026]", Columns: []Column{{"Jour", 0}, {"Site", 30}, {"Visites", 0}, {"Part", 0}, {"Par jour", 0}}, Rows: [][]Cell{
			{Day(time.Date(2026, 10, 25, 23, 0, 0, 0, time.UTC)), Text("=cmd|'/c calc'!A0"), Integer(1234567), Percent(0.456), Decimal(11.25)},
			{Day(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)), Text("  Nîmes « l’Étoile » \x07\xff"), Integer(0), {}, Wrapped("a\nb")},
		}},
		{Name: "VISITES   par site  2026 ", Columns: []Column{{"Rien", 0}}},
		{Name: "'", Columns: []Column{{"x", 0}}},
	}}
}

func written(t testing.TB, b Book) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Every part is well-formed XML, and is named by the content types.
func TestParts(t *testing.T) {
	data := written(t, sample())
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(raw)
		for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	for name := range parts {
		if name != "[Content_Types].xml" && !strings.HasSuffix(name, ".rels") && !strings.Contains(parts["[Content_Types].xml"], `PartName="/`+name+`"`) {
			t.Errorf("%s has no content type", name)
		}
	}
	sheet := parts["xl/worksheets/sheet1.xml"]
	for _, want := range []string{`<c r="A2" s="5"><v>46320</v></c>`, `t="inlineStr"><is><t xml:space="preserve">=cmd|&#39;/c calc&#39;!A0</t>`, `<v>1234567</v>`, `<v>0.456</v>`,
		`ref="A1:E3"`, `a&#xA;b`} {
		if !strings.Contains(sheet, want) {
			t.Errorf("no %s in %s", want, sheet)
		}
	}
	if strings.Contains(sheet, "<f") {
		t.Error("a formula")
	}
	for _, want := range []string{`name="Visites   par site  2026"`, `name="VISITES   par site  2026 (2)"`, `name=" (3)"`} {
		if !strings.Contains(parts["xl/workbook.xml"], want) {
			t.Errorf("no %s in %s", want, parts["xl/workbook.xml"])
		}
	}
}

func TestColumns(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := column(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, b := range map[string]Book{
		"no sheet":       {},
		"too many cells": {Sheets: []Sheet{{Columns: []Column{{}}, Rows: [][]Cell{{{}, {}}}}}},
		"too many rows":  {Sheets: []Sheet{{Columns: []Column{{}}, Rows: make([][]Cell, maxRows)}}},
	} {
		if err := Write(io.Discard, b); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	if err := Write(io.Discard, Book{Sheets: []Sheet{{Rows: make([][]Cell, maxRows)}}}); !errors.Is(err, errTooLarge) {
		t.Error(err)
	}
	if err := Write(failing{}, sample()); err == nil {
		t.Error("a write that failed was not told")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// Whatever a text and a name hold, the parts stay XML and names stay apart.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, names := rapid.String().Draw(t, "text"), rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "names")
		b := Book{Title: text}
		for _, n := range names {
			b.Sheets = append(b.Sheets, Sheet{Name: n, Columns: []Column{{Title: text}}, Rows: [][]Cell{{Text(text)}}})
		}
		var out bytes.Buffer
		if err := Write(&out, b); err != nil {
			t.Fatal(err)
		}
		archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			for d := xml.NewDecoder(r); ; {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s of %q: %v", f.Name, text, err)
				}
			}
		}
		seen := map[string]bool{}
		for _, n := range b.names() {
			if n == "" || seen[strings.ToLower(n)] || len([]rune(n)) > maxName || strings.ContainsAny(n, `[]:*?/\`) {
				t.Fatalf("names %q", b.names())
			}
			seen[strings.ToLower(n)] = true
		}
	})
}

// LibreOffice opens the workbook and tells the same cells, dates and all.
func TestInLibreOffice(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "book.xlsx"), written(t, sample()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1", "--outdir", dir, filepath.Join(dir, "book.xlsx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "book.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"Jour";"Site";"Visites";"Part";"Par jour"`, "=cmd|'/c calc'!A0", "1,234,567", "45.6%", "Nîmes « l’Étoile »"} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %q in\n%s", want, raw)
		}
	}
	if !strings.Contains(string(raw), "10/25/") && !strings.Contains(string(raw), "25/10/") && !strings.Contains(string(raw), "2026-10-25") {
		t.Errorf("the day is not there:\n%s", raw)
	}
}

func TestDay(t *testing.T) {
	if d := Day(time.Date(2026, 3, 29, 23, 59, 0, 0, time.UTC)); d.number != math.Trunc(d.number) || d.number != 46110 {
		t.Errorf("day %v", d.number)
	}
}
