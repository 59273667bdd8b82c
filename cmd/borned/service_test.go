package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"borne/packaging"
)

// TestCompanions holds "borned install" to the package: each file that the package takes from the repository's
// packaging folder is put in place by both.
func TestCompanions(t *testing.T) {
	b, err := os.ReadFile("../../packaging/nfpm/borne-kiosk.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var pkg struct {
		Contents []struct{ Src, Dst string }
	}
	if err := yaml.Unmarshal(b, &pkg); err != nil {
		t.Fatal(err)
	}
	put := []string{"systemd/borned.service", "systemd/borned.env"} // by kardianos/service, and by whoever configures it
	for _, c := range companions {
		put = append(put, c.from)
		if _, err := packaging.Files.ReadFile(c.from); err != nil {
			t.Errorf("companion %s: %v", c.from, err)
		}
	}
	packaged := 0
	for _, c := range pkg.Contents {
		name, ours := strings.CutPrefix(c.Src, "packaging/")
		if !ours {
			continue
		}
		packaged++
		if !slices.Contains(put, name) {
			t.Errorf("the package installs %s as %s, and borned install does not: add it to companions", name, c.Dst)
		}
	}
	if packaged == 0 {
		t.Error("the package takes nothing from packaging/")
	}
}
