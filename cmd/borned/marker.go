package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// marker keeps a file while a session is on, so that a power cut is noticed
// at the next start. It is empty: it says that there was a session, no more.
type marker string

func newMarker(stateDir string) marker { return marker(filepath.Join(stateDir, "in-session")) }

// Mark makes or removes the file. It is not synced: after a power cut within
// the same seconds the session is wiped all the same, and only not counted.
func (m marker) Mark(inSession bool) error {
	if inSession {
		return os.WriteFile(string(m), nil, 0o600)
	}
	if err := os.Remove(string(m)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Marked reports whether the file is there.
func (m marker) Marked() bool {
	_, err := os.Stat(string(m))
	return err == nil
}
