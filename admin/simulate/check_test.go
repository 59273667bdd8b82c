package simulate

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"borne/admin"
	"borne/kiosk"
)

// ledger is a central office that holds these counters, of every borne.
type ledger struct {
	Office
	held map[kiosk.Key]uint64
	err  error
}

func (l ledger) Usage(_ context.Context, q admin.UsageQuery) (rows []admin.UsageRow, err error) {
	for k, n := range l.held {
		if k.Kind == q.Kind {
			rows = append(rows, admin.UsageRow{Kind: k.Kind, Day: k.Day, Hour: k.Hour, First: k.First, Second: k.Second, Count: n})
		}
	}
	return rows, l.err
}

// TestCheckSeesWhatIsWrong: a check that cannot fail shows nothing.
func TestCheckSeesWhatIsWrong(t *testing.T) {
	visit := kiosk.Key{Kind: kiosk.CellVisit, Day: "2026-09-01", Hour: kiosk.NoHour, First: "caf", Second: "0-5"}
	other := kiosk.Key{Kind: kiosk.CellSession, Day: "2026-09-01", Hour: 9, First: "button", Second: "0-5"}
	for what, c := range map[string]struct {
		held map[kiosk.Key]uint64
		// loose: some cells were never acknowledged.
		loose bool
		err   error
		says  string
	}{
		"as it should be":        {held: map[kiosk.Key]uint64{visit: 5}},
		"lost":                   {held: map[kiosk.Key]uint64{}, says: "5 acknowledged, 0 held"},
		"doubled":                {held: map[kiosk.Key]uint64{visit: 10}, says: "5 acknowledged, 10 held"},
		"from nowhere":           {held: map[kiosk.Key]uint64{visit: 5, other: 1}, says: "1 held, none acknowledged"},
		"more, some on the way":  {held: map[kiosk.Key]uint64{visit: 6, other: 1}, loose: true},
		"lost, some on the way":  {held: map[kiosk.Key]uint64{visit: 4}, loose: true, says: "5 acknowledged, 4 held"},
		"an office that is gone": {err: errors.New("gone"), says: "gone"},
	} {
		s := &simulation{Options: Options{}, day: "2026-09-01", totals: newTotals()}
		s.totals.held[visit] = 5
		s.totals.closed.Store(1)
		if !c.loose {
			s.totals.acknowledged.Store(1)
		}
		got := s.check(t.Context(), ledger{held: c.held, err: c.err})
		said := got.Problem + strings.Join(got.Words, "\n")
		if got.OK() != (c.says == "") || !strings.Contains(said, c.says) {
			t.Errorf("%s: %+v, want %q", what, got, c.says)
		}
	}
}

func TestRetryAfterIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		totals := newTotals()
		m := &meter{totals: totals, heard: func() {}, next: answers(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {"30"}}, Body: http.NoBody}, nil
		})}
		for _, wait := range []time.Duration{0, 10 * time.Second, 31 * time.Second} {
			time.Sleep(wait)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://office.example"+kiosk.PathCheckIn+"?wait=0", nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.RoundTrip(req); err != nil {
				t.Fatal(err)
			}
		}
		if r := &totals.retry; r.asked != 3 || r.ignored != 1 || r.heeded != 1 || totals.errors["status 503"] != 3 {
			t.Errorf("%d asked, %d ignored, %d heeded, errors %v", r.asked, r.ignored, r.heeded, totals.errors)
		}
	})
}

type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestQuantiles(t *testing.T) {
	var h histogram
	for i := range 1000 {
		h.add(time.Duration(i+1) * time.Millisecond)
	}
	l := h.latency()
	for what, c := range map[string][2]time.Duration{"p50": {l.P50, 500 * time.Millisecond}, "p95": {l.P95, 950 * time.Millisecond},
		"p99": {l.P99, 990 * time.Millisecond}, "longest": {l.Longest, time.Second}} {
		if off := float64(c[0]) / float64(c[1]); off < 0.98 || off > 1.03 {
			t.Errorf("%s is %s, want about %s", what, c[0], c[1])
		}
	}
}
