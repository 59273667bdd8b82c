package storetest

import (
	"fmt"
	"slices"
	"testing"

	"borne/admin"
	"borne/admin/store"
)

// testAuditExpiry lets time go by over the audit log: lines of more than twelve
// months go, a day later at most, and a line says so.
func testAuditExpiry(t *testing.T, s *store.Store, clock *Clock) {
	start := clock.T
	lines := func() (objects []string) {
		t.Helper()
		log, err := s.AuditLog(t.Context(), admin.AuditFilter{})
		must(t, err)
		for _, e := range log {
			if e.Action == admin.AuditExpire {
				objects = append(objects, e.Detail)
			} else if e.Action == admin.AuditLogin {
				objects = append(objects, e.Object)
			}
		}
		slices.Reverse(objects)
		return objects
	}
	for month := range 14 {
		clock.T = start.AddDate(0, month, 0)
		must(t, s.Audit(t.Context(), "claire", admin.AuditLogin, fmt.Sprintf("month %d", month), ""))
		must(t, s.Tidy(t.Context()))
	}
	// The lines of before "month 1", which stands on the last day that is kept;
	// those of the first start are among them.
	if got := lines(); len(got) != 14 || got[0] != "month 1" || got[12] != "month 13" {
		t.Errorf("after fourteen months: %q", got)
	}
	clock.T = clock.T.AddDate(0, 0, 1)
	must(t, s.Tidy(t.Context()))
	if got := lines(); got[0] != "month 1" {
		t.Errorf("a day later, within what is removed once a day: %q", got)
	}
	clock.T = clock.T.AddDate(0, 0, 1)
	must(t, s.Tidy(t.Context()))
	if got := lines(); got[0] != "month 2" {
		t.Errorf("two days later: %q", got)
	}
}
