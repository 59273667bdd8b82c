package escapes

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// ResultsVariable names the file that every attempt appends its Result to, in the environment of the tests.
const ResultsVariable = "BORNE_ESCAPES_RESULTS"

// Where an attempt was made.
const (
	// Host is a booted Debian: systemd, X server and browser are real, the kernel is the machine's.
	Host = "host"
	// Machine is a virtual machine with a kernel, a keyboard and USB ports of its own.
	Machine = "vm"
)

// Result is the outcome of one attempt. The zero value is an attempt that got out.
type Result struct {
	// ID is the attempt's name, "network.sni-mismatch"; what stands before the dot is its group.
	ID    string `json:"id"`
	Group string `json:"group"`
	// Attempt says in one line what was tried.
	Attempt string `json:"attempt"`
	// Where is Host or Machine.
	Where string `json:"where"`
	// Denied is true when nothing got out, or stayed.
	Denied bool `json:"denied"`
	// Reason is the counter that grew, as "refusal/key"; empty when the attempt met nothing that refuses and counts.
	Reason string `json:"reason"`
	// Usable is true when the session, or the borne where the session was ended, could be used afterwards.
	Usable bool `json:"usable"`
	// Detail says what is worth knowing of the outcome, and why nothing is counted where Reason is empty.
	Detail string `json:"detail,omitempty"`
	// Fault says what did not hold; with it the attempt is not closed.
	Fault string `json:"fault,omitempty"`
}

// Held reports whether the attempt was denied, counted as it should be, and left the borne usable.
func (r Result) Held() bool { return r.Denied && r.Usable && r.Fault == "" }

// Append adds a result to the file that ResultsVariable names, and does nothing where it names none.
func Append(r Result) error {
	name := os.Getenv(ResultsVariable)
	if name == "" {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write result of %s: %w", r.ID, err)
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write result of %s: %w", r.ID, err)
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// Read returns the results of a file, none where there is no file. The last one of an id and a place counts: an attempt
// that was repeated alone tells more than the one among others.
func Read(name string) ([]Result, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	defer f.Close()
	var results []Result
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		var r Result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("read results: %s, line %d: %w", name, n, err)
		}
		r.Group, _, _ = strings.Cut(r.ID, ".")
		same := func(old Result) bool { return old.ID == r.ID && old.Where == r.Where }
		results = append(slices.DeleteFunc(results, same), r)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	return results, nil
}
