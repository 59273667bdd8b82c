package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The aims, from the issue "One visit, end to end" where nothing else is said.
const (
	aimTapRatio    = 0.15
	aimEndMedian   = 150 * time.Millisecond
	aimEndWorst    = 500 * time.Millisecond
	aimProof       = 100 * time.Millisecond // "well under a second", of the issue "Nothing stays, nothing stops"
	aimBornedCore  = 0.005
	aimBornedBytes = 40e6
	aimShellCore   = 0.02
	aimShellBytes  = 170e6
)

// row is one figure. Ratio is the figure in parts of its aim, or of what it is
// compared with; a row without an aim is there to be understood by.
type row struct {
	what, figure, against, ratio string
	aim, met                     string
}

// figures is all that one run measured.
type figures struct {
	date                  time.Time
	machine               string
	loadBefore, loadAfter string
	rows                  []row
	fresh, used           idleFigures
}

func newFigures(load string) *figures { return &figures{date: time.Now(), loadBefore: load} }

func (f *figures) add(r row) { f.rows = append(f.rows, r) }

// against adds a row whose figure and aim have the same unit.
func (f *figures) against(what string, figure, aim float64, show func(float64) string) {
	f.add(row{what: what, figure: show(figure), aim: "≤ " + show(aim), ratio: fmt.Sprintf("%.2f of the aim", figure/aim), met: met(figure <= aim)})
}

func met(yes bool) string {
	if yes {
		return "yes"
	}
	return "**no**"
}

func (f *figures) addTap(openings []opening, bare []time.Duration) {
	var asked, painted, shown []time.Duration
	for _, o := range openings {
		asked, painted, shown = append(asked, o.asked), append(painted, o.painted), append(shown, o.shown)
	}
	cold := median(bare)
	compare := func(what string, d []time.Duration, aim string) {
		ratio := median(d).Seconds() / cold.Seconds()
		r := row{what: what, figure: spread(d), against: spread(bare), ratio: fmt.Sprintf("%.3f", ratio)}
		if aim != "" {
			r.aim, r.met = aim, met(ratio <= aimTapRatio)
		}
		f.add(r)
	}
	compare("Tap on « Commencer » → first contentful paint", painted, fmt.Sprintf("≤ %.2f", aimTapRatio))
	compare("— the same → the page's words on the screen", shown, "")
	compare("— of which tap → borned asked by the shell", asked, "")
}

func (f *figures) addEnd(answered, proof []time.Duration, waiting, begun []time.Duration) {
	show := func(v float64) string { return ms(time.Duration(v)) }
	f.against(fmt.Sprintf("« Terminer » → next visitor safe, median of %d", len(answered)), float64(median(answered)), float64(aimEndMedian), show)
	f.against(fmt.Sprintf("— worst of %d", len(answered)), float64(slices.Max(answered)), float64(aimEndWorst), show)
	f.against("— of which the proof of wipe alone, median", float64(median(proof)), float64(aimProof), show)
	f.against("— of which the proof of wipe alone, worst", float64(slices.Max(proof)), float64(aimProof), show)
	f.add(row{what: "Order to open → first contentful paint, standby browser waiting", figure: spread(waiting), against: spread(begun),
		ratio: fmt.Sprintf("%.3f", median(waiting).Seconds()/median(begun).Seconds())})
	f.add(row{what: "— the same without one: the browser starts with the visit", figure: spread(begun)})
}

func (f *figures) addIdle() {
	core := func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }
	memory := func(v float64) string { return fmt.Sprintf("%.0f MB", v/1e6) }
	for _, when := range []struct {
		words string
		idle  idleFigures
	}{{"since its start", f.fresh}, {fmt.Sprintf("after %d visits", tapVisits+endVisits+1), f.used}} {
		f.against("borned, processor, "+when.words, when.idle.borned.core, aimBornedCore, core)
		f.against("borned, resident memory, "+when.words, float64(when.idle.borned.rss), aimBornedBytes, memory)
		f.against("shell, processor, "+when.words, when.idle.shell.core, aimShellCore, core)
		f.against("shell, resident memory, "+when.words, float64(when.idle.shell.rss), aimShellBytes, memory)
		f.add(row{what: "— the same with shared pages divided (PSS)", figure: memory(float64(when.idle.shell.pss))})
		f.add(row{what: "X server (Xvnc), " + when.words, figure: core(when.idle.screen.core) + ", " + memory(float64(when.idle.screen.rss))})
		f.add(row{what: "whole borne with a standby Chromium, " + when.words,
			figure: core(when.idle.whole.core) + ", " + memory(float64(when.idle.whole.pss)) + " (PSS)"})
	}
}

// ms writes a time in milliseconds, with a decimal where it is short.
func ms(d time.Duration) string {
	v := float64(d) / float64(time.Millisecond)
	if v < 10 {
		return fmt.Sprintf("%.1f ms", v)
	}
	return fmt.Sprintf("%.0f ms", v)
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

func spread(d []time.Duration) string { return spreadIn(ms, d) }

func spreadIn(unit func(time.Duration) string, d []time.Duration) string {
	return fmt.Sprintf("%s (%s to %s, n = %d)", unit(median(d)), unit(slices.Min(d)), unit(slices.Max(d)), len(d))
}

// loadAverage is what uptime shows: the figures of a busy machine are not the
// borne's.
func loadAverage() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:3], " ")
}

// machine describes what was measured on.
func (b *bench) machine(ctx context.Context, t *testing.T) string {
	t.Helper()
	read := func(name string, arg ...string) string {
		out, err := b.stage.Host.Run(ctx, name, arg...)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(out)
	}
	return fmt.Sprintf("%s, Linux %s; inside, Debian %s, %s, %s; Go %s", hardware(t), read("uname", "-r"), read("cat", "/etc/debian_version"),
		strings.SplitN(read("systemctl", "--version"), " (", 2)[0], strings.SplitN(read("/usr/lib/chromium/chromium", "--version"), " built", 2)[0],
		strings.TrimPrefix(runtime.Version(), "go"))
}

// hardware describes the machine without what runs on it.
func hardware(t *testing.T) string {
	t.Helper()
	processor := "unknown"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores (%s), %s", runtime.NumCPU(), processor, memoryOf(t))
}

func memoryOf(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	var kib int64
	if _, err := fmt.Sscanf(string(raw), "MemTotal: %d kB", &kib); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%.0f GB", float64(kib)*1024/1e9)
}

// text is the whole result, as a Markdown section that reads as it stands.
func (f *figures) text() string {
	var out strings.Builder
	fmt.Fprintf(&out, "\nMeasured on %s, on %s.\n", f.date.Format(time.DateOnly), f.machine)
	fmt.Fprintf(&out, "Load averages of the machine: %s before, %s after.\n\n", f.loadBefore, f.loadAfter)
	table := [][]string{{"Figure", "Measured: median (range)", "Against", "Ratio", "Aim", "Met"}}
	for _, r := range f.rows {
		table = append(table, []string{r.what, r.figure, r.against, r.ratio, r.aim, r.met})
	}
	out.WriteString(markdown(table))
	return out.String()
}

// markdown aligns a table so that it also reads in a terminal.
func markdown(table [][]string) string {
	widths := make([]int, len(table[0]))
	for _, cells := range table {
		for i, c := range cells {
			widths[i] = max(widths[i], len([]rune(c)))
		}
	}
	var out strings.Builder
	line := func(cells []string, fill string) {
		for i, c := range cells {
			out.WriteString("| " + c + strings.Repeat(fill, widths[i]-len([]rune(c))) + " ")
		}
		out.WriteString("|\n")
	}
	for i, cells := range table {
		line(cells, " ")
		if i == 0 {
			line(make([]string, len(cells)), "-")
		}
	}
	return out.String()
}

// The figures of docs/benchmarks.md stand between these.
const (
	figuresBegin = "<!-- figures: written by make bench KEEP=yes -->\n"
	figuresEnd   = "<!-- end of figures -->\n"
)

// keep writes the figures into a document, in the place of those it has.
func (f *figures) keep(t *testing.T, document string) {
	t.Helper()
	if document == "" {
		return
	}
	path := filepath.Join("../..", document)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), figuresBegin)
	_, after, ended := strings.Cut(rest, figuresEnd)
	if !ok || !ended {
		t.Fatalf("%s has no place for figures", document)
	}
	if err := os.WriteFile(path, []byte(before+figuresBegin+f.text()+"\n"+figuresEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
