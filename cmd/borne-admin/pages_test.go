package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
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
func (o *office) get(b *testing.B, page string) answer {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, page, nil)
	r.AddCookie(o.cookie)
	a := answer{header: http.Header{}, code: http.StatusOK, began: time.Now()}
	o.handler.ServeHTTP(&a, r)
	a.took = time.Since(a.began)
	if a.code == http.StatusUnprocessableEntity && isFile(page) {
		a.refused = true // a workbook of more lines than one may have
	} else if a.code != http.StatusOK {
		b.Fatalf("%s: %d %s", page, a.code, a.body)
	}
	return a
}

// answer is a page or file as it came; of a long one the beginning is kept.
type answer struct {
	header      http.Header
	code, bytes int
	refused     bool
	body        []byte
	began       time.Time
	// first is after how long its first byte came, took its last.
	first, took time.Duration
}

// maxKept is how much of an answer is kept: more than any page is long.
const maxKept = 4 << 20

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(code int) { a.code = code }

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if a.bytes == 0 {
		a.first = time.Since(a.began)
	}
	a.bytes += len(p)
	if len(a.body) < maxKept {
		a.body = append(a.body, p...)
	}
	return len(p), nil
}

// daysOf is how many days the full store of an engine has.
func daysOf(engine string) int {
	days := pagesDays
	for _, name := range []string{"BORNE_PAGES_DAYS", "BORNE_PAGES_DAYS_" + strings.ToUpper(engine)} {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			days = n
		}
	}
	return days
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
				if isFile(pages[i]) {
					continue
				}
				body := o.get(b, pages[i]).body
				for _, link := range exports.FindAllStringSubmatch(string(body), -1) {
					// Links to other periods are pages of their own above, and one site stands for all.
					other := strings.Contains(link[1], "site=") && (site == "" || !strings.HasSuffix(link[1], strings.ReplaceAll(site, "&", "&amp;")))
					if strings.Contains(link[1], strings.Split(period, "&")[0]) && !other {
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
			days := daysOf(name)
			full, tenth := newOffice(b, days, database()), newOffice(b, days/10, database())
			var figures []figure
			for b.Loop() {
				figures = measure(b, full, tenth, days)
			}
			report(b, name, days, full, tenth, figures)
			b.ReportMetric(float64(full.cells)/1e6, "million-counters")
		})
	}
}
