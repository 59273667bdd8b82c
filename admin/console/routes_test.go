package console

import (
	"slices"
	"testing"
)

// A page that asks no one is here by decision.
func TestPublicRoutes(t *testing.T) {
	open := []string{"GET /connexion", "POST /connexion", "GET /connexion/{token}", "POST /connexion/{token}", "POST /deconnexion", "GET /actifs/{name}"}
	for _, r := range routes() {
		if r.public != slices.Contains(open, r.pattern) {
			t.Errorf("%s: public is %t", r.pattern, r.public)
		}
		if r.public == (r.permission != "") {
			t.Errorf("%s: a route is public or asks a permission", r.pattern)
		}
		if r.handle == nil {
			t.Errorf("%s has no handler", r.pattern)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/bornes?nom=x", "//ailleurs.example", `/\ailleurs.example`, "https://ailleurs.example", "javascript:alert(1)", "/\t/ailleurs.example", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := localPath(s)
		if got != "/" && got != s {
			t.Errorf("%q became %q", s, got)
		}
		if len(got) == 0 || got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Errorf("%q leads to %q", s, got)
		}
	})
}
