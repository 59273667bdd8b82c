package sites

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"borne/packaging/demo"
)

// Sites answers for every host of the demonstration. Make one with New; it is safe for concurrent use.
type Sites struct {
	hosts map[demo.Host]http.Handler
	stray http.Handler

	mu      sync.Mutex
	reached map[demo.Host]int

	slow atomic.Int64 // time.Duration that a document takes
}

// New returns the sites with empty memories. It fails when an embedded page is inconsistent.
func New() (*Sites, error) {
	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("demonstration sites: %w", err)
	}
	visitors := newTokens[*dossier](maxVisitors)
	identities := newTokens[string](maxVisitors)
	s := &Sites{reached: map[demo.Host]int{}}
	s.stray = s.forbiddenSite(pages)
	s.hosts = map[demo.Host]http.Handler{
		demo.Caf:           cafSite(pages, visitors),
		demo.CafConnect:    cafConnectSite(pages, visitors),
		demo.Ameli:         ameliSite(pages),
		demo.AmeliAccount:  ameliAccountSite(pages, identities),
		demo.FranceConnect: franceConnectSite(pages, identities),
		demo.Impots:        impotsSite(pages),
		demo.InfoRetraite:  retraiteSite(pages),
		demo.CDN:           cdnSite(),
		demo.Collector:     collectorSite(),
		demo.Forbidden:     s.stray,
	}
	return s, nil
}

// maxVisitors bounds what the sites remember; the oldest is forgotten first.
const maxVisitors = 1000

// ServeHTTP answers by host. A name or an address that is none of the sites gets the page that no visitor should see.
func (s *Sites) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := demo.Host(strings.ToLower(r.Host))
	if h, _, err := net.SplitHostPort(string(host)); err == nil {
		host = demo.Host(h)
	}
	site, ok := s.hosts[host]
	if !ok || r.TLS == nil {
		host, site = demo.Forbidden, s.stray
	}
	if r.URL.Path != countersPath {
		s.mu.Lock()
		s.reached[host]++
		s.mu.Unlock()
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if last := time.Duration(s.slow.Load()); last > 0 {
		w = slowly{w, r, last}
	}
	site.ServeHTTP(w, r)
}

// Reached is how many requests each host answered since the start. Requests for unknown names, for an address or
// without TLS count as demo.Forbidden.
func (s *Sites) Reached() map[demo.Host]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[demo.Host]int, len(s.reached))
	for h, n := range s.reached {
		out[h] = n
	}
	return out
}

// countersPath, on demo.Forbidden, answers Reached as JSON: tests ask it from beside the borne's browser.
const countersPath = "/compteurs"

func (s *Sites) forbiddenSite(pages pages) http.Handler {
	mux := newSite()
	mux.Handle("/", pages.show("interdit/accueil", nil))
	mux.HandleFunc("GET "+countersPath, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		// A test's client that left is no fault of ours.
		_ = json.NewEncoder(w).Encode(s.Reached())
	})
	return mux
}
