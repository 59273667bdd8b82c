package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// figure is how long one page took, with all counters and with a tenth of
// them. A file is told by its first byte: it is as long as what it holds.
type figure struct {
	page        string
	long        bool // shows the whole time that is kept
	bytes       int
	full, tenth []time.Duration
	// whole is the last byte's time, processor what this process worked for one.
	whole     []time.Duration
	processor time.Duration
}

// Aims of a page: how long it may take, and how much longer than with a tenth
// of the counters.
const (
	pageAim  = 50 * time.Millisecond
	ratioAim = 1.5
)

// isFile reports whether a page is a file to keep.
func isFile(page string) bool {
	path, _, _ := strings.Cut(page, "?")
	return strings.Contains(path[strings.LastIndex(path, "/"):], ".")
}

func measure(b *testing.B, full, tenth *office, days int) []figure {
	b.Helper()
	now := time.Now()
	day := func(back int) string { return now.AddDate(0, 0, -back).Format(time.DateOnly) }
	month := now.AddDate(0, 0, 1-now.Day()-11).Format("2006-01")
	short := full.pagesOf(b, []string{"jours=7", "jours=30", "du=" + day(29) + "&au=" + day(0)})
	short = append(short, "/bornes", "/bornes?site=site000000000007", "/bornes/borne00000000007", "/journal", "/configuration", "/enroler",
		"/usages/diffusion.zip?mois="+month, "/usages/rapport?diffusion=externe&mois="+month, "/usages/rapport?diffusion=externe&site=site000000000007&mois="+month,
		"/api/v1/usage?kind=visit&from="+day(29)+"&to="+day(0), "/api/v1/usage?kind=session&by_second=true&kiosk=borne00000000007&from="+day(29)+"&to="+day(0))
	long := full.pagesOf(b, []string{"du=" + day(min(days, 25*30)) + "&au=" + day(0)})
	only := regexp.MustCompile(os.Getenv("BORNE_PAGES_ONLY"))
	var figures []figure
	for i, page := range append(short, long...) {
		if isFile(page) && only.MatchString(page) && full.get(b, page).refused {
			b.Logf("%s is refused: too long for a workbook", page)
			continue
		}
		if only.MatchString(page) {
			figures = append(figures, figureOf(b, full, tenth, page, i >= len(short)))
		}
	}
	return figures
}

// figureOf asks two offices for a page in turns: ten to forty times, a file
// that takes long three times.
func figureOf(b *testing.B, full, tenth *office, page string, long bool) figure {
	b.Helper()
	f := figure{page: page, long: long}
	once := full.get(b, page)
	f.bytes = once.bytes
	tenth.get(b, page)
	least, file := 10, isFile(page)
	if file && once.took > time.Second {
		least = 3
	}
	for began := time.Now(); len(f.full) < 40 && (len(f.full) < least || time.Since(began) < 5*time.Second); {
		before := worked()
		a := full.get(b, page)
		f.processor += worked() - before
		z := tenth.get(b, page)
		f.whole = append(f.whole, a.took)
		if file {
			a.took, z.took = a.first, z.first
		}
		f.full, f.tenth = append(f.full, a.took), append(f.tenth, z.took)
	}
	f.processor /= time.Duration(len(f.full))
	for _, list := range [][]time.Duration{f.full, f.tenth, f.whole} {
		slices.Sort(list)
	}
	return f
}

// worked is how much processor time this process has had.
func worked() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (f figure) ratio() float64 { return float64(at(f.full, 50)) / float64(at(f.tenth, 50)) }

// met says which aims a page meets. Of pages that are there at once, a ratio
// says what else ran.
func (f figure) met() string {
	quick, same := at(f.full, 95) <= pageAim, f.ratio() <= ratioAim || at(f.full, 50) < 5*time.Millisecond
	switch {
	case quick && same:
		return "yes"
	case quick:
		return "50 ms"
	case same:
		return "ratio"
	}
	return "no"
}

func at(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

// report tells the worst of the pages, and each of them in the log.
func report(b *testing.B, engine string, days int, full, tenth *office, figures []figure) {
	b.Helper()
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	slices.SortFunc(figures, func(a, b figure) int { return -cmp.Compare(at(a.full, 95), at(b.full, 95)) })
	var table strings.Builder
	fmt.Fprintf(&table, "%s: %.1f million counters of %d days, against %.1f million of %d days. Milliseconds; of files those to the first byte, with all of it beside.\n",
		engine, float64(full.cells)/1e6, days, float64(tenth.cells)/1e6, days/10)
	fmt.Fprintf(&table, "%9s %9s %9s %9s %6s %-6s %9s %9s %9s  %s\n", "p50", "p95", "tenth p50", "tenth p95", "ratio", "met", "processor", "all p50", "bytes", "page")
	within, both, ratio, worst, worstFile := 0, 0, 0.0, figure{}, time.Duration(0)
	var page time.Duration
	for _, f := range figures {
		fmt.Fprintf(&table, "%9.1f %9.1f %9.1f %9.1f %6.2f %-6s %9.1f %9.1f %9d  %s\n", ms(at(f.full, 50)), ms(at(f.full, 95)), ms(at(f.tenth, 50)), ms(at(f.tenth, 95)), f.ratio(), f.met(),
			ms(f.processor), ms(at(f.whole, 50)), f.bytes, f.page)
		if at(f.full, 95) <= pageAim {
			within++
		}
		if f.met() == "yes" {
			both++
		}
		if isFile(f.page) {
			worstFile = max(worstFile, at(f.full, 95))
		} else {
			page = max(page, at(f.full, 95))
		}
		// A page of 25 months shows ten times as much, where a tenth of the days is there.
		if !f.long && at(f.full, 50) >= 5*time.Millisecond && f.ratio() > ratio {
			ratio, worst = f.ratio(), f
		}
	}
	fmt.Fprintf(&table, "%d of %d within 50 ms, %d within 1.5 times a tenth too; of those of a month at most %s costs most against it.", within, len(figures), both, worst.page)
	b.Log("\n" + table.String())
	if name := os.Getenv("BORNE_PAGES_TABLE"); name != "" {
		if err := os.WriteFile(name+"."+strings.ToLower(engine)+".txt", []byte(table.String()+"\n"), 0o644); err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(ms(max(page, worstFile)), "worst-p95-ms")
	b.ReportMetric(ms(page), "worst-page-p95-ms")
	b.ReportMetric(ms(worstFile), "worst-first-byte-p95-ms")
	b.ReportMetric(ms(at(figures[len(figures)/2].full, 95)), "median-page-p95-ms")
	b.ReportMetric(float64(len(figures)), "pages")
	b.ReportMetric(float64(within), "pages-within-50-ms")
	b.ReportMetric(ms(max(page, worstFile))/ms(pageAim), "worst/aim")
	b.ReportMetric(ratio, "full/tenth")
	b.ReportMetric(0, "ns/op")
}
