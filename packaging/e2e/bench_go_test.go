package e2e_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goFigure says how one of the Go benchmarks is told in the table: by its
// line's units, each in a sentence.
type goFigure struct {
	name, what string
	// units are told in this order; ratio is the one that compares.
	units []string
	ratio string
	// least and most are the aim for the ratio, 0 for none.
	least, most float64
	// over is another benchmark, whose first unit this one's is divided by.
	over string
}

// goFigures lists the benchmarks that are told, in order.
var goFigures = []goFigure{
	{name: "BenchmarkDecide/10", what: "Allowlist, one decision, 10 rules", units: []string{"ns/op", "allocs/op"}},
	{name: "BenchmarkDecide/10000", what: "— 10 000 rules, against 10", units: []string{"ns/op", "allocs/op"}, over: "BenchmarkDecide/10"},
	{name: "BenchmarkDecide/100000", what: "— 100 000 rules, against 10", units: []string{"ns/op", "allocs/op"}, over: "BenchmarkDecide/10"},
	{name: "BenchmarkBulk", what: "Egress proxy, one large download, against a bare relay", units: []string{"proxy-MB/s", "bare-MB/s"}, ratio: "proxy/bare"},
	{name: "BenchmarkConnect", what: "Egress proxy, new connection to first byte, against a bare relay", units: []string{"proxy-p50-µs", "bare-p50-µs", "proxy-p99-µs", "bare-p99-µs"}, ratio: "proxy/bare-p50"},
	{name: "BenchmarkIdleTunnels", what: "Egress proxy, memory of an idle tunnel", units: []string{"KiB/tunnel"}},
	{name: "BenchmarkPeersBulk", what: "Egress proxy's process, 8 large downloads at once, against a bare relay's", units: []string{"borne-MB/s", "bare-MB/s"}, ratio: "borne/bare", least: 0.85},
	{name: "BenchmarkPeersBulk", what: "— against the faster of squid and tinyproxy", units: []string{"squid-MB/s", "tinyproxy-MB/s"}, ratio: "borne/peer", least: 1},
	{name: "BenchmarkPeersConnect", what: "— what it adds to a new TLS connection, p50, against the faster of both", units: []string{"borne-adds-p50-µs", "squid-adds-p50-µs", "tinyproxy-adds-p50-µs", "direct-p50-µs"}, ratio: "borne/peer-p50", most: 1},
	{name: "BenchmarkPeersConnect", what: "— the same, p99", units: []string{"borne-adds-p99-µs", "squid-adds-p99-µs", "tinyproxy-adds-p99-µs", "direct-p99-µs"}, ratio: "borne/peer-p99", most: 1},
	{name: "BenchmarkPeersIdle", what: "— memory (PSS) of an idle tunnel among 2 000, against the aim of 25 KB", units: []string{"borne-KB/tunnel", "squid-KB/tunnel", "tinyproxy-KB/tunnel"}, ratio: "borne/aim", most: 1},
	{name: "BenchmarkVisit", what: "Sandbox alone, with a Chromium", units: []string{"start-median-ms", "first-answer-median-ms", "wipe+proof-median-ms", "wipe+proof-worst-ms", "proof-median-ms"}},
	{name: "BenchmarkScreenChanges", what: "Shell, from a new state on the bus to the last point of its screen, p95 of 200, against the aim of 100 ms", units: []string{"p95-ms", "p50-ms"}, ratio: "p95/aim", most: 1},
	{name: "BenchmarkScreenChanges", what: "— resident memory that 1 000 changes of screen add", units: []string{"MB-more"}},
	{name: "BenchmarkStart", what: "Shell, start to the last point of its first screen, against a window of the same library with one word in it", units: []string{"shell-ms", "bare-ms"}, ratio: "shell/bare"},
	{name: "BenchmarkIdle/page", what: "Shell, while a visitor reads a page and the time left is shown", units: []string{"%core", "MB"}},
	{name: "BenchmarkRecordVisit", what: "Usage log, one visit's counters on disk, against a plain SQLite transaction of the same rows", units: []string{"visit-µs", "plain-µs"}, ratio: "visit/plain"},
	{name: "BenchmarkCheckIn", what: "Central office (SQLite), check-ins of one borne, one after the other", units: []string{"check-ins/s"}},
	{name: "BenchmarkCheckInsTogether", what: "— of 64 bornes at once over TLS, against a million bornes every five minutes", units: []string{"check-ins/s"}, ratio: "check-ins/aim", least: 1},
	{name: "BenchmarkLongPolls", what: "Central office, memory of a long poll among 10 000, against the aim of 40 KB", units: []string{"KB/poll"}, ratio: "poll/aim", most: 1},
	{name: "BenchmarkPages/SQLite", what: "Central office (SQLite), slowest page, or first byte of a file, over 25 months, p95, against the aim of 50 ms", units: []string{"worst-p95-ms", "median-page-p95-ms", "pages-within-50-ms", "pages", "million-counters"}, ratio: "worst/aim", most: 1},
	{name: "BenchmarkPages/SQLite", what: "— of those that show a month at most, the worst against a tenth of the counters", units: []string{"million-counters"}, ratio: "full/tenth", most: 1.5},
	{name: "BenchmarkPages/PostgreSQL", what: "Central office (PostgreSQL, fewer days), slowest page or file, p95, against the aim of 50 ms", units: []string{"worst-p95-ms", "median-page-p95-ms", "pages-within-50-ms", "pages", "million-counters"}, ratio: "worst/aim", most: 1},
	{name: "BenchmarkPages/PostgreSQL", what: "— of those that show a month at most, the worst against a tenth of the counters", units: []string{"million-counters"}, ratio: "full/tenth", most: 1.5},
	{name: "BenchmarkIngestSQLite", what: "Counters from 64 bornes through TLS to commit, against the same rows straight into SQLite", units: []string{"cells/s", "straight-rows/s"}, ratio: "ingest/straight", least: 0.4},
	{name: "BenchmarkIngestSQLite", what: "— against 40 000 a second", units: []string{"cells/s"}, ratio: "ingest/aim", least: 1},
	{name: "BenchmarkIngestPostgres", what: "— the same on PostgreSQL, against COPY", units: []string{"cells/s", "straight-rows/s"}, ratio: "ingest/straight", least: 0.4},
	{name: "BenchmarkIngestPostgres", what: "— against 40 000 a second", units: []string{"cells/s"}, ratio: "ingest/aim", least: 1},
}

// addGoBenchmarks adds what `go test -bench` wrote into a file.
func (f *figures) addGoBenchmarks(t *testing.T, file string) {
	t.Helper()
	if file == "" {
		return
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
		return
	}
	all := parseGoBenchmarks(string(raw))
	for _, g := range goFigures {
		values, ok := all[g.name]
		if !ok {
			f.add(row{what: g.what, figure: "not measured: " + g.name})
			t.Errorf("%s names no %s", file, g.name)
			continue
		}
		r := row{what: g.what}
		var parts []string
		for _, unit := range g.units {
			parts = append(parts, readable(values[unit], unit))
		}
		r.figure = strings.Join(parts, ", ")
		switch base := all[g.over]; {
		case g.ratio != "" && values[g.ratio] == 0:
			r.ratio = "not measured: a busy machine"
		case g.ratio != "":
			r.ratio = fmt.Sprintf("%.2f", values[g.ratio])
			switch {
			case g.least != 0:
				r.aim, r.met = fmt.Sprintf("≥ %.2f", g.least), met(values[g.ratio] >= g.least)
			case g.most != 0:
				r.aim, r.met = fmt.Sprintf("≤ %.2f", g.most), met(values[g.ratio] <= g.most)
			}
		case base != nil:
			r.ratio = fmt.Sprintf("%.2f", values[g.units[0]]/base[g.units[0]])
		}
		f.add(r)
	}
}

// readable puts a space before the unit and keeps three digits.
func readable(v float64, unit string) string {
	switch {
	case unit == "ns/op" && v >= 1e6:
		v, unit = v/1e6, "ms/op"
	case unit == "ns/op" && v >= 1e4:
		v, unit = v/1e3, "µs/op"
	}
	digits := 0
	for _, limit := range []float64{100, 10} {
		if v < limit && v != float64(int64(v)) {
			digits++
		}
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + unit
}

// parseGoBenchmarks reads the lines of `go test -bench`: name, count, then
// pairs of a value and its unit. Of a benchmark that ran several times, the
// median of each unit counts.
func parseGoBenchmarks(text string) map[string]map[string]float64 {
	seen := map[string]map[string][]float64{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := fields[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i] // the number of processors
		}
		if seen[name] == nil {
			seen[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				seen[name][fields[i+1]] = append(seen[name][fields[i+1]], v)
			}
		}
	}
	all := map[string]map[string]float64{}
	for name, units := range seen {
		all[name] = map[string]float64{}
		for unit, values := range units {
			slices.Sort(values)
			all[name][unit] = values[len(values)/2]
		}
	}
	return all
}

func TestParseGoBenchmarks(t *testing.T) {
	all := parseGoBenchmarks("goos: linux\nBenchmarkDecide/10-2   \t 100\t 30.5 ns/op\t 0 B/op\n" +
		"BenchmarkDecide/10-2 100 10 ns/op 0 B/op\nBenchmarkDecide/10-2 100 20 ns/op 0 B/op\nBenchmarkBulk-2 1 5.25 proxy/bare\nPASS\n")
	if v := all["BenchmarkDecide/10"]["ns/op"]; v != 20 {
		t.Errorf("median %v, want 20", v)
	}
	if v := all["BenchmarkBulk"]["proxy/bare"]; v != 5.25 {
		t.Errorf("ratio %v", v)
	}
	if got := readable(123456789, "ns/op"); got != "123 ms/op" {
		t.Errorf("%q", got)
	}
	if got := readable(20.26, "ns/op"); got != "20.3 ns/op" {
		t.Errorf("%q", got)
	}
}
