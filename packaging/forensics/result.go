package forensics

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ResultsVariable names the file that every visit appends its outcome to, in the environment of the tests.
const ResultsVariable = "BORNE_FORENSICS_RESULTS"

// Where a visit was made.
const (
	// Host is a booted Debian: systemd, X server and browser are real, the kernel is the machine's.
	Host = "host"
	// Machine is a virtual machine, whose disk and memory are read raw.
	Machine = "vm"
)

// Visit is the outcome of one visit. The zero value planted nothing.
type Visit struct {
	// Where is Host or Machine; Seed is the run's, Number the visit's in it.
	Where  string `json:"where"`
	Seed   uint64 `json:"seed"`
	Number int    `json:"number"`
	// End is how it ended: "button", "idle", "power-cut"…
	End string `json:"end"`
	// Kernel is that of a virtual machine; empty for the one that runs the tests.
	Kernel string `json:"kernel,omitempty"`
	// Planted are the codes of the kinds that were seen while the visit was on.
	Planted []string `json:"planted"`
	// Missed are those that should have been and were not, with the reason where one is known.
	Missed map[string]string `json:"missed,omitempty"`
	// Soon is what a search at once after the end found that a second one, some seconds later, did not; Left is what the
	// second one found. Both are places by code.
	Soon map[string][]string `json:"soon,omitempty"`
	Left map[string][]string `json:"left,omitempty"`
	// ReadyMilliseconds is from the end to a borne that waits for the next visitor.
	ReadyMilliseconds int64 `json:"readyMilliseconds"`
	// Raw are figures of raw media, by their name: how many words of this visit were met there.
	Raw []Raw `json:"raw,omitempty"`
}

// Raw is one search of a medium as a whole.
type Raw struct {
	// Medium is "disk" or "memory"; Setting says under which conditions.
	Medium  string `json:"medium"`
	Setting string `json:"setting"`
	// Bytes is how much was read.
	Bytes int64 `json:"bytes"`
	// During is how many times words of the visit were met while it was on, and After once it had ended, AfterKinds how
	// many kinds of them.
	During     int `json:"during"`
	After      int `json:"after"`
	AfterKinds int `json:"afterKinds"`
}

// Clean reports whether everything was planted, and nothing was left some seconds after the end.
func (v Visit) Clean() bool { return len(v.Planted) > 0 && len(v.Missed) == 0 && len(v.Left) == 0 }

// Append adds a visit to the file that ResultsVariable names, and does nothing where it names none.
func Append(v Visit) error {
	name := os.Getenv(ResultsVariable)
	if name == "" {
		return nil
	}
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the outcome of a visit: %w", err)
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write the outcome of a visit: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// Read returns the visits of a file, none where there is no file.
func Read(name string) ([]Visit, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read outcomes: %w", err)
	}
	defer f.Close()
	var visits []Visit
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for n := 1; lines.Scan(); n++ {
		var v Visit
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("read outcomes: %s, line %d: %w", name, n, err)
		}
		visits = append(visits, v)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read outcomes: %w", err)
	}
	return visits, nil
}
