package xlsx

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Book is a workbook.
type Book struct {
	Title   string
	Author  string
	Created time.Time
	Sheets  []Sheet
}

// Sheet is a table with a heading.
type Sheet struct {
	// Name is shortened and cleaned to what a spreadsheet takes.
	Name    string
	Columns []Column
	Rows    [][]Cell
}

// Column is a heading and a width, in characters; 0 is a width that suits most.
type Column struct {
	Title string
	Width int
}

// Cell is one value and how it looks. The zero value is empty.
type Cell struct {
	style  int
	text   string
	number float64
	filled bool
}

// Text is a text, never run as a formula whatever it begins with.
func Text(s string) Cell { return Cell{style: styleText, text: s} }

// Wrapped is a text over several lines.
func Wrapped(s string) Cell { return Cell{style: styleWrapped, text: s} }

// Integer is a whole number, with thousands apart.
func Integer(n uint64) Cell { return Cell{style: styleInteger, number: float64(n), filled: true} }

// Decimal is a number with one decimal.
func Decimal(f float64) Cell { return Cell{style: styleDecimal, number: f, filled: true} }

// Percent is a part of a whole: 0.5 shows as 50,0 %.
func Percent(f float64) Cell { return Cell{style: stylePercent, number: f, filled: true} }

// Day is a date without an hour.
func Day(t time.Time) Cell {
	date := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return Cell{style: styleDay, number: date.Sub(epoch).Hours() / 24, filled: true}
}

// epoch is day 0 as spreadsheets count since 1900-03-01 (ECMA-376, 18.17.4.1).
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// Limits of a sheet (Excel specifications and limits).
const (
	maxRows  = 1 << 20
	maxCells = 1 << 14
	maxText  = 32767
	maxName  = 31
)

var errTooLarge = errors.New("too large for a sheet")

func (b Book) check() error {
	if len(b.Sheets) == 0 {
		return errors.New("a workbook needs a sheet")
	}
	for _, s := range b.Sheets {
		if len(s.Rows) >= maxRows || len(s.Columns) > maxCells {
			return fmt.Errorf("sheet %q: %w: %d rows", s.Name, errTooLarge, len(s.Rows))
		}
		for i, row := range s.Rows {
			if len(row) > len(s.Columns) {
				return fmt.Errorf("sheet %q: row %d has %d cells, of %d columns", s.Name, i+1, len(row), len(s.Columns))
			}
		}
	}
	return nil
}

// names returns the sheets' names as a spreadsheet takes them, each once.
func (b Book) names() []string {
	var out []string
	taken := map[string]bool{}
	for i, s := range b.Sheets {
		clean := strings.Trim(strings.Map(func(r rune) rune {
			if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(s.Name, "")), "' ")
		name := cut(clean, maxName)
		// Names are one whatever their case.
		for name == "" || taken[strings.ToLower(name)] {
			i++
			suffix := fmt.Sprintf(" (%d)", i)
			name = cut(clean, maxName-len(suffix)) + suffix
		}
		taken[strings.ToLower(name)] = true
		out = append(out, name)
	}
	return out
}

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:runes]), "' ")
}
