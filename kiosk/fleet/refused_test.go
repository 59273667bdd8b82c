package fleet

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"borne/kiosk"
)

// TestQuarantinedBorneStillBringsCells: the central office does not listen to it, and keeps what it counted apart.
func TestQuarantinedBorneStillBringsCells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newField(t, nil)
		brought := 0
		f.start(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == kiosk.PathCells {
					brought++
					return next.RoundTrip(r)
				}
				return answer(http.StatusForbidden, "application/problem+json", `{"status":403,"title":"Forbidden","detail":"this borne is quarantined"}`), nil
			})
		})
		f.cells.add(3)
		f.run(t, time.Hour)
		if n := len(f.office.cells["e1"]); n != 3 || brought != 1 {
			t.Errorf("%d cells came in %d requests, want 3 in one", n, brought)
		}
		if p := f.agent.Status().Problem; !strings.Contains(p, "quarantined") {
			t.Errorf("problem %q", p)
		}
		f.cells.add(2)
		f.run(t, time.Hour)
		if n := len(f.office.cells["e1"]); n != 5 {
			t.Errorf("%d cells came, want 5", n)
		}
	})
}
