package api_test

import (
	"testing"

	"borne/admin/admintest"
)

func newBorne(t testing.TB, o *office, code string) *admintest.Borne {
	t.Helper()
	b := admintest.NewBorne(o.url, o.clock.Now)
	if _, err := b.Enrol(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	return b
}
