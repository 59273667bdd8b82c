package testhost

import (
	"context"
	"fmt"
	"path/filepath"
)

// Install copies packages into the host and has apt install them with their dependencies. The host reaches no archive:
// a dependency that is neither installed nor given fails, in apt's own words.
func (h *Host) Install(ctx context.Context, debs ...string) error {
	if len(debs) == 0 {
		return fmt.Errorf("install in the host: no package given")
	}
	args := []string{"install", "--yes", "--allow-downgrades"}
	for _, deb := range debs {
		inside := filepath.Join("/var/cache/testhost", filepath.Base(deb))
		if err := h.CopyIn(deb, inside); err != nil {
			return fmt.Errorf("install in the host: %w", err)
		}
		args = append(args, inside)
	}
	cmd := h.Command(ctx, "apt-get", args...)
	// apt says what is missing on standard output and that something is on standard error: an error needs both.
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("install in the host: %w\n%s", err, out)
	}
	return nil
}
