package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed bundle
var bundleFiles embed.FS

// Bundle is the demonstration's configuration, in the form that kiosk/bundle reads. It trusts no authority yet.
func Bundle() fs.FS {
	dir, err := fs.Sub(bundleFiles, "bundle")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return dir
}

// noAuthority is the line of settings.yaml that WriteBundle replaces.
const noAuthority = "ca_certificates: []"

// WriteBundle writes a copy of Bundle into dir, which must not hold one yet, with the PEM certificate of the authority
// that signs the demonstration sites.
func WriteBundle(dir string, authorityPEM []byte) error {
	if err := os.CopyFS(dir, Bundle()); err != nil {
		return fmt.Errorf("write demonstration bundle: %w", err)
	}
	path := filepath.Join(dir, "settings.yaml")
	settings, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write demonstration bundle: %w", err)
	}
	if strings.Count(string(settings), noAuthority) != 1 {
		return fmt.Errorf("write demonstration bundle: settings.yaml has no line %q to replace", noAuthority)
	}
	var block strings.Builder
	block.WriteString("ca_certificates:\n  - |\n")
	for line := range strings.Lines(strings.TrimSpace(string(authorityPEM)) + "\n") {
		block.WriteString("    " + line)
	}
	out := strings.Replace(string(settings), noAuthority, strings.TrimSuffix(block.String(), "\n"), 1)
	if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
		return fmt.Errorf("write demonstration bundle: %w", err)
	}
	return nil
}
