package chaos

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"borne/packaging/demo/stage"
)

// Visit is what became of one visit.
type Visit struct {
	Fault Fault
	// WentOn says that the visitor could end the visit as meant.
	WentOn bool
	// Leaks are marks of another visit that were seen; each is told in a line.
	Leaks []string
	// Lost and Doubled are acknowledged counts.
	Lost, Doubled uint64
	// Uncounted visits are those of which the log knows nothing.
	Uncounted bool
	// Person says that the borne did not come back by itself.
	Person bool
	// Back is how long the next visitor would have waited for the first screen: from the blow, or from the end of a visit
	// that went on all the same.
	Back time.Duration
}

// Row is one line of the table.
type Row struct {
	Fault                             Fault
	Words                             string
	Visits, WentOn, Leaks             int
	Lost, Doubled, Uncounted, Persons uint64
	Median, Worst                     time.Duration
}

// Rows sums visits up by fault, in the order of Kinds, what was left in peace first; the last row is all of them.
func Rows(visits []Visit) []Row {
	kinds := append([]Kind{{Fault: Nothing, Words: "nothing, for comparison"}}, Kinds()...)
	var rows []Row
	for _, k := range kinds {
		row := sum(k.Fault, k.Words, visits, func(v Visit) bool { return v.Fault == k.Fault })
		if row.Visits > 0 {
			rows = append(rows, row)
		}
	}
	return append(rows, Sum("**all**", visits))
}

// Sum is one row of all the visits.
func Sum(words string, visits []Visit) Row {
	return sum("", words, visits, func(Visit) bool { return true })
}

func sum(f Fault, words string, visits []Visit, is func(Visit) bool) Row {
	row := Row{Fault: f, Words: words}
	var back []time.Duration
	for _, v := range visits {
		if !is(v) {
			continue
		}
		row.Visits++
		row.Leaks += len(v.Leaks)
		row.Lost += v.Lost
		row.Doubled += v.Doubled
		for _, one := range []struct {
			yes  bool
			into *uint64
		}{{v.Uncounted, &row.Uncounted}, {v.Person, &row.Persons}} {
			if one.yes {
				*one.into++
			}
		}
		if v.WentOn {
			row.WentOn++
		}
		if v.Back > 0 {
			back = append(back, v.Back)
		}
	}
	if len(back) > 0 {
		slices.Sort(back)
		row.Median, row.Worst = back[len(back)/2], back[len(back)-1]
	}
	return row
}

// Held reports whether no promise was broken.
func (r Row) Held() bool { return r.Leaks == 0 && r.Lost == 0 && r.Doubled == 0 && r.Persons == 0 }

// Table renders rows in Markdown.
func Table(rows []Row) string {
	var b strings.Builder
	b.WriteString("| what was done | visits | went on | leaks | lost | doubled | not counted | person needed | back, median | worst |\n")
	b.WriteString("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %d | %s | %s |\n", r.Words, r.Visits, r.WentOn, r.Leaks,
			r.Lost, r.Doubled, r.Uncounted, r.Persons, seconds(r.Median), seconds(r.Worst))
	}
	return b.String()
}

func seconds(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Conditions are those of a run, for its head.
type Conditions struct {
	Day      time.Time
	Versions stage.Versions
	// Target is what `make` was asked for: "make chaos VISITS=200 SEED=7".
	Target string
}

// String is the first line of a section.
func (c Conditions) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Written by `%s` on %s", c.Target, c.Day.Format(time.DateOnly))
	for _, v := range []struct{ name, value string }{
		{"borne", c.Versions.Borne}, {"Debian", c.Versions.Debian}, {"Chromium", c.Versions.Chromium}, {"kernel", c.Versions.Kernel},
		{"on", c.Versions.Machine},
	} {
		if v.value != "" {
			fmt.Fprintf(&b, ", %s %s", v.name, v.value)
		}
	}
	return b.String() + "."
}

// Section puts a text between the markers of that name in a page. The rest of the page stays as it is.
func Section(page, name, text string) (string, error) {
	begin, end := "<!-- "+name+": begin -->", "<!-- "+name+": end -->"
	before, rest, ok := strings.Cut(page, begin)
	_, after, ends := strings.Cut(rest, end)
	if !ok || !ends || strings.Contains(after, begin) {
		return "", fmt.Errorf("the page has no one place for %s: write %q and %q on lines of their own, once", name, begin, end)
	}
	return before + begin + "\n\n" + strings.TrimSpace(text) + "\n\n" + end + after, nil
}
