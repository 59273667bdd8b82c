package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"borne/assets"
	"borne/kiosk/allowlist"
	"borne/kiosk/bundle"
)

// bundleFlag chooses the configuration; without it, the one that ships.
type bundleFlag struct {
	Bundle string `type:"directory" placeholder:"DIR" help:"Directory of the bundle; without it, the one that ships."`
}

// load reads the bundle; faults carry paths that an editor opens.
func (f bundleFlag) load() (*allowlist.List, bundle.Faults) {
	var dir fs.FS = assets.Bundle()
	if f.Bundle != "" {
		dir = os.DirFS(f.Bundle)
	}
	_, list, faults := bundle.LoadDir(dir)
	for i := range faults {
		faults[i].File = filepath.Join(f.Bundle, filepath.FromSlash(faults[i].File))
	}
	return list, faults
}

type policyCheck struct {
	bundleFlag
	Quiet      bool `short:"q" help:"Leave warnings out."`
	Unverified bool `help:"Show where each host stands that was never verified on a live network."`
}

// Run prints faults as file:line:column: what to write instead. Warnings are
// kept out of the way while there are faults to mend.
func (c *policyCheck) Run(a *app, g *global) error {
	list, faults := c.load()
	errs, warnings := faults.Split()
	if g.JSON {
		if err := printJSON(a.stdout, struct {
			OK     bool          `json:"ok"`
			Faults bundle.Faults `json:"faults"`
		}{len(errs) == 0, append(bundle.Faults{}, faults...)}); err != nil {
			return err
		}
	} else {
		shown := errs
		if len(errs) == 0 && !c.Quiet {
			shown = warnings
			if !c.Unverified {
				shown = summarise(warnings)
			}
		}
		for _, f := range shown {
			fmt.Fprintln(a.stdout, f)
		}
		switch {
		case len(errs) > 0:
			fmt.Fprintf(a.stderr, "%s to mend (and %s)\n", count(len(errs), "fault"), count(len(warnings), "warning"))
		default:
			fmt.Fprintf(a.stderr, "no fault; %s; %s\n", count(list.Len(), "rule"), count(len(warnings), "warning"))
		}
	}
	if len(errs) > 0 {
		return errFaults
	}
	return nil
}

// fewUnverified are still shown one by one.
const fewUnverified = 5

// summarise puts one warning, at the first place, for many hosts that were
// never verified: a list that says the same a hundred times hides the rest.
func summarise(warnings bundle.Faults) bundle.Faults {
	first, n := -1, 0
	var kept bundle.Faults
	for _, w := range warnings {
		if w.Unverified {
			if n++; n > 1 {
				continue
			}
			first = len(kept)
		}
		kept = append(kept, w)
	}
	if n <= fewUnverified {
		return warnings
	}
	kept[first].Message = fmt.Sprintf("%d hosts were never verified on a live network, this one first; --unverified shows where each stands", n)
	return kept
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

type policyExplain struct {
	bundleFlag
	Stdin   bool     `help:"Read targets from standard input, one a line, taken as it stands."`
	Targets []string `arg:"" optional:"" name:"target" help:"A URL, or host:port as in CONNECT."`
}

// Run prints TARGET, allow or deny, the reason and the rule, separated by
// tabs, one line a target.
func (c *policyExplain) Run(a *app, g *global) error {
	if len(c.Targets) == 0 && !c.Stdin {
		return errWrongCall{fmt.Errorf("no target: name one, or give --stdin")}
	}
	list, faults := c.load()
	if err := faults.Err(); err != nil {
		return fmt.Errorf("%w; see bornectl policy check", err)
	}
	out := bufio.NewWriter(a.stdout)
	explain := func(target string) error {
		d := list.Explain(target)
		if !g.JSON {
			_, err := fmt.Fprintln(out, allowlist.FormatDecision(target, d))
			return err
		}
		return json.NewEncoder(out).Encode(struct {
			Target  string           `json:"target"`
			Verdict string           `json:"verdict"`
			Reason  allowlist.Reason `json:"reason"`
			Rule    string           `json:"rule,omitempty"`
		}{target, d.Verdict.String(), d.Reason, d.Rule})
	}
	for _, t := range c.Targets {
		if err := explain(t); err != nil {
			return err
		}
	}
	if c.Stdin {
		if err := eachLine(a.stdin, explain, out.Flush); err != nil {
			return fmt.Errorf("read targets: %w", err)
		}
	}
	return out.Flush()
}

// eachLine calls use for each line without its newline, however long, and
// idle before it has to wait for more.
func eachLine(r io.Reader, use func(string) error, idle func() error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		if in.Buffered() == 0 {
			if err := idle(); err != nil {
				return err
			}
		}
		line, err := in.ReadString('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if n := len(line); n > 0 && line[n-1] == '\n' {
			line = line[:n-1]
		} else if n == 0 {
			return nil
		}
		if e := use(line); e != nil || err == io.EOF {
			return e
		}
	}
}
