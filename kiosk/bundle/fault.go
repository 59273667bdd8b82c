package bundle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing to mend in a bundle's directory.
type Fault struct {
	File string `json:"file"`
	// Line and Column count from 1, in characters.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Message says what is wrong and what to write instead.
	Message string `json:"message"`
	// Warning marks what a borne can live with, such as a host that nobody
	// has verified yet.
	Warning bool `json:"warning,omitempty"`
	// Unverified marks the warning of such a host: there may be many.
	Unverified bool `json:"unverified,omitempty"`
}

// String returns "file:line:column: message", as compilers write it.
func (f Fault) String() string {
	kind := ""
	if f.Warning {
		kind = "warning: "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", f.File, f.Line, f.Column, kind, f.Message)
}

// Faults are what LoadDir found, in the order of files and lines.
type Faults []Fault

// Failed reports whether a fault is more than a warning.
func (fs Faults) Failed() bool {
	return slices.ContainsFunc(fs, func(f Fault) bool { return !f.Warning })
}

// Split parts errors from warnings.
func (fs Faults) Split() (errors, warnings Faults) {
	for _, f := range fs {
		if f.Warning {
			warnings = append(warnings, f)
		} else {
			errors = append(errors, f)
		}
	}
	return errors, warnings
}

// Err returns nil when only warnings are left, and otherwise an error that
// tells the first fault and how many there are.
func (fs Faults) Err() error {
	errs, _ := fs.Split()
	if len(errs) == 0 {
		return nil
	}
	return &FaultsError{Faults: errs}
}

// FaultsError is the error of a directory that cannot be used.
type FaultsError struct{ Faults Faults }

// Error returns the first fault and the number of others.
func (e *FaultsError) Error() string {
	if len(e.Faults) == 1 {
		return e.Faults[0].String()
	}
	return fmt.Sprintf("%s (and %d more)", e.Faults[0], len(e.Faults)-1)
}

func (fs Faults) sort() {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
