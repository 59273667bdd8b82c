package forensics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"borne/packaging/demo/stage"
)

// The markers between which the two halves of the report stand in a page that is otherwise written by hand.
const (
	beginMarker        = "<!-- forensics: begin -->"
	endMarker          = "<!-- forensics: end -->"
	beginMachineMarker = "<!-- machine: begin -->"
	endMachineMarker   = "<!-- machine: end -->"
)

// Report is what a run found.
type Report struct {
	Day      time.Time
	Versions stage.Versions
	Visits   []Visit
	// Without says what was not run, and why; empty for nothing.
	Without string
}

// Markdown renders what was found on a booted host.
func (r Report) Markdown() string {
	var b strings.Builder
	host := r.at(Host)
	r.head(&b, host)
	if r.Without != "" {
		fmt.Fprintf(&b, "\n**Not run this time:** %s\n", r.Without)
	}
	clean := 0
	for _, v := range host {
		if v.Clean() {
			clean++
		}
	}
	fmt.Fprintf(&b, "\n%d visits on a booted host, %d with every word planted and none left.\n", len(host), clean)
	r.kinds(&b, host)
	r.ends(&b, host)
	return b.String()
}

// head says what was searched, and when. A machine has a kernel of its own.
func (r Report) head(b *strings.Builder, visits []Visit) {
	kernel, seeds := r.Versions.Kernel, []string{}
	for _, v := range visits {
		if v.Kernel != "" {
			kernel = v.Kernel
		}
		if seed := fmt.Sprint(v.Seed); !slices.Contains(seeds, seed) {
			seeds = append(seeds, seed)
		}
	}
	fmt.Fprintf(b, "Written by `make forensics` on %s", r.Day.Format(time.DateOnly))
	for _, v := range []struct{ name, value string }{
		{"borne", r.Versions.Borne}, {"Debian", r.Versions.Debian}, {"Chromium", r.Versions.Chromium}, {"kernel", kernel},
	} {
		if v.value != "" {
			fmt.Fprintf(b, ", %s %s", v.name, v.value)
		}
	}
	if len(seeds) > 0 {
		fmt.Fprintf(b, ", seed %s", strings.Join(seeds, " and "))
	}
	b.WriteString(".\n")
}

func (r Report) at(where string) []Visit {
	return slices.DeleteFunc(slices.Clone(r.Visits), func(v Visit) bool { return v.Where != where })
}

func (r Report) kinds(b *strings.Builder, visits []Visit) {
	b.WriteString("\n| kind | planted how | planted | at once after the end, gone soon | left |\n| --- | --- | --: | --- | --- |\n")
	for _, k := range Kinds() {
		planted := 0
		soon, left := map[string]int{}, map[string]int{}
		for _, v := range visits {
			if slices.Contains(v.Planted, k.Code) {
				planted++
			}
			tally(soon, v.Soon[k.Code])
			tally(left, v.Left[k.Code])
		}
		fmt.Fprintf(b, "| %s | %s | %d | %s | %s |\n", k.Name, k.How, planted, told(soon), told(left))
	}
}

// tally counts visits by place; how often a place held a word in one visit does not matter.
func tally(by map[string]int, places []string) {
	for _, p := range places {
		place, _, _ := strings.Cut(p, " (")
		by[place]++
	}
}

func told(by map[string]int) string {
	if len(by) == 0 {
		return "nowhere"
	}
	var parts []string
	for _, place := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%s: %d visits", strings.ReplaceAll(place, "|", `\|`), by[place]))
	}
	return strings.Join(parts, "; ")
}

func (r Report) ends(b *strings.Builder, visits []Visit) {
	by := map[string][]int64{}
	for _, v := range visits {
		by[v.End] = append(by[v.End], v.ReadyMilliseconds)
	}
	b.WriteString("\n| end | visits | to the next visitor, median | worst |\n| --- | --: | --: | --: |\n")
	for _, end := range slices.Sorted(maps.Keys(by)) {
		took := by[end]
		slices.Sort(took)
		fmt.Fprintf(b, "| %s | %d | %d ms | %d ms |\n", end, len(took), took[len(took)/2], took[len(took)-1])
	}
}

// MachineMarkdown renders what was found below a virtual machine's system.
func (r Report) MachineMarkdown() string {
	var b strings.Builder
	machine := r.at(Machine)
	r.head(&b, machine)
	b.WriteString("\n| read raw | end | kinds planted | read | words during the visit | words after | kinds after |\n| --- | --- | --: | --: | --: | --: | --: |\n")
	for _, v := range machine {
		for _, raw := range v.Raw {
			during := "–"
			if raw.Medium == "memory" {
				during = fmt.Sprint(raw.During)
			}
			fmt.Fprintf(&b, "| %s, `%s` | %s | %d | %d MB | %s | %d | %d |\n", raw.Medium, raw.Setting, v.End, len(v.Planted), raw.Bytes>>20, during, raw.After, raw.AfterKinds)
		}
	}
	return b.String()
}

// Insert puts the report between the markers of a page. The rest of the page stays as it is, and so does a half of the
// report for which there was no visit.
func (r Report) Insert(page string) (string, error) {
	for _, half := range []struct{ where, begin, end, text string }{
		{Host, beginMarker, endMarker, r.Markdown()},
		{Machine, beginMachineMarker, endMachineMarker, r.MachineMarkdown()},
	} {
		before, rest, ok := strings.Cut(page, half.begin)
		_, after, ends := strings.Cut(rest, half.end)
		if !ok || !ends {
			return "", fmt.Errorf("the page has no place for the report: write %q and %q on lines of their own", half.begin, half.end)
		}
		if len(r.at(half.where)) > 0 {
			page = before + half.begin + "\n\n" + half.text + "\n" + half.end + after
		}
	}
	return page, nil
}
