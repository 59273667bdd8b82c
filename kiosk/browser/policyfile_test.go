package browser

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// borned runs with umask 0077; a policy file that the browser cannot read is a browser without policies.
func TestWritePoliciesIsReadableWhateverTheUmask(t *testing.T) {
	path := filepath.Join(t.TempDir(), "borne.json")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	defer syscall.Umask(syscall.Umask(0o077))
	if err := WritePolicies(path, map[string]any{"a": 1}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, want 0644", info.Mode())
	}
}
