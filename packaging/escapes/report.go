package escapes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"borne/packaging/demo/stage"
)

// The markers between which the report stands in a page that is otherwise written by hand.
const (
	beginMarker = "<!-- escapes: begin -->"
	endMarker   = "<!-- escapes: end -->"
)

// Report is what a run found.
type Report struct {
	Day      time.Time
	Versions stage.Versions
	Results  []Result
	// Without says why a kind of attempts is missing, empty when none is.
	Without string
}

// Markdown renders the report: figures, one table a group, and what no program can try.
func (r Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Written by `make escapes` on %s", r.Day.Format(time.DateOnly))
	for _, v := range []struct{ name, value string }{
		{"borne", r.Versions.Borne}, {"Debian", r.Versions.Debian}, {"Chromium", r.Versions.Chromium},
		{"kernel", r.Versions.Kernel},
	} {
		if v.value != "" {
			fmt.Fprintf(&b, ", %s %s", v.name, v.value)
		}
	}
	b.WriteString(". *Counted as* is the counter that grew; a dash means that nothing refuses and counts there, and the remark says why.\n")
	if r.Without != "" {
		fmt.Fprintf(&b, "\n**Not run this time:** %s\n", r.Without)
	}
	b.WriteString("\n| group | attempts | held | not closed |\n| --- | --: | --: | --: |\n")
	tried, held := 0, 0
	for _, g := range Groups() {
		results := r.of(g)
		ok := count(results, Result.Held)
		tried, held = tried+len(results), held+ok
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", g.Title, len(results), ok, len(results)-ok)
	}
	fmt.Fprintf(&b, "| **all** | **%d** | **%d** | **%d** |\n", tried, held, tried-held)
	for _, g := range Groups() {
		results := r.of(g)
		if len(results) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n### %s\n\n| attempt | | counted as | tried on | held | remark |\n| --- | --- | --- | --- | --- | --- |\n", g.Title)
		for _, one := range results {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", one.ID, cell(one.Attempt), orDash(one.Reason), one.Where, verdict(one), cell(remark(one)))
		}
	}
	b.WriteString("\n### What no program tried\n\n| way out | why not |\n| --- | --- |\n")
	for _, u := range Untried() {
		fmt.Fprintf(&b, "| %s | %s |\n", cell(u.What), cell(u.Why))
	}
	return b.String()
}

// of returns a group's results by id.
func (r Report) of(g Group) []Result {
	var of []Result
	for _, one := range r.Results {
		if one.Group == g.ID {
			of = append(of, one)
		}
	}
	slices.SortStableFunc(of, func(a, b Result) int { return strings.Compare(a.ID+a.Where, b.ID+b.Where) })
	return of
}

func count(results []Result, is func(Result) bool) int {
	n := 0
	for _, r := range results {
		if is(r) {
			n++
		}
	}
	return n
}

func orDash(reason string) string {
	if reason == "" {
		return "–"
	}
	return "`" + reason + "`"
}

func verdict(r Result) string {
	if r.Held() {
		return "yes"
	}
	return "**not closed**"
}

func remark(r Result) string {
	switch {
	case r.Fault == "":
		return r.Detail
	case r.Detail == "":
		return r.Fault
	}
	return r.Fault + "; " + r.Detail
}

// cell keeps a text on one row of a table.
func cell(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", `\|`)), " ")
}

// Insert puts the report between the markers of a page. The rest of the page stays as it is.
func (r Report) Insert(page string) (string, error) {
	before, rest, ok := strings.Cut(page, beginMarker)
	_, after, ends := strings.Cut(rest, endMarker)
	if !ok || !ends {
		return "", fmt.Errorf("the page has no place for the report: write %q and %q on lines of their own", beginMarker, endMarker)
	}
	return before + beginMarker + "\n\n" + r.Markdown() + "\n" + endMarker + after, nil
}
