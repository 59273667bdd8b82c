package main

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"borne/admin"
	"borne/admin/api"
	"borne/admin/auth"
	"borne/admin/publish"
	"borne/admin/store"
	"borne/admin/store/storetest"
)

// full and tenth are measured beside each other: the same bornes and sites, the
// second with a tenth of the days. Pages of the last month show the same.
const (
	pagesBornes = 1000
	pagesSites  = 100
	pagesDays   = 76 // BORNE_PAGES_DAYS=760 for 18 million counters
)

// office is a central office with a fleet's counters, and an operator who is in.
type office struct {
	handler http.Handler
	cookie  *http.Cookie
	cells   int
}

func newOffice(b *testing.B, days int, database string) *office {
	b.Helper()
	dir, known := b.TempDir(), 0
	if kept := os.Getenv("BORNE_PAGES_KEEP"); kept != "" && database == "" {
		dir = filepath.Join(kept, strconv.Itoa(days))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			b.Fatal(err)
		}
		known = keptCounters(dir)
	}
	open := func() *store.Store {
		st, err := store.Open(b.Context(), dir, store.Options{Create: true, Database: database})
		if err != nil {
			b.Fatal(err)
		}
		return st
	}
	if err := open().Close(); err != nil {
		b.Fatal(err)
	}
	cells := known
	if known == 0 {
		began := time.Now()
		cells = storetest.Fleet{Bornes: pagesBornes, Sites: pagesSites, Days: days, Last: time.Now().UTC().Truncate(24 * time.Hour)}.Fill(b, dir, database)
		b.Logf("%d counters of %d days in %v", cells, days, time.Since(began).Round(time.Second))
		if err := os.WriteFile(filepath.Join(dir, countersFile), []byte(strconv.Itoa(cells)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	st := open()
	b.Cleanup(func() {
		if err := st.Close(); err != nil {
			b.Error(err)
		}
	})
	key, err := store.SigningKey(dir)
	if err != nil {
		b.Fatal(err)
	}
	signIn, err := auth.New(st, false, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(b.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	made := parts{store: st, auth: signIn, bell: api.NewBell(), key: key, log: log, presence: api.NewPresence(st, log),
		publisher: publish.Publisher{Releases: st, Key: key, Now: time.Now}}
	handler, err := made.handler(Data{Data: dir, PublicURL: "http://127.0.0.1"})
	if err != nil {
		b.Fatal(err)
	}
	who, err := st.CreateOperator(b.Context(), admin.Operator{Mail: admin.NewID() + "@example.fr", Name: "Léa", Role: admin.Administrator}, "test")
	if err != nil {
		b.Fatal(err)
	}
	in := httptest.NewRecorder()
	if err := signIn.StartSession(in, httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil), who); err != nil {
		b.Fatal(err)
	}
	return &office{handler: handler, cookie: in.Result().Cookies()[0], cells: cells}
}

// countersFile stands beside a store that was filled to its end.
const countersFile = "counters"

// keptCounters is how many counters a store holds that an earlier run filled, 0
// for none.
func keptCounters(dir string) int {
	raw, err := os.ReadFile(filepath.Join(dir, countersFile))
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0
	}
	return n
}

// get asks for a page, and returns what it was and how long it took.
func (o *office) get(b *testing.B, page string) (body string, took time.Duration) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, page, nil)
	r.AddCookie(o.cookie)
	w := httptest.NewRecorder()
	began := time.Now()
	o.handler.ServeHTTP(w, r)
	took = time.Since(began)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: %d %s", page, w.Code, w.Body)
	}
	return w.Body.String(), took
}

// exports are what a page offers of the same period: its files, and other views.
var exports = regexp.MustCompile(`href="(/usages[^"#]*)"`)

// pagesOf lists the addresses that show usage: the pages of some periods, of all
// sites and of one, and whatever those link to, files among it. What a form asks
// for, a publication, is not there.
func (o *office) pagesOf(b *testing.B, periods []string) []string {
	b.Helper()
	var pages []string
	seen := map[string]bool{}
	add := func(page string) {
		page = strings.ReplaceAll(page, "&amp;", "&")
		if !seen[page] {
			seen[page] = true
			pages = append(pages, page)
		}
	}
	for _, period := range periods {
		for _, site := range []string{"", "&site=site000000000007"} {
			first := len(pages)
			add("/usages?" + period + site)
			for i := first; i < len(pages); i++ {
				body, _ := o.get(b, pages[i])
				for _, link := range exports.FindAllStringSubmatch(body, -1) {
					// Links to other periods are pages of their own above.
					if strings.Contains(link[1], strings.Split(period, "&")[0]) {
						add(link[1])
					}
				}
			}
		}
	}
	return pages
}

// BenchmarkPages asks two central offices for every page and file that shows
// usage, in turns.
func BenchmarkPages(b *testing.B) {
	for name, database := range map[string]func() string{
		"SQLite":     func() string { return "" },
		"PostgreSQL": func() string { return storetest.StartPostgres(b).Database(b) },
	} {
		b.Run(name, func(b *testing.B) {
			days := pagesDays
			if n, err := strconv.Atoi(os.Getenv("BORNE_PAGES_DAYS")); err == nil {
				days = n
			}
			full, tenth := newOffice(b, days, database()), newOffice(b, days/10, database())
			var figures []figure
			for b.Loop() {
				figures = measure(b, full, tenth, days)
			}
			report(b, figures)
			b.ReportMetric(float64(full.cells)/1e6, "million-counters")
		})
	}
}

// figure is how long one page took, with all counters and with a tenth of them.
type figure struct {
	page        string
	long        bool // shows the whole time that is kept
	bytes       int
	full, tenth []time.Duration
}

func measure(b *testing.B, full, tenth *office, days int) []figure {
	b.Helper()
	now := time.Now()
	day := func(back int) string { return now.AddDate(0, 0, -back).Format(time.DateOnly) }
	short := full.pagesOf(b, []string{"jours=7", "jours=30", "du=" + day(29) + "&au=" + day(0)})
	short = append(short, "/bornes", "/bornes?site=site000000000007", "/bornes/borne00000000007", "/journal", "/configuration", "/enroler",
		"/api/v1/usage?kind=visit&from="+day(29)+"&to="+day(0), "/api/v1/usage?kind=session&by_second=true&kiosk=borne00000000007&from="+day(29)+"&to="+day(0))
	long := full.pagesOf(b, []string{"du=" + day(min(days, 25*30)) + "&au=" + day(0)})
	var figures []figure
	for i, page := range append(short, long...) {
		f := figure{page: page, long: i >= len(short)}
		body, _ := full.get(b, page)
		f.bytes = len(body)
		tenth.get(b, page)
		for began := time.Now(); len(f.full) < 40 && (len(f.full) < 10 || time.Since(began) < 8*time.Second); {
			_, took := full.get(b, page)
			f.full = append(f.full, took)
			_, took = tenth.get(b, page)
			f.tenth = append(f.tenth, took)
		}
		slices.Sort(f.full)
		slices.Sort(f.tenth)
		figures = append(figures, f)
	}
	return figures
}

func (f figure) ratio() float64 { return float64(at(f.full, 50)) / float64(at(f.tenth, 50)) }

func at(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

// report tells the worst of the pages, and each of them in the log.
func report(b *testing.B, figures []figure) {
	b.Helper()
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	slices.SortFunc(figures, func(a, b figure) int { return -cmp.Compare(at(a.full, 95), at(b.full, 95)) })
	within, ratio, worst := 0, 0.0, figure{}
	for _, f := range figures {
		b.Logf("%8.1f ms p95 %8.1f ms p50 %8.1f ms p50 of a tenth, ratio %.2f, %7d bytes  %s", ms(at(f.full, 95)), ms(at(f.full, 50)), ms(at(f.tenth, 50)), f.ratio(), f.bytes, f.page)
		if at(f.full, 95) <= 50*time.Millisecond {
			within++
		}
		// Of pages that are there at once, a ratio says what else ran.
		if !f.long && at(f.full, 50) >= 5*time.Millisecond && f.ratio() > ratio {
			ratio, worst = f.ratio(), f
		}
	}
	b.Logf("the page that costs most against a tenth of the counters: %s", worst.page)
	b.ReportMetric(ms(at(figures[0].full, 95)), "worst-p95-ms")
	b.ReportMetric(ms(at(figures[len(figures)/2].full, 95)), "median-page-p95-ms")
	b.ReportMetric(float64(len(figures)), "pages")
	b.ReportMetric(float64(within), "pages-within-50-ms")
	b.ReportMetric(ms(at(figures[0].full, 95))/50, "worst/aim")
	b.ReportMetric(ratio, "full/tenth")
	b.ReportMetric(0, "ns/op")
}
