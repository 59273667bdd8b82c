package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestErase lets somebody in no more, beside a server that runs, and erases
// their account.
func TestErase(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data)
	const mail = "anne@caf.fr"
	call := func(args ...string) string {
		t.Helper()
		out, err := run(t, append(args, "--data", data)...)
		if err != nil {
			t.Fatal(out, err)
		}
		return out
	}
	if out, err := run(t, "disable-operator", "--operator", "administrateur@localhost", "--data", data); err == nil || !strings.Contains(out, "--role administrator") {
		t.Errorf("the only administrator: %q, %v, want a hint to make another one first", out, err)
	}
	call("operator", "--mail", mail, "--role", "manager")
	token := call("token", "--operator", mail)
	lets := func() int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/kiosks", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if got := lets(); got != http.StatusOK {
		t.Fatalf("before: %d", got)
	}
	if out, err := run(t, "erase-operator", "--operator", mail, "--data", data); err == nil || !strings.Contains(out, "disable") {
		t.Errorf("an open account: %q, %v, want a hint to disable it first", out, err)
	}
	call("disable-operator", "--operator", mail)
	if got := lets(); got != http.StatusUnauthorized {
		t.Errorf("disabled: %d, want 401", got)
	}
	if said := call("erase-operator", "--operator", mail); !strings.HasPrefix(said, "person-") {
		t.Errorf("erased: says %q, want the pseudonym", said)
	}
	if out, err := run(t, "login-link", "--operator", mail, "--data", data); err == nil {
		t.Errorf("a link for who was erased: %s", out)
	}
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}
