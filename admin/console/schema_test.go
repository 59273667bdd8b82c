package console_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validator is a JSON Schema, draft 2020-12, that also holds formats to their word.
func validator(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(schema)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("memory:schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("memory:schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// faults is what a schema says against a document, nil for nothing.
func faults(t *testing.T, schema *jsonschema.Schema, document string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// tableSchema is what a reader of a table needs of its description.
type tableSchema struct {
	Fields []struct {
		Name, Type              string
		TrueValues, FalseValues []string
	}
	MissingValues []string
}

// physical are the forms that Table Schema 1 gives to the types that we use (sections 4.3 to 4.10).
var physical = map[string]*regexp.Regexp{"integer": regexp.MustCompile(`^[+-]?[0-9]+$`), "yearmonth": regexp.MustCompile(`^-?[0-9]{4}-(0[1-9]|1[0-2])$`), "string": regexp.MustCompile(`(?s)^.*$`)}

// tableFaults reads a table as its schema says: the header names the fields in their order, each cell is missing or of its
// field's type.
func tableFaults(s tableSchema, table string) (said []string) {
	r := csv.NewReader(strings.NewReader(table))
	r.FieldsPerRecord = len(s.Fields)
	lines, err := r.ReadAll()
	if err != nil || len(lines) == 0 {
		return []string{fmt.Sprintf("no table: %v", err)}
	}
	for i, f := range s.Fields {
		if lines[0][i] != f.Name {
			said = append(said, fmt.Sprintf("column %d is %q, the schema says %q", i+1, lines[0][i], f.Name))
		}
	}
	for n, line := range lines[1:] {
		for i, f := range s.Fields {
			value := line[i]
			fits := slices.Contains(s.MissingValues, value)
			if form := physical[f.Type]; form != nil {
				fits = fits || form.MatchString(value)
			} else if f.Type == "boolean" {
				fits = fits || slices.Contains(f.TrueValues, value) || slices.Contains(f.FalseValues, value)
			}
			if !fits {
				said = append(said, fmt.Sprintf("line %d, %s: %q is no %s", n+2, f.Name, value, f.Type))
			}
		}
	}
	return said
}

// checkPackage holds an open data package to the published rules, its table to its description, and both checks to that they
// can fail.
func checkPackage(t *testing.T, description, table string) {
	t.Helper()
	rules, err := os.ReadFile("testdata/data-package.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema := validator(t, rules)
	if err := faults(t, schema, description); err != nil {
		t.Errorf("the description: %v", err)
	}
	for was, is := range map[string]string{`"type": "integer"`: `"type": "int"`, `"tabular-data-package"`: `"package"`, `"path": "visites.csv"`: `"path": "/visites.csv"`,
		`"fields": [`: `"columns": [`, `"trueValues"`: `"true_values"`, `"path": "https:`: `"path": "not an address:`} {
		if wrong := strings.Replace(description, was, is, 1); wrong == description || faults(t, schema, wrong) == nil {
			t.Errorf("a description with %s in place of %s passes", is, was)
		}
	}
	var d struct {
		Resources []struct{ Schema tableSchema }
	}
	if err := json.Unmarshal([]byte(description), &d); err != nil {
		t.Fatal(err)
	}
	s := d.Resources[0].Schema
	if said := tableFaults(s, table); said != nil {
		t.Errorf("the table: %v", said)
	}
	for was, is := range map[string]string{",non\n": ",peut-être\n", "mois,": "month,", "2026-09,": "2026-13,", ",79,": ",79.5,", ",oui\n": ",oui,\n"} {
		if wrong := strings.Replace(table, was, is, 1); wrong == table || tableFaults(s, wrong) == nil {
			t.Errorf("a table with %q in place of %q passes", is, was)
		}
	}
}
